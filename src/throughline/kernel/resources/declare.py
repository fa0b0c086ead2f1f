"""The declaration of a noun: write down once what it has, and list, form, sheet and API follow.

A `Resource` names the model's fields in the order people think of them. Type, label, help, choices
and limits come from the model and are never written twice; the declaration adds only what a model
cannot know: which columns a list shows, what can be filtered, how a file may call a column, which
section of the form a field belongs to and when that section is needed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

from django.db import models
from django.db.models import QuerySet
from django.db.models.expressions import BaseExpression, Combinable
from django.utils.functional import Promise

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Problem
from throughline.kernel.access.models import Record
from throughline.kernel.access.viewer import Viewer

if TYPE_CHECKING:
    from throughline.kernel.resources.cleaning import Draft

Kind = Literal[
    "text", "long-text", "integer", "number", "date", "moment", "time", "boolean", "choice", "term", "reference"
]
Text = str | Promise
Rule = Callable[["Draft", Viewer], Iterable[Problem]]
TERM_MODEL = "reference.term"

KINDS: tuple[tuple[type[models.Field], Kind], ...] = (
    (models.DateTimeField, "moment"),
    (models.DateField, "date"),
    (models.TimeField, "time"),
    (models.BooleanField, "boolean"),
    (models.IntegerField, "integer"),
    (models.FloatField, "number"),
    (models.DecimalField, "number"),
    (models.TextField, "long-text"),
)


@dataclass(frozen=True)
class Option:
    """One value a field can take: what is stored, what is printed, what else it may be called."""

    value: str
    label: str
    parent: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class When:
    """A condition on another field: it has one of these codes (a term also answers for its upper level).

    With `otherwise`, the condition holds when it has none of them; an empty field never matches.
    """

    field: str
    among: tuple[str, ...]
    otherwise: bool = False

    def holds(self, values: Mapping[str, Any]) -> bool:
        return bool(codes_of(values.get(self.field)) & set(self.among)) is not self.otherwise


def codes_of(value: Any) -> set[str]:
    """The codes a cleaned value answers to."""
    if value is None:
        return set()
    if isinstance(value, models.Model):
        upper = getattr(value, "parent", None)
        return {str(getattr(value, "code", value.pk)), *([str(upper.code)] if upper else [])}
    return {str(value)}


@dataclass(frozen=True)
class Field:
    """One field of a noun or of its child lines.

    name       the model's field name, also the name in forms, sheets and the API
    column     shown in the list unless the person chose otherwise
    filter     may be asked for in the list's address
    aliases    other headings a file may give this column
    synonyms   other words for a choice, {"male": "men"}
    by         the attribute that names the record a reference points to
    precision  the companion field that keeps how exact a date is
    when       the condition under which the field is asked at all
    read_only  shown and exported, never taken in
    said       the words for a code that the model keeps no choices for; pages print them, sheets and the API the code
    expression an annotation of the list for what is not stored (needs `of` and a label)
    """

    name: str
    label: Text = ""
    help: Text = ""
    column: bool = False
    filter: bool = False
    aliases: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    by: str = "code"
    precision: str = ""
    when: When | None = None
    read_only: bool = False
    said: Callable[[str], str] | None = None
    expression: BaseExpression | Combinable | None = None
    of: Kind | None = None
    model: type[models.Model] | None = field(default=None, repr=False, compare=False)

    def bound_to(self, model: type[models.Model]) -> "Field":
        return replace(self, model=model)

    @cached_property
    def source(self) -> "models.Field[Any, Any] | None":
        """The model's field (None for what is computed)."""
        if self.expression is not None or self.model is None:
            return None
        return self.model._meta.get_field(self.name)  # type: ignore[return-value]

    @cached_property
    def kind(self) -> Kind:
        if self.of:
            return self.of
        if isinstance(self.source, models.ForeignKey):
            return "term" if self.related._meta.label_lower == TERM_MODEL else "reference"
        if getattr(self.source, "choices", None):
            return "choice"
        return next((kind for type_, kind in KINDS if isinstance(self.source, type_)), "text")

    @cached_property
    def title(self) -> Text:
        """The label: as declared, else as the model says; lower case as in running text."""
        if self.label or self.source is None:
            return self.label or self.name
        return self.source.verbose_name

    @cached_property
    def hint(self) -> Text:
        return self.help or (self.source.help_text if self.source is not None else "")

    @cached_property
    def required(self) -> bool:
        """Must be given: not empty-able in the model and without a default."""
        source = self.source
        return source is not None and not self.read_only and not source.blank and not source.has_default()

    @cached_property
    def related(self) -> type[models.Model]:
        """The model a reference points to."""
        return self.source.remote_field.model  # type: ignore[union-attr]

    @cached_property
    def taxonomy(self) -> str:
        """The code of the taxonomy a term field draws from."""
        limits = self.source.get_limit_choices_to() if self.source is not None else {}  # type: ignore[attr-defined]
        return str(limits.get("taxonomy__code", "")) if isinstance(limits, Mapping) else ""

    @property
    def default(self) -> Any:
        """What a record gets that says nothing about this field."""
        source = self.source
        if source is None:
            return None
        if source.has_default():
            return source.get_default()
        return "" if isinstance(source, models.CharField | models.TextField) else None

    def options(self, viewer: Viewer | None = None) -> tuple[Option, ...]:
        """What can be chosen, in the active language; empty for free fields."""
        from throughline.kernel.resources.lookups import options_of  # reason: lookups needs this module

        return options_of(self, viewer)


@dataclass(frozen=True)
class Lines:
    """Child lines: the rows that belong to a record and live and die with it.

    `name` is the relation on the model ('people'), `one` what a single line is called.
    """

    name: str
    fields: tuple[Field, ...]
    title: Text
    one: Text
    help: Text = ""
    model: type[models.Model] | None = field(default=None, repr=False, compare=False)

    def bound_to(self, parent: type[models.Model]) -> "Lines":
        model = parent._meta.get_field(self.name).related_model
        bound = tuple(one.bound_to(model) for one in self.fields)  # type: ignore[arg-type]
        return replace(self, model=model, fields=bound)  # type: ignore[arg-type]

    @property
    def parent_field(self) -> str:
        """The name of the line's foreign key to its record."""
        parents = (f for f in self.model._meta.fields if isinstance(f, models.ForeignKey))  # type: ignore[union-attr]
        return next(f.name for f in parents if f.remote_field.related_name == self.name)

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True)
class Section:
    """A part of the form and of the record page: some fields, or the lines of one relation.

    `only` narrows a lines section to the lines with these fixed values (victims are the people whose
    side is 'victim'), so that one relation can be asked in two places. `when` opens the section;
    what was typed into a section that has closed is kept and shown, never lost.
    """

    title: Text
    fields: tuple[str, ...] = ()
    lines: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    one: Text = ""
    help: Text = ""
    when: When | None = None
    unneeded: Text = ""


@dataclass(frozen=True)
class Panel:
    """An extra part of a noun's record page: a template and what it is given."""

    template: str
    context: Callable[[Viewer, Any], dict[str, Any]] = lambda viewer, record: {}
    side: bool = False
    first: bool = False  # before the fields: what the record is opened for on the day


@dataclass(frozen=True)
class Column:
    """One column of the noun's sheet, out and in: `key` is what `clean` calls it.

    The columns of child lines are packed, one cell per line and field: `people.*.sex`.
    """

    key: str
    field: Field
    lines: Lines | None = None

    @property
    def title(self) -> str:
        return f"{self.lines.title}: {self.field.title}" if self.lines else str(self.field.title)

    @property
    def writable(self) -> bool:
        return not self.field.read_only


class Create(Protocol):
    def __call__(self, actor: Viewer, /, *, programme: Any, draft: "Draft") -> Any: ...


class Change(Protocol):
    def __call__(self, actor: Viewer, /, *, record: Any, draft: "Draft") -> Any: ...


# What every record has without its noun saying so. Handling is set when a record is made and
# afterwards only by marking it, the owner never changes: both are therefore taken in for new records only.
RECORD_HEAD = (Field("reference", column=True, read_only=True, aliases=("ref", "id")),)
RECORD_TAIL = (
    Field("owner", filter=True, column=True),
    Field("programme", filter=True, read_only=True),
    Field("handling", filter=True),
    Field("state", filter=True, column=True, read_only=True, of="choice"),
    Field("created_at", read_only=True),
    Field("changed_at", read_only=True),
)
RECORD_RELATED = ("owner", "programme")
AT_THE_START = ("owner", "handling")

# Who enters things.
ENTERING = (Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT)


@dataclass(frozen=True)
class Resource:
    """One noun. See docs/kernel/resources.md for a worked example.

    noun, plural   'incident' and its address 'incidents'
    station        where on the line it lives: collect, assess, decide, act, measure, report
    key            the field that decides in a sheet whether a row makes or changes a record
    external_key   the field that holds the key of the system a file came from
    order          how a list is sorted unless asked otherwise ('-occurred_on')
    search         the column of folded text that is searched ('search_text'), or fields to look into
    prefetch       what list, detail and export read with the record
    beside         its records show, by reference, records they hang on that not all of their readers may read
    rules          what must hold across fields: (draft, viewer) -> problems
    create, change the noun's verbs; None: it cannot be made (changed) by hand
    readable       for nouns that are not records: who reads which rows (signed-in people: all)
    made_as        who makes a record, in the programmes where they hold the role (contributors, verifiers, secretariat)
    adders, changers  for nouns that are not records: may this viewer?
    position       the fields of a point on a map (latitude, longitude)
    handlings      the handling codes its records may have, the usual one first (none named: all, the programme's usual)
    """

    noun: str
    plural: str
    model: type[models.Model]
    title: Text
    title_plural: Text
    station: str
    fields: tuple[Field, ...]
    lines: tuple[Lines, ...] = ()
    sections: tuple[Section, ...] = ()
    panels: tuple[Panel, ...] = ()
    key: str = ""
    external_key: str = ""
    order: str = ""
    search: str | tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    beside: bool = False
    position: tuple[str, str] | None = None
    rules: tuple[Rule, ...] = ()
    create: Create | None = None
    change: Change | None = None
    readable: Callable[[Viewer], QuerySet[Any]] | None = None
    made_as: tuple[str, ...] = ENTERING
    adders: Callable[[Viewer], bool] | None = None
    changers: Callable[[Viewer, Any], bool] | None = None
    empty: Text = ""
    handlings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        bind = object.__setattr__
        head, tail = (RECORD_HEAD, RECORD_TAIL) if self.is_record else ((), ())
        declared = {one.name for one in self.fields}
        bind(self, "fields", tuple(one.bound_to(self.model) for one in self.fields))
        bind(self, "lines", tuple(one.bound_to(self.model) for one in self.lines))
        bind(self, "key", self.key or ("reference" if self.is_record else "code"))
        bind(self, "related", tuple(dict.fromkeys((*self.related, *(RECORD_RELATED if self.is_record else ())))))
        bind(self, "head", tuple(f.bound_to(self.model) for f in head if f.name not in declared))
        bind(self, "tail", tuple(f.bound_to(self.model) for f in tail if f.name not in declared))

    head: tuple[Field, ...] = field(init=False, default=())
    tail: tuple[Field, ...] = field(init=False, default=())

    @property
    def is_record(self) -> bool:
        """Whether it has an owner, a handling code, a state and grants."""
        return issubclass(self.model, Record)

    @cached_property
    def all_fields(self) -> tuple[Field, ...]:
        """Declared fields with those every record has."""
        return (*self.head, *self.fields, *self.tail)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.all_fields}

    def field(self, name: str) -> Field:
        return self.by_name[name]

    def lines_of(self, name: str) -> Lines:
        return next(one for one in self.lines if one.name == name)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The noun's sheet: what an export writes and an import understands."""
        own = [Column(one.name, one) for one in self.all_fields]
        packed = [Column(f"{part.name}.*.{one.name}", one, part) for part in self.lines for one in part.fields]
        return (*own[: len(self.head) + len(self.fields)], *packed, *own[len(self.head) + len(self.fields) :])

    @cached_property
    def form_sections(self) -> tuple[Section, ...]:
        """The declared sections, or one for the fields and one for each kind of line."""
        if self.sections:
            return self.sections
        names = tuple(one.name for one in self.fields if not one.read_only)
        return (Section(self.title, fields=names), *(Section(one.title, lines=one.name) for one in self.lines))

    # Access: every reading starts at `visible`.

    @property
    def rows(self) -> Any:
        """All rows, before anybody is asked for: for keys that were found among those somebody may read."""
        manager: Any = self.model._default_manager
        return manager.past_the_wall("beside") if self.beside else manager.all()

    def visible(self, viewer: Viewer) -> QuerySet[Any]:
        """The rows this viewer may read, and no others."""
        if self.is_record:
            return self.rows.visible_to(viewer)
        if self.readable is not None:
            return self.readable(viewer)
        return self.rows if viewer.signed_in else self.rows.none()

    def may_add(self, viewer: Viewer) -> bool:
        """Whether this viewer may make one at all (in some programme)."""
        from throughline.kernel.resources.permissions import may_add  # reason: rules load after declarations

        return may_add(self, viewer)

    def may_change(self, viewer: Viewer, record: Any) -> bool:
        from throughline.kernel.resources.permissions import may_change  # reason: as above

        return may_change(self, viewer, record)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.all_fields)
