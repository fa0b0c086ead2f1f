from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TraceConfig(AppConfig):
    name = "throughline.kernel.trace"
    label = "trace"
    verbose_name = "Trace"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first

        verbs.register({"trace.link": _("linked to another record"), "trace.unlink": _("took a link off")})
