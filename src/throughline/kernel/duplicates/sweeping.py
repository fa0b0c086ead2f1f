"""Looking through the records of a noun: all of them, or those changed since. It acts for nobody and tells nobody what it found:
each reader sees the pairs of which they may read both records.
"""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from throughline.kernel.duplicates import blocking
from throughline.kernel.duplicates.choices import PairState
from throughline.kernel.duplicates.declare import Duplicates, Profile
from throughline.kernel.duplicates.models import Pair, Sweep
from throughline.kernel.duplicates.queries import MOST_NEAR, ended
from throughline.kernel.duplicates.registry import model_of, resource_of
from throughline.kernel.duplicates.scoring import Score, score

# More changed records than this, and all are looked through.
MOST_ONE_BY_ONE = 2_000
# A transaction may commit after a later one has begun: a sweep looks back a little further than the last.
OVERLAP = timedelta(minutes=10)
WRITTEN_AT_ONCE = 2_000
UPDATED = ["points", "evidence", "version"]
Progress = Callable[[int], None]


def in_use(rule: Duplicates) -> Any:
    """Every record that may still be merged, whoever may read it."""
    return model_of(rule)._default_manager.exclude(state__in=ended(resource_of(rule))).order_by("pk")  # type: ignore[union-attr]


def sweep(rule: Duplicates, progress: Progress | None = None) -> Sweep:
    """Compare all records in use; pairs that no longer look alike and nobody has decided on go."""
    began, up_to, compared = time.perf_counter(), timezone.now(), 0

    def counted(number: int) -> None:
        nonlocal compared
        compared = number
        if progress is not None:
            progress(number)

    profiles = list(rule.profiles(in_use(rule)))
    pairs = [_pair(rule, one, other, points) for one, other, points in blocking.alike(rule, profiles, counted)]
    with transaction.atomic():
        _write(pairs)
        kept = {(pair.left_id, pair.right_id) for pair in pairs}
        open_pairs = Pair.objects.filter(noun=rule.noun, state=PairState.OPEN)
        gone = [key for key, *ends in open_pairs.values_list("pk", "left_id", "right_id") if tuple(ends) not in kept]
        for start in range(0, len(gone), WRITTEN_AT_ONCE):
            Pair.objects.filter(pk__in=gone[start : start + WRITTEN_AT_ONCE]).delete()
        return _swept(rule, up_to, len(profiles), compared, len(pairs), began)


def catch_up(rule: Duplicates) -> Sweep:
    """Look at what was changed since the last sweep; at everything the first time, or when the weights are others now."""
    last = Sweep.objects.filter(noun=rule.noun).first()
    if last is None or last.version != rule.version:
        return sweep(rule)
    began, up_to = time.perf_counter(), timezone.now()
    changed = in_use(rule).filter(changed_at__gte=last.up_to - OVERLAP)
    keys = list(changed.values_list("pk", flat=True)[: MOST_ONE_BY_ONE + 1])
    if len(keys) > MOST_ONE_BY_ONE:
        return sweep(rule)
    pairs, compared = _around(rule, rule.profiles(in_use(rule).filter(pk__in=keys)))
    with transaction.atomic():
        _forget(rule, keys, pairs)
        _write(list(pairs.values()))
        return _swept(rule, up_to, len(keys), compared, len(pairs), began)


def _around(rule: Duplicates, profiles: Iterable[Profile]) -> tuple[dict[tuple[Any, Any], Pair], int]:
    pairs: dict[tuple[Any, Any], Pair] = {}
    compared = 0
    for one in list(profiles):
        rows = in_use(rule).filter(rule.nearby(one), programme_id=one.programme).exclude(pk=one.key)
        for other in rule.profiles(rows[:MOST_NEAR]):
            compared += 1
            points = score(rule, one, other)
            if points is not None:
                pair = _pair(rule, one, other, points)
                pairs[(pair.left_id, pair.right_id)] = pair
    return pairs, compared


def _forget(rule: Duplicates, keys: list[Any], pairs: Any) -> None:
    """Open pairs of changed records that look alike no longer."""
    for side in ("left_id", "right_id"):
        rows = Pair.objects.filter(noun=rule.noun, state=PairState.OPEN, **{f"{side}__in": keys})
        gone = [key for key, *ends in rows.values_list("pk", "left_id", "right_id") if tuple(ends) not in pairs]
        Pair.objects.filter(pk__in=gone).delete()


def _pair(rule: Duplicates, one: Profile, other: Profile, points: Score) -> Pair:
    left, right = sorted((one.key, other.key))
    return Pair(
        noun=rule.noun, left_id=left, right_id=right,
        points=points.points, evidence=points.plain(), version=rule.version,
    )  # fmt: skip


def _write(pairs: list[Pair]) -> None:
    """New pairs, and new points for known ones; what was decided stays decided."""
    Pair.objects.bulk_create(
        pairs,
        batch_size=WRITTEN_AT_ONCE,
        update_conflicts=True,
        update_fields=UPDATED,
        unique_fields=["noun", "left_id", "right_id"],
    )


def _swept(rule: Duplicates, up_to: Any, records: int, compared: int, found: int, began: float) -> Sweep:
    values = {
        "version": rule.version, "up_to": up_to, "records": records, "compared": compared, "found": found,
        "seconds": round(time.perf_counter() - began, 2),
    }  # fmt: skip
    made, _new = Sweep.objects.update_or_create(noun=rule.noun, defaults=values)
    return made
