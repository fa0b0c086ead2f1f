from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    name = "throughline.results"
    label = "results"
    verbose_name = "Results"

    def ready(self) -> None:
        from throughline.kernel.charts import palette  # reason: models are loaded by now, not before
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before
        from throughline.kernel.reporting import registry as documents  # reason: as above
        from throughline.kernel.resources import registry  # reason: as above
        from throughline.kernel.rounds import registry as rounds  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above
        from throughline.publications import counters  # reason: as above
        from throughline.results.askings import KPI, NARRATIVE  # reason: as above
        from throughline.results.blocks import TEMPLATES  # reason: as above
        from throughline.results.counting import ReportingAuthorities  # reason: as above
        from throughline.results.resources import EVERYTHING  # reason: as above

        registry.register(*EVERYTHING)
        navigation.register(station="measure", label=_("Scorecards"), url_name="scorecard-list", order=30)
        for order, (label, noun) in enumerate(PAGES, start=80):
            navigation.register(
                station="measure", label=label, url_name=f"{noun}-list", order=order, menu=navigation.SET_UP
            )
        rounds.register(KPI, NARRATIVE)
        documents.register(*TEMPLATES)
        counters.register("reporting-authorities", ReportingAuthorities.of)
        palette.register(["full-compliance", "not-started", "on-track", "in-progress", "nil"])
        verbs.register(dict(SENTENCES))


PAGES = (
    (_("Frameworks"), "framework"),
    (_("Indicators"), "indicator"),
)
SENTENCES = {
    "results.take-in": _("took the answers in"),
    "results.set-aside": _("took the answers out of the count"),
    "scorecard.export": _("took the values of a scorecard as a file"),
    "summary.keep": _("edited the summary of a report"),
    "framework.load": _("added a framework that comes with the program"),
    "framework.create": _("added a framework"),
    "framework.change": _("changed a framework"),
    "goal.create": _("added a goal"),
    "goal.change": _("changed a goal"),
    "overall-target.create": _("added an overall target"),
    "overall-target.change": _("changed an overall target"),
    "indicator.create": _("added an indicator"),
    "indicator.change": _("changed an indicator"),
    "definition.create": _("added a definition"),
    "definition.change": _("changed a definition"),
    "baseline.create": _("laid down a baseline"),
    "baseline.change": _("changed a baseline"),
    "target.create": _("set a target"),
    "target.change": _("changed a target"),
    "crosswalk.create": _("said what became of an indicator"),
    "crosswalk.change": _("changed what became of an indicator"),
}
