"""The questionnaires of evaluation that come with the program, one for each level and role. They are starting points.

Each becomes an ordinary questionnaire, which the secretariat goes on editing in Excel. Questions that are asked again
later have the same name at each level, so that what people expected can be set beside what came of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from throughline.kernel.rounds.forms.writing import xlsform
from throughline.training.choices import Level, Role
from throughline.training.evaluation import RIGHT

LANGUAGE = "English (en)"
LABEL, HINT = f"label::{LANGUAGE}", f"hint::{LANGUAGE}"
Row = dict[str, str]


@dataclass(frozen=True)
class Standard:
    """One of the forms: what it is called, for whom, and what it asks."""

    code: str
    title: StrPromise
    level: int
    role: str
    survey: Callable[[], list[Row]]

    def form(self) -> bytes:
        """The form as an Excel file."""
        return xlsform(
            title=str(self.title),
            form_id=self.code.replace("-", "_"),
            survey=self.survey(),
            choices=_choices(),
            language=LANGUAGE,
        )


def _rated(name: str, label: str, *, scale: str = "agree") -> Row:
    return {"type": f"select_one {scale}", "name": name, LABEL: label, "appearance": "horizontal"}


def _text(name: str, label: str) -> Row:
    return {"type": "text", "name": name, LABEL: label, "appearance": "multiline"}


def _choices() -> list[Row]:
    lists = {
        "agree": (
            ("5", _("Strongly agree")), ("4", _("Agree")), ("3", _("Neither")), ("2", _("Disagree")),
            ("1", _("Strongly disagree")),
        ),
        "quality": (
            ("5", _("Excellent")), ("4", _("Good")), ("3", _("Acceptable")), ("2", _("Poor")), ("1", _("Very poor")),
        ),
        "pace": (("short", _("Too short")), ("right", _("About right")), ("long", _("Too long"))),
        "used": (
            ("often", _("Often")), ("sometimes", _("Sometimes")), ("once", _("Once")), ("never", _("Not yet")),
        ),
        "hindered": (
            ("no-case", _("There was no occasion")), ("no-time", _("There was no time")),
            ("no-tools", _("Equipment or data were missing")), ("no-support", _("Superiors did not support it")),
            ("moved", _("I work on something else now")), ("other", _("Something else")),
        ),
        "amber": (
            ("anyone", _("Anyone")), ("own", _("My organisation, and partners who need it to protect themselves")),
            ("meeting", _("Only those who were in the room")),
        ),
        "certain": (
            ("source", _("Who told it")), ("time", _("When it was written down")), ("place", _("Where it was found")),
        ),
    }  # fmt: skip
    return [{"list_name": name, "name": code, LABEL: label} for name, pairs in lists.items() for code, label in pairs]


def reaction() -> list[Row]:
    return [
        _rated("overall", _("Overall, the activity was"), scale="quality"),
        _rated("relevance", _("It was relevant to my work")),
        _rated("objectives", _("It reached what it set out to do")),
        _rated("confidence", _("I feel able to use what I learned")),
        _rated("trainers", _("The trainers explained clearly and answered questions")),
        _rated("methods", _("There was enough practice and exchange")),
        _rated("organisation", _("It was well organised: information, travel, place, materials")),
        {"type": "select_one pace", "name": "length", LABEL: _("For what it covered, it was")},
        _text("most_useful", _("What was most useful?")),
        _text("improve", _("What should be done differently next time?")),
    ]


def reaction_of_trainers() -> list[Row]:
    return [
        _rated("overall", _("Overall, the activity was"), scale="quality"),
        _rated("objectives", _("It reached what it set out to do")),
        _rated("group", _("The participants were those it was made for")),
        _rated("level", _("Their previous knowledge fitted the level")),
        _rated("briefing", _("I was briefed in time on aims, group and programme")),
        _rated("organisation", _("It was well organised: information, travel, place, materials")),
        {"type": "select_one pace", "name": "length", LABEL: _("For what it covered, it was")},
        _text("improve", _("What should be done differently next time?")),
    ]


def learning() -> list[Row]:
    def asked(kind: str, name: str, label: str, right: str) -> Row:
        return {"type": kind, "name": name, LABEL: label, f"bind::throughline:{RIGHT}": right}

    example = {
        "type": "note",
        "name": "example",
        LABEL: _("An example. Replace these questions by those of your course."),
    }
    return [
        example,
        asked("select_one amber", "amber", _("To whom may you pass on what is marked TLP:AMBER?"), "own"),
        asked("select_multiple certain", "certain", _("What belongs to every find that is recorded?"), "time place"),
        asked("integer", "calibre", _("A pistol is marked '9x19'. Its calibre in whole millimetres?"), "9"),
    ]


def behaviour() -> list[Row]:
    rarely = "${used} = 'never' or ${used} = 'once'"
    return [
        {"type": "select_one used", "name": "used", LABEL: _("How often have you used what you learned?")},
        {"type": "select_multiple hindered", "name": "hindered", LABEL: _("What stood in the way?"), "relevant": rarely},
        _rated("relevance", _("Looking back, it was relevant to my work")),
        _rated("confidence", _("I have been able to use what I learned")),
        _rated("changed", _("I do my work differently because of it")),
        {
            "type": "integer", "name": "passed_on", LABEL: _("To how many colleagues have you passed it on?"),
            "constraint": ". >= 0 and . <= 10000",
        },
        _text("example", _("An example of how you used it")),
        _text("needed", _("What else do you need?")),
    ]  # fmt: skip


def behaviour_of_staff() -> list[Row]:
    return [
        {
            "type": "select_one used",
            "name": "used",
            LABEL: _("How often has your staff member used what they learned?"),
        },
        _rated("relevance", _("The training was relevant to their work")),
        _rated("confidence", _("They have been able to use what they learned")),
        _rated("changed", _("They do their work differently because of it")),
        _rated("supported", _("Their duties give them the occasion to use it")),
        _text("example", _("An example of what changed")),
        _text("needed", _("What else does your unit need?")),
    ]


def effects() -> list[Row]:
    return [
        _rated("better", _("The work of the unit has become better through the training")),
        _rated("faster", _("Cases are handled faster or more completely")),
        _rated("together", _("Cooperation with other authorities or countries has become easier")),
        _rated("worth", _("It was worth the time the staff were away")),
        _text("evidence", _("What shows it? Cases, seizures, procedures, figures")),
        _text("otherwise", _("What else may explain the change?")),
    ]


P, T, M = Role.PARTICIPANT.value, Role.TRAINER.value, Role.LINE_MANAGER.value
STANDARD: tuple[Standard, ...] = (
    Standard("reaction-participant", gettext_lazy("Level 1: reaction of participants"), Level.REACTION, P, reaction),
    Standard("reaction-trainer", gettext_lazy("Level 1: reaction of trainers"), Level.REACTION, T, reaction_of_trainers),
    Standard("learning-participant", gettext_lazy("Level 2: test, an example"), Level.LEARNING, P, learning),
    Standard("behaviour-participant", gettext_lazy("Level 3: behaviour, participants"), Level.BEHAVIOUR, P, behaviour),
    Standard("behaviour-manager", gettext_lazy("Level 3: behaviour, line managers"), Level.BEHAVIOUR, M, behaviour_of_staff),
    Standard("results-manager", gettext_lazy("Level 4: results, line managers"), Level.RESULTS, M, effects),
)  # fmt: skip
# What an activity is usually evaluated with. Tests are made for one course, so they are planned one by one.
USUAL = ("reaction-participant", "reaction-trainer", "behaviour-participant", "behaviour-manager")
