from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "throughline.web"
    label = "web"
    verbose_name = "Staff pages"

    def ready(self) -> None:
        from throughline.kernel.ui import frame  # reason: only once the apps are loaded
        from throughline.web.context import programmes  # reason: as above

        frame.register_programmes(programmes)
