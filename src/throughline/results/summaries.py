"""Summaries of a narrative report, goal by goal: generated from the statuses, edited by people, checked against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.periods import Period
from throughline.results import queries
from throughline.results.claims import Outcome, Verdict, checked
from throughline.results.models import Framework, Goal
from throughline.results.scorecards import Narrative, NarrativeGoal, NarrativeTarget
from throughline.results.sentences import Standing, Told, generated
from throughline.results.summary_models import SummaryText

NARRATIVE_REPORT = "roadmap-narrative"
LONGEST = 6000


@dataclass(frozen=True)
class Summary:
    """One goal: what is generated for each overall target, and what a person wrote instead, with the verdicts on it."""

    goal: NarrativeGoal
    told: tuple[tuple[NarrativeTarget, tuple[Told, ...]], ...]
    standings: tuple[Standing, ...]
    text: str = ""
    by: str = ""
    at: datetime | None = None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def contradictions(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.outcome is Outcome.CONTRADICTS]

    @property
    def generated_text(self) -> str:
        """The generated sentences as they would be typed, to start editing from: a line for each overall target."""
        lines = [
            _("Overall target %(target)s: %(sentences)s")
            % {"target": target.label, "sentences": " ".join(one.plain() for one in told)}
            for target, told in self.told
        ]
        return "\n".join(lines)


def standing_of(target: NarrativeTarget) -> Standing:
    """The statuses of one overall target, as sentences are made from them."""
    answered = [one for one in target.answers if one.answered]
    return Standing(
        target=target.label,
        asked=len(target.answers),
        statuses={code: (label, count) for code, label, count in target.statuses},
        nil=sum(one.nil for one in answered),
        silent=tuple(one.place.capital or one.place.name for one in target.answers if not one.answered),
        unstated=sum(not one.nil and not one.status for one in answered),
    )


def summary_of(goal: NarrativeGoal, written: SummaryText | None) -> Summary:
    standings = tuple(standing_of(target) for target in goal.targets)
    told = tuple((target, tuple(generated(one))) for target, one in zip(goal.targets, standings, strict=True))
    if written is None:
        return Summary(goal, told, standings)
    verdicts = tuple(checked(written.text, standings))
    return Summary(goal, told, standings, written.text, written.by.name, written.at, verdicts)


def summaries(narrative: Narrative, template: str = NARRATIVE_REPORT) -> list[Summary]:
    """The summaries of all goals of a narrative. What it shows was read as its viewer may read it."""
    return [summary_of(goal, written) for goal, written in with_texts(narrative, template)]


def with_texts(narrative: Narrative, template: str) -> list[tuple[NarrativeGoal, SummaryText | None]]:
    rows = SummaryText.objects.filter(
        goal__framework__code=narrative.framework, template=template, period=narrative.period
    ).select_related("goal", "by")
    written: Mapping[str, SummaryText] = {row.goal.code: row for row in rows}
    return [(goal, written.get(goal.code)) for goal in narrative.goals]


def shared(viewer: Viewer, framework: Framework, period: Period | str) -> Narrative:
    """The narrative as a document takes it: what is accepted, and open to anyone with the viewer's roles."""
    return queries.narrative(viewer.of_what_is_shared(), framework, period=period)


def may_edit(viewer: Viewer, framework: Framework) -> bool:
    return viewer.has_role(framework.programme_id, Role.SECRETARIAT)


def check_editor(viewer: Viewer, framework: Framework) -> None:
    if not may_edit(viewer, framework):
        raise Refused(_("Only the secretariat of its programme edits the summaries of a report."))


@verb("summary.keep")
def keep(
    actor: Viewer, *, framework: Framework, goal: int, period: str, text: str, template: str = NARRATIVE_REPORT
) -> Summary:
    """Keep what a person wrote as the summary of a goal; an empty text goes back to what is generated.

    Raises Invalid, with the count found and the count in the records, for a sentence that contradicts the statuses.
    """
    check_editor(actor, framework)
    narrative = shared(actor, framework, period)
    found = next((one for one in narrative.goals if one.number == goal), None)
    if found is None:
        raise Invalid([Problem("goal", _("There is no such goal."), str(goal))])
    text = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
    if len(text) > LONGEST:
        raise Invalid([Problem("text", _("At most %(longest)s characters.") % {"longest": LONGEST})])
    standings = [standing_of(target) for target in found.targets]
    wrong = [one for one in checked(text, standings) if one.outcome is Outcome.CONTRADICTS]
    if wrong:
        raise Invalid([Problem("text", one.words, one.claim) for one in wrong])
    return summary_of(found, _write(actor, framework, found, narrative.period, text, template))


def _write(
    actor: Viewer, framework: Framework, goal: NarrativeGoal, period: str, text: str, template: str
) -> SummaryText | None:
    record = Goal.objects.get(framework=framework, code=goal.code)
    key: dict[str, Any] = {"goal": record, "template": template, "period": period}
    before = SummaryText.objects.select_for_update().filter(**key).first()
    said = before.text if before else ""
    if said == text:
        return before
    note(record, before={"summary": said}, after={"summary": text, "period": period, "document": template})
    if not text:
        SummaryText.objects.filter(**key).delete()
        return None
    made, _new = SummaryText.objects.update_or_create(**key, defaults={"text": text, "by_id": actor.key})
    return made
