from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "throughline.kernel.reporting"
    label = "reporting"
    verbose_name = "Reporting"
