from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "throughline.kernel.resources"
    label = "resources"
    verbose_name = "Resources"
