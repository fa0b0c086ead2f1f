from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "throughline.kernel.access"
    label = "access"
    verbose_name = "Access"
