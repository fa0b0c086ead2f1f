from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "throughline.demo"
    label = "demo"
    verbose_name = "Demonstration"
