from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "throughline.training"
    label = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        """Wired below as each part is there."""
