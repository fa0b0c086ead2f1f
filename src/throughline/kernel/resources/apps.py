from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "throughline.kernel.resources"
    label = "resources"
    verbose_name = "Resources"

    def ready(self) -> None:
        from throughline.kernel.resources.waiting import register  # reason: models are loaded by now, not before

        register()
