from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "throughline.incidents"
    label = "incidents"
    verbose_name = "Armed violence incidents"

    def ready(self) -> None:
        from throughline.incidents.blocks import TEMPLATES  # reason: models are loaded by now, not before
        from throughline.incidents.blocks.focuses import FOCUSES, SOURCES  # reason: as above
        from throughline.incidents.dashboard import ARMED_VIOLENCE  # reason: models are loaded by now, not before
        from throughline.incidents.duplicates import DUPLICATES  # reason: models are loaded by now, not before
        from throughline.incidents.facts import FACTS  # reason: models are loaded by now, not before
        from throughline.incidents.flow import FLOW  # reason: models are loaded by now, not before
        from throughline.incidents.intake import RECIPE  # reason: as above
        from throughline.incidents.measures import DIMENSIONS, MEASURES  # reason: as above
        from throughline.incidents.resources import INCIDENT, SOURCE  # reason: as above
        from throughline.kernel.charts import palette  # reason: as above
        from throughline.kernel.duplicates import registry as duplicates  # reason: as above
        from throughline.kernel.flow.registry import register  # reason: as above
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.intake import recipes  # reason: as above
        from throughline.kernel.measures import dashboards  # reason: as above
        from throughline.kernel.measures import registry as measures  # reason: as above
        from throughline.kernel.reporting import focus  # reason: as above
        from throughline.kernel.reporting import registry as documents  # reason: as above
        from throughline.kernel.resources import registry  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above
        from throughline.kernel.watch import registry as watch  # reason: as above

        register(FLOW)
        palette.register(["men", "women", "not-reported"])
        palette.register(["killed", "injured", "threatened", "suicide", "unharmed"])
        documents.register(*TEMPLATES)
        focus.register(*FOCUSES)
        focus.say_sources("incident", SOURCES)
        recipes.register(RECIPE)
        registry.register(INCIDENT, SOURCE)
        duplicates.register(DUPLICATES)
        navigation.register(station="collect", label=_("Incidents"), url_name="incident-list", order=10)
        navigation.register(
            station="collect", label=_("Sources"), url_name="source-list", order=70, menu=navigation.SET_UP
        )
        measures.register(*FACTS, *DIMENSIONS, *MEASURES)
        dashboards.register(ARMED_VIOLENCE)
        watch.register(watch.Watched("incidents", by="type"))
        verbs.register(
            {
                "incident.create": _("entered"),
                "incident.change": _("changed"),
                "source.create": _("added a source"),
                "source.change": _("changed a source"),
            }
        )
