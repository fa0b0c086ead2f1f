"""The questionnaire of an exercise as an XLSForm: relevance of each topic, and of the relevant ones what else is needed.

Each question says in columns of its own (`bind::throughline:…`) which exercise and topic it asks about and in which role,
so that a form the secretariat edited in Excel is taken in just the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms.writing import xlsform
from throughline.needs import queries
from throughline.needs.choices import DONT_KNOW, NUMBER, Asked
from throughline.needs.models import Exercise, Profile, Topic

Row = dict[str, str]
LABEL = "label::English (en)"
HINT = "hint::English (en)"
EXTRA = "bind::throughline:"
SCALES = ("relevance", "urgency", "proficiency")


@dataclass
class Book:
    """The rows of the form as they are put together."""

    exercise: Exercise
    profiles: list[Profile]
    relevant_from: list[str]
    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)

    def ask(self, kind: str, topic: Topic, role: str, label: str, together: str, **columns: str) -> None:
        """A question about a topic; its name is made of the topic's place, which stays within an exercise."""
        extra = {"exercise": self.exercise.reference, "topic": topic.code, "role": role, "together": together}
        row = {"type": kind, "name": name_of(topic, role), LABEL: label, **columns}
        self.survey.append(row | {f"{EXTRA}{key}": value for key, value in extra.items()})

    def relevant(self, topic: Topic) -> str:
        """The condition under which more is asked: the topic is found relevant enough."""
        name = name_of(topic, Asked.RELEVANCE)
        return " or ".join(f"${{{name}}} = '{code}'" for code in self.relevant_from)


def name_of(topic: Topic, role: str) -> str:
    return f"{role.replace(':', '_').replace('-', '_')}_{topic.order}"


def questionnaire(exercise: Exercise) -> bytes:
    """The form of an exercise: one group a topic, its subtopics within."""
    method = exercise.method
    scales = {name: queries.scale(getattr(method, f"{name}_scale")) for name in SCALES}
    codes = [one.code for one in scales["relevance"]]
    book = Book(exercise, list(exercise.profiles.all()), codes[method.asked_from - 1 :])
    for name, terms in scales.items():
        pairs = [(one.code, f"{one.label}: {one.definition}" if one.definition else one.label) for one in terms]
        _list(book, name, [*pairs, (DONT_KNOW, _("Don't know"))])
    _list(book, "yesno", [("yes", _("Yes")), ("no", _("No"))])
    topics = list(exercise.topics.all())
    for topic in topics:
        if not topic.part_of:
            _topic(book, topic, [one for one in topics if one.part_of == topic.code])
    other = {
        "type": "text",
        "name": "other",
        LABEL: _("Training needs that are not on this list"),
        "appearance": "multiline",
    }
    book.survey.append(other | {f"{EXTRA}together": "list"})
    return _file(book)


def _list(book: Book, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    book.choices += [{"list_name": name, "name": code, LABEL: str(label)} for code, label in pairs]


def _topic(book: Book, topic: Topic, subtopics: list[Topic]) -> None:
    hint = _("Added for this exercise; it stands in no baseline document.") if topic.added else ""
    book.survey.append({"type": "begin_group", "name": f"topic_{topic.order}", LABEL: topic.title, HINT: hint})
    words = _("How relevant is training in this topic for your country?")
    book.ask("select_one relevance", topic, Asked.RELEVANCE, words, "same", required="yes")
    relevant = book.relevant(topic)
    for one in subtopics:
        label = _("How relevant is: %(topic)s?") % {"topic": one.title}
        book.ask("select_one relevance", one, Asked.RELEVANCE, label, "same", relevant=relevant)
    words = _("How urgent is it?")
    book.ask("select_one urgency", topic, Asked.URGENCY, words, "same", relevant=relevant, required="yes")
    words = _("Which proficiency should the training lead to?")
    book.ask("select_one proficiency", topic, Asked.PROFICIENCY, words, "same", relevant=relevant, required="yes")
    for profile in book.profiles:
        label = _("How many officials need it: %(profile)s?") % {"profile": profile.title}
        book.ask(
            "integer", topic, f"{NUMBER}{profile.code}", label, "sum", relevant=relevant, constraint=". >= 0",
            **{"constraint_message::English (en)": _("Not below nought.")},
        )  # fmt: skip
    words = _("Is there training on it in your country?")
    book.ask("select_one yesno", topic, Asked.NATIONAL, words, "list", relevant=relevant)
    book.ask("text", topic, Asked.COMMENT, _("Comment"), "list", relevant=relevant, appearance="multiline")
    book.survey.append({"type": "end_group"})


def _file(book: Book) -> bytes:
    exercise = book.exercise
    form_id = f"needs_{exercise.reference.lower().replace('-', '_')}"
    return xlsform(
        title=exercise.title, form_id=form_id, survey=book.survey, choices=book.choices, language="English (en)"
    )
