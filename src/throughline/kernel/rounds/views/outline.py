"""What a questionnaire asks, as plain data: its outline for reading, and what changed between two editions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from throughline.kernel.rounds.forms.compiling import Expression
from throughline.kernel.rounds.forms.definition import Choice, Form, Item, Question, Repeat
from throughline.kernel.rounds.models import Edition
from throughline.kernel.rounds.views.wording import plain, prose

KINDS: dict[str, str | Promise] = {
    "text": _l("Text"),
    "integer": _l("Whole number"),
    "decimal": _l("Number"),
    "date": _l("Date"),
    "time": _l("Time"),
    "datetime": _l("Date and time"),
    "select-one": _l("One choice"),
    "select-many": _l("Several choices"),
    "rank": _l("Order of choices"),
    "note": _l("Note"),
    "geopoint": _l("Point on the map"),
    "geotrace": _l("Line on the map"),
    "geoshape": _l("Area on the map"),
    "image": _l("Picture"),
    "audio": _l("Sound"),
    "video": _l("Film"),
    "file": _l("File"),
    "barcode": _l("Barcode"),
    "range": _l("Number in a range"),
    "acknowledge": _l("Confirmation"),
    "calculate": _l("Computed"),
    "hidden": _l("Not shown"),
}
PATH = re.compile(r"""("[^"]*"|'[^']*')|(?:current\(\)/)?(?:\.\./)+[\w.-]+(?:/[\w.-]+)*|(?<![\w)\].])(?:/[\w.-]+)+""")
SELF = re.compile(r"(?<![\w./'\"])\.(?![\w./])")
WORDS = (
    (re.compile(r"\s*!=\s*"), " ≠ "),
    (re.compile(r"\s*>=\s*"), " ≥ "),
    (re.compile(r"\s*<=\s*"), " ≤ "),
)
LONG = 60


@dataclass(frozen=True)
class Entry:
    """One line of the outline: a section, a repeated group or a question."""

    depth: int
    kind: str
    kind_words: str
    label: str
    path: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    filtered: bool = False
    required: bool = False
    when: str = ""
    must: str = ""
    must_message: str = ""
    computed: str = ""
    picture: str = ""
    html: str | SafeString = ""
    technical: dict[str, str] = field(default_factory=dict)

    @property
    def is_section(self) -> bool:
        return self.kind in {"group", "repeat"}


@dataclass(frozen=True)
class Difference:
    """One question that is new, gone or different."""

    change: str
    label: str
    path: str
    details: tuple[tuple[str, str, str], ...] = ()


def language_of(form: Form, wanted: str = "") -> str:
    """The language of the form that was asked for, else the reader's own, else the form's."""
    return form.language_for(wanted or get_language() or "")


def code_of(language: str) -> str:
    """The code in the name of a form's language: 'Shqip (sq)' is 'sq'; '' where none is given."""
    found = re.search(r"\(([A-Za-z]{2,3}(?:-[A-Za-z]+)*)\)\s*$", language)
    return found.group(1) if found else ""


def outline(form: Form, language: str, *, by_path: bool = False) -> list[Entry]:
    """Everything the form asks, in its order, as it reads in one language.

    In conditions questions are called by their labels, or `by_path`, where a new wording shall make no difference.
    """
    labels = {path: path if by_path else plain(item.label(language)) or item.name for path, item in form.items.items()}
    return list(_entries(form, form.children, 0, language, labels))


def _entries(form: Form, items: Any, depth: int, language: str, labels: dict[str, str]) -> Iterator[Entry]:
    for item in items:
        yield _entry(form, item, depth, language, labels)
        yield from _entries(form, getattr(item, "children", ()), depth + 1, language, labels)


def _entry(form: Form, item: Item, depth: int, language: str, labels: dict[str, str]) -> Entry:
    def told(expression: Expression | None) -> str:
        return in_words(expression, form, item, labels)

    if not isinstance(item, Question):
        kind = "repeat" if isinstance(item, Repeat) else "group"
        words = _("Repeated section") if kind == "repeat" else _("Section")
        label = plain(item.label(language))
        return Entry(depth, kind, words, label, item.path, when=told(item.relevant), technical=_technical(item))
    return Entry(
        depth,
        item.kind,
        str(KINDS[item.kind]),
        plain(item.label(language)) or ("" if item.asked else item.name),
        item.path,
        hint=item.hint(language),
        choices=item.choices(language),
        filtered=item.filtered,
        required=item.required is not None and item.required.text.strip() != "false()",
        when=told(item.relevant),
        must=told(item.constraint),
        must_message=item.constraint_message.plain(language),
        computed=told(item.calculate),
        picture=item.media("image", language),
        html=prose(item.label(language)),
        technical=_technical(item),
    )


def _technical(item: Item) -> dict[str, str]:
    """What the form's author wrote, word for word."""
    found = {_("name"): item.path}
    for title, name in (
        ("relevant", "relevant"),
        ("constraint", "constraint"),
        ("required", "required"),
        ("calculation", "calculate"),
        ("readonly", "readonly"),
        ("repeat_count", "count"),
    ):
        expression = getattr(item, name, None)
        if expression is not None:
            found[title] = expression.text
    if item.appearance:
        found["appearance"] = item.appearance
    return found | {f"throughline:{name}": value for name, value in item.extra.items()}


def in_words(expression: Expression | None, form: Form, item: Item, labels: dict[str, str]) -> str:
    """An expression with the questions it reads called by their labels: good enough to check, not a translation."""
    if expression is None or expression.text.strip() in {"true()", "false()"}:
        return ""
    text = PATH.sub(lambda found: found.group(1) or _called(found.group(0), form, item, labels), expression.text)
    text = SELF.sub(_("the answer"), text)
    for pattern, instead in WORDS:
        text = pattern.sub(instead, text)
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\( (?=\S)", "(", re.sub(r" (?=[,)])", "", text))


def _called(reference: str, form: Form, item: Item, labels: dict[str, str]) -> str:
    """The label of the question a reference leads to, quoted; the reference itself where there is none."""
    if reference.startswith("/"):
        path = reference.strip("/").partition("/")[2]
    else:
        steps = item.path.split("/")
        for step in reference.removeprefix("current()/").split("/"):
            steps = steps[:-1] if step == ".." else steps if step == "." else [*steps, step]
        path = "/".join(steps)
    if path not in form.items:
        return reference
    label = labels[path]
    return f"“{label if len(label) <= LONG else label[: LONG - 1] + '…'}”"


def compare_editions(before: Edition, after: Edition, language: str = "") -> list[Difference]:
    """What was added, removed and changed, in the order of the newer edition; the removed ones last."""
    old, new = before.form, after.form
    was, was_exactly = _both(old, language_of(old, language))
    now, now_exactly = _both(new, language_of(new, language))
    found = []
    for path, entry in now.items():
        if path not in was:
            found.append(Difference("added", entry.label or path, path))
        elif details := _details(was[path], entry, _rules(was_exactly[path]), _rules(now_exactly[path])):
            found.append(Difference("changed", entry.label or path, path, details))
    gone = [Difference("removed", entry.label or path, path) for path, entry in was.items() if path not in now]
    return found + gone


def _both(form: Form, language: str) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """The outline by path: with labels in conditions to show, with paths in them to compare."""
    shown, exact = outline(form, language), outline(form, language, by_path=True)
    return {one.path: one for one in shown}, {one.path: one for one in exact}


def _rules(entry: Entry) -> tuple[str, str, str]:
    return entry.when, entry.must, entry.computed


def _details(
    was: Entry, now: Entry, old_rules: tuple[str, str, str], new_rules: tuple[str, str, str]
) -> tuple[tuple[str, str, str], ...]:
    pairs = (
        (_("Wording"), was.label, now.label),
        (_("Kind"), was.kind_words, now.kind_words),
        (_("Help"), was.hint, now.hint),
        (_("Choices"), _listed(was.choices), _listed(now.choices)),
        (_("Has to be answered"), _yes(was.required), _yes(now.required)),
    )
    titles = (_("Asked only if"), _("Has to hold"), _("Computed as"))
    rules = zip(titles, _rules(was), _rules(now), old_rules, new_rules, strict=True)
    changed = tuple((title, before, after) for title, before, after, old, new in rules if old != new)
    return tuple(pair for pair in pairs if pair[1] != pair[2]) + changed


def _listed(choices: tuple[Choice, ...]) -> str:
    return ", ".join(choice.label for choice in choices)


def _yes(value: bool) -> str:  # noqa: FBT001 (one word for one value)
    return _("Yes") if value else _("No")
