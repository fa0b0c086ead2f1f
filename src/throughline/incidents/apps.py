from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "throughline.incidents"
    label = "incidents"
    verbose_name = "Armed violence incidents"

    def ready(self) -> None:
        from throughline.incidents.flow import FLOW  # reason: models are loaded by now, not before
        from throughline.incidents.resources import INCIDENT, SOURCE  # reason: as above
        from throughline.kernel.flow.registry import register  # reason: as above
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.resources import registry  # reason: as above

        register(FLOW)
        registry.register(INCIDENT, SOURCE)
        verbs.register({"incident.create": _("entered"), "incident.change": _("changed")})
