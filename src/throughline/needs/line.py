"""How exercises, positions and proposals hang together on the line of sight."""

from collections.abc import Iterator

from django.db import models

from throughline.needs.models import Exercise, Position


def before_exercise(exercise: models.Model) -> Iterator[tuple[str, models.Model]]:
    """The exercise it follows, the round it asked, and the positions it rests on."""
    if exercise.follows_id:  # type: ignore[attr-defined]
        yield "leads-to", exercise.follows  # type: ignore[attr-defined]
    if exercise.round_id:  # type: ignore[attr-defined]
        yield "leads-to", exercise.round  # type: ignore[attr-defined]
    for position in Position.objects.filter(exercise=exercise.pk):
        yield "evidence", position


def after_exercise(exercise: models.Model) -> Iterator[tuple[str, models.Model]]:
    for later in Exercise.objects.filter(follows=exercise.pk):
        yield "leads-to", later


def after_position(position: models.Model) -> Iterator[tuple[str, models.Model]]:
    yield "evidence", position.exercise  # type: ignore[attr-defined]


def after_proposal(proposal: models.Model) -> Iterator[tuple[str, models.Model]]:
    if proposal.entry_id:  # type: ignore[attr-defined]
        yield "answers", proposal.entry  # type: ignore[attr-defined]
