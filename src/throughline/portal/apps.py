from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "throughline.portal"
    label = "portal"
    verbose_name = "Public page"
