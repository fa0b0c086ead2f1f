from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    name = "throughline.kernel.bulk"
    label = "bulk"
    verbose_name = "Bulk changes"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first

        verbs.register(
            {
                "bulk.apply": _("changed several at once"),
                "bulk.undo": _("took a change of several back"),
                "bulk.set-back": _("set back the state"),
            }
        )
