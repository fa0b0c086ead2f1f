"""The documents of a framework: the half-yearly narrative report and the yearly report on its indicators.

No number and no status is typed in any of these modules; texts are those of the jurisdictions, and summaries either
generated or checked.
"""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.reporting.registry import BlockSpec, Template
from throughline.results.blocks import indicators, narrative, overview
from throughline.results.summaries import NARRATIVE_REPORT

ILLUSTRATIVE = _("Illustrative data: no answers of real authorities")

NARRATIVE = Template(
    NARRATIVE_REPORT,
    _("Regional narrative report"),
    _("What the jurisdictions reported on the overall targets of a half-year, goal by goal, in their own words."),
    (
        BlockSpec("about", _("About this report"), narrative.about, new_page=True),
        BlockSpec("at-a-glance", _("At a glance"), narrative.at_a_glance, new_page=True),
        BlockSpec("goals", "", narrative.goals),
        BlockSpec("method", _("Method and coverage"), narrative.method, new_page=True),
        BlockSpec("originals", _("Annex: original texts"), narrative.originals, new_page=True),
    ),
    periods=("half", "year"),
    handling="green",
    cover=narrative.cover,
    illustrative=ILLUSTRATIVE,
)
KPI = Template(
    "roadmap-kpi",
    _("Regional report on key performance indicators"),
    _("Baselines, targets and values of the indicators in one year, for the region and each jurisdiction."),
    (
        BlockSpec("at-a-glance", _("At a glance"), overview.at_a_glance, new_page=True),
        BlockSpec("goals", "", indicators.goals),
        BlockSpec("coverage", _("Coverage"), overview.coverage, new_page=True),
        BlockSpec("definitions", _("Definitions and changes"), overview.definitions, new_page=True),
        BlockSpec("method", _("Method and sources"), overview.method, new_page=True),
    ),
    periods=("year",),
    handling="green",
    cover=overview.cover,
    illustrative=ILLUSTRATIVE,
)
TEMPLATES = (NARRATIVE, KPI)
