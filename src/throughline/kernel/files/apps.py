from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "throughline.kernel.files"
    label = "files"
    verbose_name = "Files"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first

        verbs.register(
            {
                "file.keep": _("attached a file"),
                "file.download": _("downloaded a file"),
                "file.discard": _("discarded a file"),
            }
        )
