"""What became of needs and proposals: the entries that answer them, the activities, who came; and the first delivery."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import verb
from throughline.kernel.trace.services import link
from throughline.needs import queries, rapid
from throughline.needs.choices import ExerciseState as E
from throughline.needs.choices import ProposalState as P
from throughline.needs.models import TopicResult
from throughline.needs.rapid_models import Proposal
from throughline.reference.models import Organisation, Programme, Term
from throughline.training import answering
from throughline.training.answering import Answered
from throughline.training.models import Activity, Entry
from throughline.training.services import catalogue

# What may be answered: needs a body validated, proposals that were agreed to and are not over.
VALIDATED = (E.VALIDATED, E.PUBLISHED)
AGREED = (P.AGREED, P.DEVELOPED, P.CATALOGUE, P.DELIVERED, P.REVISED)
UNDELIVERED = (P.AGREED, P.DEVELOPED, P.CATALOGUE)


def needs_to_answer(viewer: Viewer, entry: Entry, words: str) -> list[TopicResult]:
    """The validated needs of the entry's programme in whose words these occur, the newest exercise first."""
    rows = TopicResult.objects.visible_to(viewer).filter(
        analysis__exercise__programme=entry.programme_id, analysis__exercise__state__in=VALIDATED,
        topic__title__icontains=words,
    )  # fmt: skip
    last = [one for one in rows if one.analysis.number == one.analysis.exercise.analyses.count()]
    return sorted(last, key=lambda one: (-one.analysis.exercise.results_from.toordinal(), one.topic.order))


def proposals_to_answer(viewer: Viewer, entry: Entry, words: str) -> list[Proposal]:
    """The agreed proposals of the entry's programme in whose words these occur."""
    found = queries.proposals_for(viewer).filter(programme=entry.programme_id, state__in=AGREED)
    return list((found.filter(title__icontains=words) | found.filter(topic__icontains=words))[: answering.MOST])


def to_results(viewer: Viewer, results: Sequence[TopicResult]) -> dict[Any, Answered]:
    """What became of each of these needs since its results hold."""
    linked = answering.linked(results)
    since = {one.pk: one.analysis.exercise.results_from for one in results}
    return answering.answered(viewer, {one.pk: linked.get(one.pk, set()) for one in results}, since)


def to_proposals(
    viewer: Viewer, proposals: Sequence[Proposal], clocks: Mapping[Any, rapid.Clock] | None = None
) -> dict[Any, Answered]:
    """What became of each of these proposals since it was called."""
    since = {key: clock.called for key, clock in (clocks or rapid.clocks(proposals)).items()}
    return answering.answered(viewer, entries_of(proposals), since)


def entries_of(proposals: Iterable[Proposal]) -> dict[Any, set[Any]]:
    """The entries each proposal became or is linked to."""
    rows = list(proposals)
    linked = answering.linked(rows)
    return {one.pk: linked.get(one.pk, set()) | ({one.entry_id} if one.entry_id else set()) for one in rows}


def first_delivery(actor: Viewer, activity: Activity) -> None:
    """The first activity of an entry that is done ends the clock of the proposals it answers. Part of a verb.

    An activity that began before the need was called delivers nothing of it.
    """
    if activity.entry_id is None:
        return
    waiting = queries.proposals_waiting(activity.programme_id, UNDELIVERED)
    entries = entries_of(waiting)
    for proposal in waiting:
        if activity.entry_id in entries[proposal.pk]:
            rapid.delivered_by(actor, proposal, activity.starts_on)


# ---- an entry drafted from what is needed


@verb("need.draft-entry")
def draft_for_need(actor: Viewer, *, result: TopicResult) -> Entry:
    """Draft an entry that answers a validated need: its title, level and target group. Raises Refused."""
    exercise = result.analysis.exercise
    if exercise.state not in VALIDATED:
        raise Refused(_("Only validated needs are answered by entries of the catalogue."))
    level = max(result.by_level, key=result.by_level.__getitem__, default="")
    profiles = {one.code: one.title for one in exercise.profiles.all()}
    values = {
        "title": result.topic.title,
        "level": Term.objects.filter(taxonomy=exercise.method.proficiency_scale, code=level).first(),
        "target_group": "\n".join(title for code, title in profiles.items() if code in result.by_profile),
    }
    return _draft(actor, result, exercise.programme, values)


@verb("proposal.draft-entry")
def draft_for_proposal(actor: Viewer, *, proposal: Proposal) -> Entry:
    """Draft the entry an agreed proposal becomes. Raises Refused."""
    if proposal.state not in UNDELIVERED:
        raise Refused(_("Only agreed proposals become entries of the catalogue."))
    values = {
        "title": proposal.topic, "priority": proposal.priority, "level": proposal.proficiency, "mode": proposal.mode,
        "target_group": proposal.target_group, "aim": proposal.trigger,
    }  # fmt: skip
    return _draft(actor, proposal, proposal.programme, values)


def _draft(actor: Viewer, answered: TopicResult | Proposal, programme: Programme, values: dict[str, Any]) -> Entry:
    made = catalogue.create_entry(
        actor, programme=programme, values=values, owner=Organisation.objects.get(pk=programme.secretariat_id)
    )
    link(actor, left=answered, right=made, kind=answering.ANSWERS)
    return made
