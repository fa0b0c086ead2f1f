"""How exercises, needs, positions and proposals hang together on the line of sight.

What an entry of the catalogue answers is linked with the kind 'answers', or named by the proposal it came of.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from throughline.kernel.reporting.models import Report
from throughline.kernel.trace.models import Link
from throughline.needs.models import Exercise, Position, TopicResult
from throughline.needs.rapid_models import Proposal

Steps = Iterator[tuple[str, models.Model]]
ANSWERS, EVIDENCE, LEADS_TO, REPORTED = "answers", "evidence", "leads-to", "reported-in"
DOCUMENT = "otna-report"


def before_exercise(exercise: Any) -> Steps:
    """The exercise it follows, the round it asked, and the positions it rests on."""
    if exercise.follows_id:
        yield LEADS_TO, exercise.follows
    if exercise.round_id:
        yield LEADS_TO, exercise.round
    for position in Position.objects.filter(exercise=exercise.pk):
        yield EVIDENCE, position


def after_exercise(exercise: Any) -> Steps:
    """What follows it, the needs that something answers, and the documents that report it."""
    for later in Exercise.objects.filter(follows=exercise.pk):
        yield LEADS_TO, later
    here = ContentType.objects.get_for_model(TopicResult)
    answered = Link.objects.filter(kind=ANSWERS, left_type=here).values("left_id")
    rows = TopicResult.objects.filter(analysis__exercise=exercise.pk, pk__in=answered)
    for result in rows.select_related("topic", "analysis__exercise"):
        yield LEADS_TO, result
    for analysis in exercise.analyses.all():
        figure = f"{exercise.reference}/{analysis.number}/response-rate"
        for report in Report.objects.filter(template=DOCUMENT, snapshot__figures__has_key=figure):
            yield REPORTED, report


def before_report(report: Any) -> Steps:
    """The exercise a document on training needs was made from."""
    if report.template == DOCUMENT:
        references = {name.partition("/")[0] for name in report.snapshot["figures"]}
        for exercise in Exercise.objects.filter(reference__in=references, programme=report.programme_id):
            yield REPORTED, exercise


def before_result(result: Any) -> Steps:
    yield LEADS_TO, result.analysis.exercise


def after_position(position: Any) -> Steps:
    yield EVIDENCE, position.exercise


def after_proposal(proposal: Any) -> Steps:
    """The entry it became, where no link says so already."""
    if proposal.entry_id and not _linked(proposal, proposal.entry_id):
        yield ANSWERS, proposal.entry


def before_entry(entry: Any) -> Steps:
    for proposal in Proposal.objects.filter(entry=entry.pk):
        if not _linked(proposal, entry.pk):
            yield ANSWERS, proposal


def _linked(proposal: Proposal, entry: Any) -> bool:
    here = ContentType.objects.get_for_model(Proposal)
    return Link.objects.filter(kind=ANSWERS, left_type=here, left_id=proposal.pk, right_id=entry).exists()
