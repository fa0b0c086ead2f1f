"""What becomes of accepted answers: one row a topic, inside the verb that accepts (or reopens) the return."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note
from throughline.kernel.rounds.models import Return, Version
from throughline.needs import consolidating, queries
from throughline.needs.choices import COLLECTING, DONT_KNOW, NUMBER, Asked
from throughline.needs.models import Answer, Exercise

SCALES = (Asked.RELEVANCE, Asked.URGENCY, Asked.PROFICIENCY)
Roles = dict[str, tuple[str, str]]  # role -> (place, value)


def on_accept(actor: Viewer, ret: Return, version: Version) -> None:
    """Take the answers of an accepted return in; what the same return gave before is replaced.

    A nil return is an answer of its country with nothing on any topic. Raises Invalid, with the question, for what
    fits no topic or scale, and Refused while the exercise does not collect.
    """
    said = _sorted(version)
    exercise = _exercise(ret, {one for one, _topic in said})
    if exercise.state not in COLLECTING:
        raise Refused(_("This exercise takes no answers now. Open it (again) first."))
    topics = {one.code: one for one in exercise.topics.all()}
    scales = consolidating.scales_of(exercise.method)
    problems, rows = [], []
    for (_reference, code), roles in said.items():
        if code not in topics:
            place = next(iter(roles.values()))[0]
            problems.append(Problem(place, _("There is no such topic in this exercise."), code))
            continue
        problems += _off_scale(roles, scales)
        rows.append(
            Answer(
                ret=ret, handed_in=version, exercise=exercise, topic=topics[code], jurisdiction=ret.owner.jurisdiction,
                **_values({} if version.nil else roles),
            )
        )  # fmt: skip
    if problems:
        raise Invalid(problems)
    Answer.objects.filter(ret=ret).delete()
    Answer.objects.bulk_create(rows)
    note(ret, after={"topics": len(rows)}, verb="needs.take-in")


def on_reopen(actor: Viewer, ret: Return, version: Version) -> None:
    """The answers of a return that is open again stay, and do not count. Refused once positions rest on them."""
    answers = Answer.objects.filter(ret=ret)
    first = answers.select_related("exercise").first()
    if first is not None and first.exercise.state not in COLLECTING:
        raise Refused(_("Positions rest on these answers. Open the exercise again first."))
    note(ret, after={"topics": answers.update(counted=False)}, verb="needs.set-aside")


def _sorted(version: Version) -> dict[tuple[str, str], Roles]:
    """The answers by exercise and topic. Questions in repeats have no one value and are left out."""
    found: dict[tuple[str, str], Roles] = defaultdict(dict)
    for question in version.edition.form.questions():
        extra = question.extra
        if extra.get("exercise") and extra.get("topic") and extra.get("role") and not question.repeats:
            value = str(version.answers.get(question.path, ""))
            found[extra["exercise"], extra["topic"]][extra["role"]] = (question.path, value)
    return dict(found)


def _exercise(ret: Return, references: set[str]) -> Exercise:
    """The one exercise the form asks about, of the round's own programme."""
    if len(references) != 1:
        raise Invalid([Problem("exercise", _("The form has to name one exercise."), ", ".join(sorted(references)))])
    found = queries.exercise_held(ret.programme_id, next(iter(references)))
    if found is None:
        raise Invalid([Problem("exercise", _("There is no such exercise in this programme."), next(iter(references)))])
    return found


def _off_scale(roles: Roles, scales: Mapping[str, list[str]]) -> list[Problem]:
    return [
        Problem(roles[role][0], _("This is not on the scale."), roles[role][1])
        for role in SCALES
        if role in roles and roles[role][1] not in {"", DONT_KNOW, *scales[role]}
    ]


def _values(roles: Roles) -> dict[str, Any]:
    """The answers on one topic as the columns of a row; 'don't know' is blank, and blank is not nought."""
    given = {role: value for role, (_place, value) in roles.items() if value and value != DONT_KNOW}
    numbers = {role.removeprefix(NUMBER): int(float(value)) for role, value in given.items() if role.startswith(NUMBER)}
    national = given.get(Asked.NATIONAL, "")
    return {
        **{str(role): given.get(role, "") for role in SCALES},
        "numbers": numbers,
        "national": {"yes": True, "no": False}.get(national),
        "comment": given.get(Asked.COMMENT, ""),
    }
