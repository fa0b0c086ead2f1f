from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    name = "throughline.kernel.history"
    label = "history"
    verbose_name = "History"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: translations are ready by now

        verbs.register(
            {
                "access.grant": _("gave a right"),
                "access.withdraw-grant": _("took back a right"),
                "access.mark": _("changed the handling code"),
            }
        )
