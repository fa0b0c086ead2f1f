"""The pool of trainers and the pairs in numbers: for everybody in the programme, without a name. What is RED is not counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Model, QuerySet, TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.viewer import Viewer
from throughline.reference.models import Jurisdiction, Term
from throughline.reference.queries import label_of
from throughline.training.models import Pairing, Trainer


@dataclass
class Row:
    """One jurisdiction, area or language, by state."""

    label: str
    counts: Counter[str] = field(default_factory=Counter)
    states: tuple[str, ...] = ()

    @property
    def cells(self) -> list[int]:
        return [self.counts[state] for state in self.states]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Table:
    """Rows of one kind. With `whole`, the rows add up to the total; areas and languages overlap."""

    title: str
    head: str
    rows: list[Row]


def of(model: type[Model], viewer: Viewer) -> QuerySet[Any]:
    """What is counted: of the viewer's programmes, and not RED."""
    rows: QuerySet[Any] = model._default_manager.past_the_wall("counted").filter(programme__in=viewer.programmes)  # type: ignore[attr-defined]
    return rows.exclude(handling=Handling.RED).order_by()


def trainers(viewer: Viewer) -> dict[str, Any]:
    """The pool by jurisdiction, area and language, each by standing."""
    rows = list(of(Trainer, viewer).values_list("pk", "state", "languages", "person__jurisdiction"))
    states = tuple(Trainer.States.values)
    areas = of(Trainer, viewer).values_list("areas__area", "state").annotate(number=Count("pk"))
    places: dict[Any, Counter[str]] = {}
    languages: dict[str, Counter[str]] = {}
    for _key, state, spoken, place in rows:
        places.setdefault(place, Counter())[state] += 1
        for code in {one.strip() for one in spoken.split(",")} - {""} or {""}:
            languages.setdefault(code, Counter())[state] += 1
    by_area: dict[Any, Counter[str]] = {}
    for area, state, number in areas:
        by_area.setdefault(area, Counter())[state] += number
    return {
        "states": [label for _value, label in Trainer.States.choices],
        "total": Row(_("All"), Counter(state for _key, state, *_rest in rows), states),
        "tables": [
            Table(_("By jurisdiction"), _("Jurisdiction"), _rows(places, _jurisdictions(places), states)),
            Table(_("By area"), _("Area"), _rows(by_area, _areas(by_area), states)),
            Table(_("By language"), _("Language"), _rows(languages, {one: one for one in sorted(languages)}, states)),
        ],
    }


def pairs(viewer: Viewer) -> dict[str, Any]:
    """Exchanges and mentoring by state, and by the jurisdictions that host and visit."""
    states = tuple(Pairing.States.values)
    kinds: dict[Any, Counter[str]] = {}
    for kind, state, number in of(Pairing, viewer).values_list("kind", "state").annotate(number=Count("pk")):
        kinds.setdefault(kind, Counter())[state] += number
    return {
        "states": [label for _value, label in Pairing.States.choices],
        "tables": [
            Table(_("By kind"), _("Kind"), _rows(kinds, _words(Pairing.Sort), states)),
            *(
                Table(title, _("Jurisdiction"), _sides(viewer, side, states))
                for side, title in (("host", _("Who hosts")), ("guest", _("Who visits")))
            ),
        ],
    }


def _sides(viewer: Viewer, side: str, states: tuple[str, ...]) -> list[Row]:
    found: dict[Any, Counter[str]] = {}
    told = of(Pairing, viewer).values_list(f"{side}__jurisdiction", "state").annotate(number=Count("pk"))
    for place, state, number in told:
        found.setdefault(place, Counter())[state] += number
    return _rows(found, _jurisdictions(found), states)


def _rows(counted: dict[Any, Counter[str]], labels: dict[Any, str], states: tuple[str, ...]) -> list[Row]:
    """In the order of the labels; what has none comes last."""
    found = [Row(label, counted[key], states) for key, label in labels.items() if key in counted and key]
    rest = [counts for key, counts in counted.items() if not key or key not in labels]
    return [*found, *(Row(_("not reported"), counts, states) for counts in rest)]


def _jurisdictions(keys: Iterable[Any]) -> dict[Any, str]:
    return {one.pk: str(one) for one in Jurisdiction.objects.filter(pk__in=[key for key in keys if key])}


def _areas(keys: Iterable[Any]) -> dict[Any, str]:
    found = Term.objects.filter(pk__in=[key for key in keys if key]).order_by("order", "label")
    language = get_language() or "en"
    return {one.pk: label_of(one, language) for one in found}


def _words(choices: type[TextChoices]) -> dict[Any, str]:
    return {value: str(label) for value, label in choices.choices}
