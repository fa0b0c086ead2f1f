from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "throughline.kernel.upkeep"
    label = "upkeep"
    verbose_name = "Upkeep"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first
        from throughline.kernel.upkeep import duties  # noqa: F401 - reason: registers the duties

        verbs.register(
            {
                "installation.backup": _("took a backup"),
                "installation.restore": _("restored a backup"),
                "installation.upgrade": _("brought the program up to date"),
            }
        )
