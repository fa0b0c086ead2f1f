from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    name = "throughline.publications"
    label = "publications"
    verbose_name = "Publications"
