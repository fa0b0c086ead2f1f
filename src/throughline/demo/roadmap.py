"""The Roadmap of the demonstration: a framework, its rounds, and the reports made of them. All of it illustrative."""

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from throughline.demo import roadmap_tables as tables
from throughline.demo.roadmap_cast import PROGRAMME, SCOPE, Cast, load_cast
from throughline.demo.roadmap_rounds import NEW, OLD, load_questionnaires, load_round, more_time, past_rounds, round_now
from throughline.demo.tables import rows
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.history.unit import note, verb
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.services import build
from throughline.publications.services import release
from throughline.reference.models import Jurisdiction
from throughline.results.models import Baseline, Framework, Indicator, Target
from throughline.results.services import BASELINE, TARGET, load_framework

Told = Callable[[int, int, str], None]
LOADED = "demo.roadmap"
DOCUMENTS = (("roadmap-narrative", "2023-H1"), ("roadmap-narrative", "2023-H2"), ("roadmap-kpi", "2023"))
SIGNED = "Compared with the accepted returns. Illustrative."
MADE_UP = "Illustrative: made up for the demonstration."


def is_loaded() -> bool:
    """Whether the Roadmap came to its end here once."""
    return Entry.objects.filter(verb=LOADED).exists()


def load(actor: Viewer, told: Told) -> None:
    """Framework, people, rounds, documents: what is missing."""
    cast = load_rounds(actor, told)
    publish(cast, told)
    more_time(cast)
    finish(actor, cast=cast)


def load_rounds(actor: Viewer, told: Told) -> Cast:
    """All but the documents."""
    told(0, 0, _("The Roadmap: framework and people"))
    cast = load_cast(actor)
    load_frameworks(cast)
    editions = load_questionnaires(cast)
    wanted = [*past_rounds(), round_now()]
    for done, asked in enumerate(wanted):
        told(done, len(wanted), _("The Roadmap: rounds"))
        load_round(cast, editions, asked)
    told(len(wanted), len(wanted), _("The Roadmap: rounds"))
    return cast


def load_frameworks(cast: Cast) -> None:
    """Both frameworks as the program brings them, with baselines and targets that are made up."""
    administrator = cast.viewers["administrator"]
    for code in (OLD, NEW):
        if not Framework.objects.filter(code=code).exists():
            load_framework(administrator, name=code.lower(), programme=cast.programme)
    with transaction.atomic():
        lay_down(administrator)


def lay_down(actor: Viewer) -> None:
    """Baselines of 2018 by jurisdiction, and of the region where it is computed; targets of the region."""
    indicators = {one.label: one for one in Indicator.objects.filter(framework__code=OLD)}
    places = {one.code: one for one in Jurisdiction.objects.all()}
    framework = Framework.objects.get(code=OLD)
    for label, place, given in tables.baselines():
        where = {"indicator": indicators[label], "jurisdiction": places[place], "period": framework.baseline_period}
        if not Baseline.objects.filter(**where).exists():
            BASELINE.create(actor, values=where | figures(given))
    for row in rows("roadmap/laid_down"):
        keeper, model = (BASELINE, Baseline) if row["what"] == "baseline" else (TARGET, Target)
        where = {"indicator": indicators[row["indicator"]], "jurisdiction": None, "period": row["period"]}
        if not model.objects.filter(**where).exists():
            keeper.create(actor, values=where | figures(row))


def figures(given: dict[str, str]) -> dict[str, object]:
    """The figures of a row as a baseline or target keeps them, marked as made up."""
    names = ("number", "numerator", "denominator")
    found: dict[str, object] = {name: Decimal(given[name]) for name in names if given.get(name)}
    return found | {"source": MADE_UP, "to_be_verified": True}


def publish(cast: Cast, told: Told) -> None:
    """The two narrative reports and the KPI report of 2023: built, signed off by a second person, released."""
    office, head = cast.viewers["secretariat"], cast.viewers["second"]
    for done, (template, period) in enumerate(DOCUMENTS):
        told(done, len(DOCUMENTS), _("The Roadmap: reports"))
        made = Report.objects.filter(
            programme=cast.programme, template=template, period=period, scope=SCOPE
        ).first() or build(office, template=template, period=period, scope=SCOPE, programme=cast.programme)
        if made.state == Report.State.DRAFT:
            advance(office, record=made, transition="send")
        if made.state == Report.State.READY:
            advance(head, record=made, transition="sign", comment=SIGNED)
        if made.state == Report.State.SIGNED:
            release(office, report=made)
    told(len(DOCUMENTS), len(DOCUMENTS), _("The Roadmap: reports"))


@verb("demo.roadmap")
def finish(actor: Viewer, *, cast: Cast) -> None:
    """Write down that the Roadmap stands."""
    if not is_loaded():
        note(cast.programme, after={"frameworks": [OLD, NEW]})


__all__ = ["PROGRAMME", "SCOPE", "is_loaded", "load", "load_rounds"]
