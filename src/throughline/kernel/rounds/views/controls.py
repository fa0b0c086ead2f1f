"""From an evaluated form to what a page draws: controls, groups, rows. Plain data; nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms.definition import MEDIA, Choice, Form, Group, Item, Question, Repeat
from throughline.kernel.rounds.forms.evaluating import Evaluation, Place
from throughline.kernel.rounds.forms.words import as_number, value_label
from throughline.kernel.rounds.models import Remark
from throughline.kernel.rounds.services.answering import Clash
from throughline.kernel.rounds.views.holders import anchor
from throughline.kernel.rounds.views.wording import plain, prose
from throughline.kernel.ui import formats

Answers = Mapping[str, str]
# Up to so many choices are seen at once; more are a list that opens.
SEEN_AT_ONCE = 7
STEPS_SEEN = 11
NUMERIC = frozenset({"integer", "decimal"})
WIDGETS = {
    "integer": "number", "decimal": "number", "date": "date", "time": "time", "datetime": "datetime",
    "select-many": "many", "rank": "rank", "geopoint": "point", "geotrace": "long", "geoshape": "long",
    "acknowledge": "check", "note": "note", "calculate": "output", "hidden": "output",
    "image": "file", "audio": "file", "video": "file", "file": "file",
}  # fmt: skip
ACCEPTED = {"image": "image/*", "audio": "audio/*", "video": "video/*"}
LABEL_MEDIA = ("image", "audio", "video")


@dataclass(frozen=True)
class Option:
    """One choice in a control."""

    value: str
    label: SafeString
    id: str
    image: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Before:
    """What was answered last time."""

    value: str
    text: str
    same: bool


@dataclass(frozen=True)
class Clashing:
    """Two answers to one question: what somebody else wrote meanwhile, and what this person typed."""

    text: str
    theirs: str


@dataclass(frozen=True)
class Control:
    """One question as the page draws it."""

    template = "rounds/answer/control.html"

    place: str
    id: str
    kind: str
    widget: str
    label: SafeString
    name: str
    relevant: bool
    hint: SafeString
    guidance: SafeString
    required: bool
    value: str
    was: str
    shown: str
    problem: str
    inline: bool
    options: tuple[Option, ...] = ()
    ranks: tuple[tuple[Option, ...], ...] = ()
    point: tuple[str, str] = ("", "")
    ends: Mapping[str, str] = field(default_factory=dict)
    accept: str = ""
    media: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()
    before: Before | None = None
    clash: Clashing | None = None
    file_url: str = ""

    @property
    def asked(self) -> bool:
        return self.widget not in {"note", "output"}

    @property
    def grouped(self) -> bool:
        """Whether it is made of several inputs, which then need a common heading."""
        return self.widget in {"one", "many", "rank", "point"}


@dataclass(frozen=True)
class Fold:
    """A group, or a row of a repeat, with what stands in it."""

    template = "rounds/answer/group.html"

    place: str
    id: str
    label: SafeString
    relevant: bool
    children: tuple[Any, ...]
    number: int = 0
    removable: bool = False

    @property
    def title(self) -> str:
        """What a button about it says: 'Storage sites 2'."""
        return f"{plain(str(self.label))} {self.number or ''}".strip()


@dataclass(frozen=True)
class Rows:
    """A repeat: its rows, and whether a person may add some."""

    template = "rounds/answer/rows.html"

    place: str
    id: str
    label: SafeString
    name: str
    rows: tuple[Fold, ...]
    growing: bool


@dataclass
class Showing:
    """Everything needed to draw the questions of one holder to one person."""

    form: Form
    evaluation: Evaluation
    stored: Answers
    language: str
    before: Answers = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    clashes: Mapping[str, Clash] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def remarks_at(self) -> dict[str, list[Remark]]:
        found: dict[str, list[Remark]] = {}
        for remark in self.remarks:
            found.setdefault(remark.place, []).append(remark)
        return found

    def words(self, item: Item, value: str) -> str:
        return in_words(self.form, item, value, self.language)


def in_words(form: Form, item: Item, value: str, language: str) -> str:
    """An answer as the page prints it: figures as everywhere in the house, choices by their labels."""
    number = as_number(item, value) if isinstance(item, Question) else None
    if number is not None:
        places = max(0, -int(number.as_tuple().exponent)) if not isinstance(number, int) else 0
        return formats.number(number, places)
    return plain(value_label(form, item, value, language)) if value else ""


def drawn(showing: Showing, items: Iterable[Item], above: str = "") -> tuple[Any, ...]:
    """Controls, groups and rows in the order of the form; what nobody ever sees is left out."""
    made: list[Any] = []
    for item in items:
        place = f"{above}/{item.name}" if above else item.name
        if isinstance(item, Question):
            control = control_of(showing, item, place)
            made += [control] if control else []
        elif isinstance(item, Repeat):
            made.append(rows_of(showing, item, place))
        elif isinstance(item, Group):
            made.append(fold_of(showing, item, place))
    return tuple(made)


def section_drawn(showing: Showing, items: Sequence[Item]) -> tuple[Any, ...]:
    """The same for a section, whose own heading the page shows above: the group around it is not drawn again."""
    nodes = drawn(showing, items)
    return nodes[0].children if len(nodes) == 1 and isinstance(nodes[0], Fold) else nodes


def is_seen(item: Item) -> bool:
    """Whether a person ever meets it: a calculation without a label works in silence."""
    if isinstance(item, Question):
        return item.kind != "hidden" and (item.kind != "calculate" or bool(item.prose))
    return any(is_seen(child) for child in getattr(item, "children", ()))


def fold_of(showing: Showing, item: Group | Repeat, place: str, *, number: int = 0, removable: bool = False) -> Fold:
    stands = showing.evaluation.at(place)
    label = (stands.label if stands else item.label(showing.language)) or (item.name if number else "")
    return Fold(
        place=place,
        id=anchor(place),
        label=prose(label),
        relevant=stands.relevant if stands else True,
        children=drawn(showing, item.children, place),
        number=number,
        removable=removable,
    )


def rows_of(showing: Showing, item: Repeat, place: str) -> Rows:
    growing = item.count is None
    rows = tuple(
        fold_of(showing, item, row.place, number=number, removable=growing)
        for number, row in enumerate(showing.evaluation.rows(place), start=1)
    )
    label = item.label(showing.language) or item.name
    return Rows(place, anchor(place), prose(label), plain(label), rows, growing)


def control_of(showing: Showing, item: Question, place: str) -> Control | None:
    stands = showing.evaluation.at(place)
    if stands is None or not is_seen(item):
        return None
    was = showing.stored.get(place, "")
    clash = showing.clashes.get(place)
    value = clash.yours if clash else (was or stands.value)
    widget = widget_of(item, stands)
    label = prose(stands.label or item.name)
    return Control(
        place=place,
        id=anchor(place),
        kind=item.kind,
        widget=widget,
        label=label,
        name=plain(stands.label or item.name),
        relevant=stands.relevant,
        hint=prose(stands.hint),
        guidance=prose(item.guidance(showing.language)),
        required=stands.required,
        value=value,
        was=was,
        shown=_shown(showing, item, stands.value if widget == "output" else value, widget),
        problem=stands.problem,
        inline=not {"horizontal", "horizontal-compact", "likert", "columns"}.isdisjoint(item.appearance.split()),
        options=options_of(stands, value) if widget in {"one", "one-of-many", "many"} else (),
        ranks=ranks_of(stands, value) if widget == "rank" else (),
        point=_point(value) if widget == "point" else ("", ""),
        ends=ends_of(item) if widget in {"range", "one"} else {},
        accept=ACCEPTED.get(item.kind, ""),
        media=tuple((kind, name) for kind in LABEL_MEDIA if (name := item.media(kind, showing.language))),
        remarks=tuple(showing.remarks_at.get(place, ())),
        before=before_of(showing, item, place, value) if stands.item.asked else None,  # type: ignore[attr-defined]
        clash=clash_of(showing, item, clash) if clash else None,
        file_url=showing.files.get(value, "") if widget == "file" else "",
    )


def widget_of(item: Question, stands: Place) -> str:
    """How a question is asked; `templates/rounds/answer/widgets/` has a file for each."""
    if item.kind != "note" and (item.calculate is not None or stands.readonly):
        return "output"
    if item.kind == "text":
        return "long" if "multiline" in item.appearance.split() else "line"
    if item.kind == "range":
        return "one" if _steps(item) else "range"
    if item.kind == "select-one":
        closed = {"minimal", "autocomplete", "search"} & set(item.appearance.split())
        # By all its choices, not those open just now: a filter must not turn one control into another.
        return "one-of-many" if closed or max(len(item.listed), len(stands.choices)) > SEEN_AT_ONCE else "one"
    return WIDGETS.get(item.kind, "line")


def options_of(stands: Place, value: str) -> tuple[Option, ...]:
    """The choices open here. An answer that is no longer among them is kept in sight until it is changed."""
    item = stands.item
    one = not isinstance(item, Question) or item.kind in {"select-one", "range"}
    chosen = {value} if one else set(value.split())
    choices: Sequence[Choice] = stands.choices
    if isinstance(item, Question) and item.kind == "range":
        choices = [Choice(step, step) for step in _steps(item)]
    start = anchor(stands.place)
    return tuple(
        Option(choice.value, prose(choice.label), f"{start}~~{choice.value}", choice.image, choice.value in chosen)
        for choice in choices
    )


def ranks_of(stands: Place, value: str) -> tuple[tuple[Option, ...], ...]:
    """For a ranking: one list of all choices for each rank."""
    given = value.split()
    return tuple(
        tuple(
            Option(choice.value, prose(choice.label), "", chosen=at < len(given) and given[at] == choice.value)
            for choice in stands.choices
        )
        for at in range(len(stands.choices))
    )


def ends_of(item: Question) -> dict[str, str]:
    return {name: item.parameters.get(name, usual) for name, usual in (("start", "1"), ("end", "10"), ("step", "1"))}


def before_of(showing: Showing, item: Question, place: str, value: str) -> Before | None:
    """What was said last time; a file of last time is another return's and is not taken over."""
    earlier = showing.before.get(place, "")
    if not earlier or item.kind in MEDIA:
        return None
    return Before(earlier, showing.words(item, earlier), same=earlier == value)


def clash_of(showing: Showing, item: Question, clash: Clash) -> Clashing:
    theirs = showing.words(item, clash.theirs) or _("nothing")
    yours = showing.words(item, clash.yours) or _("nothing")
    told = _("%(who)s wrote in the meantime: %(theirs)s. You wrote: %(yours)s.")
    return Clashing(told % {"who": clash.who, "theirs": theirs, "yours": yours}, clash.theirs)


def _shown(showing: Showing, item: Question, value: str, widget: str) -> str:
    """The text a control starts with: for dates with a time what the browser's control takes."""
    if widget == "output":
        return showing.words(item, value)
    if widget == "datetime":
        return value[:16]
    return value[:5] if widget == "time" else value


def _point(value: str) -> tuple[str, str]:
    parts = [*value.split(), "", ""]
    return parts[0], parts[1]


def _steps(item: Question) -> list[str]:
    """The numbers of a short range in whole steps, to be shown side by side; [] for a long one."""
    ends = ends_of(item)
    try:
        start, end, step = (int(ends[name]) for name in ("start", "end", "step"))
    except ValueError:
        return []
    if step <= 0 or (end - start) // step >= STEPS_SEEN:
        return []
    return [str(one) for one in range(start, end + 1, step)]
