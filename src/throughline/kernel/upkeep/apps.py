from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "throughline.kernel.upkeep"
    label = "upkeep"
    verbose_name = "Upkeep"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first
        from throughline.kernel.history.unit import current_request  # reason: as above
        from throughline.kernel.upkeep import (  # reason: as above
            duties,  # noqa: F401 (registers the duties)
            logs,
        )

        logs.sources["request"] = current_request.get
        verbs.register(
            {
                "installation.backup": _("took a backup"),
                "installation.restore": _("restored a backup"),
                "installation.upgrade": _("brought the program up to date"),
            }
        )
