"""A form: groups, repeats and questions, as they were read from an XForm."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from throughline.kernel.rounds.forms.compiling import Expression, Skeleton
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.texts import MISSING, NOTHING, Prose, named

# kinds of question that nobody is asked
UNASKED = frozenset({"note", "calculate", "hidden"})
CHOOSING = frozenset({"select-one", "select-many", "rank"})
SHOWN = frozenset({"image", "big-image", "audio", "video"})
MEDIA = frozenset({"image", "audio", "video", "file"})
KINDS = (
    "text", "integer", "decimal", "date", "time", "datetime", "select-one", "select-many", "rank", "note", "geopoint",
    "geotrace", "geoshape", "image", "audio", "video", "file", "barcode", "range", "acknowledge", "calculate", "hidden",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One choice as it is shown."""

    value: str
    label: str
    image: str = ""


@dataclass(frozen=True)
class Listed:
    """One choice as the form has it: its value, its words, its node in the list (for the filter)."""

    value: str
    prose: Prose
    node: Node

    def choice(self, language: str) -> Choice:
        return Choice(self.value, self.prose.plain(language) or self.value, self.prose.file("image", language))


@dataclass(frozen=True)
class Itemset:
    """Where a question's choices come from: a path, what is the value in it and what the label."""

    nodes: Expression
    value: str
    label: str
    translated: bool
    constant: tuple[Listed, ...] | None = None


@dataclass(eq=False)
class Item:
    """A part of the form. A path names it without the numbers of rows."""

    path: str
    name: str
    prose: Prose = NOTHING
    hints: Prose = NOTHING
    appearance: str = ""
    relevant: Expression | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    parent: "Group | Repeat | None" = None

    def label(self, language: str = "") -> str:
        """The label; '…' where an answer would stand in it (see `Place.label`)."""
        return self.prose.plain(language)

    def hint(self, language: str = "") -> str:
        return self.hints.plain(language)

    def guidance(self, language: str = "") -> str:
        """The longer help behind the hint."""
        return self.hints.file("guidance", language)

    def media(self, kind: str, language: str = "") -> str:
        """The file name of the label's image, audio, video or big-image; '' if there is none."""
        return self.prose.file(kind, language)

    @property
    def above(self) -> Iterator["Group | Repeat"]:
        """The groups and repeats around it, nearest first."""
        one = self.parent
        while one is not None:
            yield one
            one = one.parent

    @property
    def repeats(self) -> tuple["Repeat", ...]:
        """The repeats around it (and itself, if it is one), outermost first."""
        own = [self] if isinstance(self, Repeat) else []
        return tuple(reversed([*own, *(one for one in self.above if isinstance(one, Repeat))]))

    @property
    def top(self) -> str:
        """The name of the top-level group or repeat it is in; '' for a question outside of all."""
        if self.parent is None:
            return self.name if isinstance(self, (Group, Repeat)) else ""
        return self.path.partition("/")[0]


@dataclass(eq=False)
class Question(Item):
    """Something with an answer."""

    kind: str = "text"
    bind_type: str = "string"
    required: Expression | None = None
    required_message: Prose = NOTHING
    readonly: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Prose = NOTHING
    calculate: Expression | None = None
    default: str = ""
    dynamic_default: Expression | None = None
    preload: str = ""
    itemset: Itemset | None = None
    listed: tuple[Listed, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> bool:
        """Whether a person may answer it (unless it turns out to be read-only)."""
        return self.kind not in UNASKED and self.calculate is None and not self.heading

    @property
    def heading(self) -> bool:
        """A select that only shows the words of its choices, above others that show none (appearance 'label')."""
        return self.kind in CHOOSING and "label" in self.appearance.split()

    @property
    def filtered(self) -> bool:
        """Whether its choices depend on other answers."""
        return self.itemset is not None and self.itemset.constant is None

    def choices(self, language: str = "") -> tuple[Choice, ...]:
        """All choices, before any filter. Choices made of other answers are known only in an `Evaluation`."""
        return tuple(one.choice(language) for one in self.listed)


@dataclass(eq=False)
class Group(Item):
    """Questions that belong together."""

    children: tuple[Item, ...] = ()


@dataclass(eq=False)
class Repeat(Item):
    """Questions asked once for each row."""

    children: tuple[Item, ...] = ()
    count: Expression | None = None


@dataclass(eq=False)
class Form:
    """A form, ready to be evaluated."""

    title: str
    form_id: str
    version: str
    root: str
    languages: tuple[str, ...]
    default_language: str
    children: tuple[Item, ...]
    items: Mapping[str, Item]
    skeleton: Skeleton
    translations: Mapping[str, Prose] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    kept: dict[Any, Any] = field(default_factory=dict)

    def questions(self) -> tuple[Question, ...]:
        """All questions, in document order."""
        return tuple(item for item in self.items.values() if isinstance(item, Question))

    def language_for(self, wanted: str) -> str:
        """The form's own name of a language given by name or code: 'sr' finds 'Srpski (sr)'."""
        found = named(wanted, self.languages)
        return found if found in self.languages else self.default_language

    def has(self, place: str) -> bool:
        """Whether a place names a question or a row, with a number exactly where a repeat stands."""
        from throughline.kernel.rounds.forms.tree import fits  # reason: it is built of the classes above

        return fits(self, place)

    def files(self) -> frozenset[str]:
        """Names of the images, sounds and films that its labels and choices show; they are kept beside the form."""
        proses = [item.prose for item in self.items.values()]
        proses += [one.prose for question in self.questions() for one in question.listed]
        return frozenset(
            name
            for prose in proses
            for files in prose.files.values()
            for kind, name in files.items()
            if kind in SHOWN and name not in {"", MISSING}
        )

    def repeats(self) -> tuple[Repeat, ...]:
        return tuple(item for item in self.items.values() if isinstance(item, Repeat))


@lru_cache(maxsize=64)
def load(xform: str) -> Form:
    """The form of an XForm. Raises `FormError`. The same text gives the same object."""
    from throughline.kernel.rounds.forms.loading import read_form  # reason: it builds the classes above

    return read_form(xform)
