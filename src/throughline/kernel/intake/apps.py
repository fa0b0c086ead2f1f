from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "throughline.kernel.intake"
    label = "intake"
    verbose_name = "Intake"
