from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "throughline.kernel.reporting"
    label = "reporting"
    verbose_name = "Reporting"

    def ready(self) -> None:
        from throughline.kernel.comments import registry as comments  # reason: as below
        from throughline.kernel.flow.registry import register  # reason: models are loaded by now, not before
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.reporting.flow import FLOW  # reason: as above
        from throughline.kernel.reporting.requests import REQUESTS  # reason: as above

        register(FLOW)
        comments.register(REQUESTS)
        verbs.register(
            {
                "report.build": _("built the document"),
                "report.follow": _("was followed by another edition"),
                "report.rebuild": _("built the document again"),
                "report.download": _("took the document as a file"),
                "report.send": _("sent for sign-off"),
                "report.sign": _("signed off"),
                "report.return": _("returned"),
                "report.discard": _("discarded"),
            }
        )
