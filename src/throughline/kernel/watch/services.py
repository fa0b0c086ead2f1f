"""Verbs of early warning: look, acknowledge, subscribe."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures import facts
from throughline.kernel.measures import registry as measures
from throughline.kernel.measures.again import desk_by_tokens
from throughline.kernel.measures.answering import Desk
from throughline.kernel.measures.questions import Question
from throughline.kernel.notify.services import tell
from throughline.kernel.periods import Period
from throughline.kernel.watch import queries
from throughline.kernel.watch.method import GAP, MOST, Verdict, judge
from throughline.kernel.watch.models import Flag, Look, Subscription
from throughline.kernel.watch.registry import Watched, watched

LOOKED_AT = 3  # the newest month and the two before it: records come late


@dataclass(frozen=True)
class Found:
    """A count that was judged."""

    jurisdiction: str
    kind: str
    month: str
    count: int
    verdict: Verdict
    past: list[list[Any]]


@verb("watch.look")
def look(actor: Viewer, *, today: date | None = None) -> int:
    """Judge the newest months of everything watched, in every programme, for both circles of its readers; how many flags
    are new. Does nothing while the facts are as they were. A duty of the worker.
    """
    day = today or timezone.localdate()
    versions = facts.freshen()
    new = 0
    for one in watched.values():
        fact = measures.facts[measures.measures[one.measure].fact]
        seen = f"{versions[fact.name].life}:{versions[fact.name].number}:{day:%Y-%m}"
        if Look.objects.filter(name=one.measure, seen=seen).exists():
            continue
        for programme in Flag._meta.get_field("programme").related_model._default_manager.all():  # type: ignore[union-attr]
            for token, tokens in _circles(programme.pk):
                new += _look_at(one, programme, token, desk_by_tokens(actor, tokens), day)
        Look.objects.update_or_create(name=one.measure, defaults={"seen": seen})
    return new


@verb("watch.acknowledge")
def acknowledge(actor: Viewer, *, flag: Flag, reason: str) -> Flag:
    """Say what an unusual count is about, or what is being done. It then waits for nobody. Raises Refused, Invalid, Conflict."""
    locked = Flag.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=flag.pk).first()
    if locked is None or not actor.has_role(locked.programme_id, *queries.DECIDERS):
        raise Refused(_("Only verifiers, analysts and the secretariat of the programme may acknowledge it."))
    if locked.acknowledged_at is not None:
        raise Conflict(_("Somebody has acknowledged it already."))
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give a reason: what is it about, or what is being done?"))])
    locked.acknowledged_by_id, locked.acknowledged_at = actor.key, timezone.now()
    locked.reason = reason.strip()[:2000]
    locked.save(update_fields=["acknowledged_by", "acknowledged_at", "reason"])
    note(locked, after={"acknowledged": True}, reason=locked.reason)
    return locked


@verb("watch.subscribe")
def subscribe(actor: Viewer, *, programme: UUID, jurisdiction: str = "", kind: str = "") -> Subscription:
    """Be told of new flags of a programme one works in. Raises Refused or Invalid."""
    if programme not in actor.programmes:
        raise Refused(_("You have no role in this programme."))
    problems = []
    if jurisdiction and jurisdiction not in queries.places():
        problems.append(Problem("jurisdiction", _("There is no such jurisdiction."), jurisdiction))
    if kind and kind not in queries.kinds():
        problems.append(Problem("kind", _("There is no such type."), kind))
    if problems:
        raise Invalid(problems)
    made, new = Subscription.objects.get_or_create(
        person_id=actor.key, programme_id=programme, jurisdiction=jurisdiction, kind=kind
    )
    if new:
        note(made, after={"jurisdiction": jurisdiction, "kind": kind})
    return made


@verb("watch.unsubscribe")
def unsubscribe(actor: Viewer, *, subscription: Subscription) -> None:
    """Not to be told any longer; of one's own subscriptions only."""
    if subscription.person_id != actor.key:
        raise Refused(_("This is not your subscription."))
    note(subscription, before={"jurisdiction": subscription.jurisdiction, "kind": subscription.kind})
    subscription.delete()


def _circles(programme: UUID) -> tuple[tuple[str, list[str]], ...]:
    """The two circles of readers of a programme, by the name they go by, with all the names each goes by."""
    everyone, circle = f"programme:{programme}", f"circle:{programme}"
    return (everyone, ["any", everyone]), (circle, ["any", everyone, circle])


def _look_at(one: Watched, programme: Any, token: str, desk: Desk, today: date) -> int:
    key = {"programme": programme, "token": token, "measure": one.measure}
    standing = {(flag.jurisdiction, flag.kind, flag.month): flag for flag in Flag.objects.filter(**key)}
    new = 0
    for found in _judged(one, programme.code, desk, today):
        cell = (found.jurisdiction, found.kind, found.month)
        flag = standing.get(cell)
        if flag is not None:
            _judged_again(flag, found)
        elif found.verdict.unusual:
            _flag(key, found)
            new += 1
    return new


def _judged(one: Watched, programme: str, desk: Desk, today: date) -> Iterator[Found]:
    """The verdicts on the newest months of every jurisdiction and type that anything was counted of."""
    asked = Question.ask(one.measure, by=["month"], where={"programme": programme})
    this = f"{today:%Y-%m}"
    counted = sorted(cell.keys[0] for cell in desk.answer(asked).cells if cell.value and cell.keys[0] <= this)  # type: ignore[operator,type-var]
    if not counted:
        return
    months = [str(Period.parse(str(counted[-1])))]
    while len(months) < MOST + GAP + LOOKED_AT and months[0] > str(counted[0]):
        months.insert(0, str(Period.parse(months[0]).previous))
    answer = desk.answer(
        asked.but(by=("jurisdiction", one.by, "month"), period=Period.parse(f"{months[0]}..{months[-1]}"))
    )
    values: dict[tuple[str, str], dict[str, int | None]] = {}
    for cell in answer.cells:
        place, kind, month = cell.keys
        if place and kind:
            values.setdefault((place, kind), {})[str(month)] = None if cell.value is None else int(cell.value)
    for (place, kind), row in values.items():
        for index in range(max(len(months) - LOOKED_AT, 0), len(months)):
            past = [row.get(month) for month in months[:index]]
            count = row.get(months[index])
            verdict = judge(past, count) if count is not None else None
            if count is not None and verdict is not None:
                kept = [list(pair) for pair in zip(months[:index], past, strict=True)]
                yield Found(place, kind, months[index], count, verdict, kept)


def _flag(key: dict[str, Any], found: Found) -> Flag:
    now = timezone.now()
    made = Flag.objects.create(
        **key,
        jurisdiction=found.jurisdiction,
        kind=found.kind,
        month=found.month,
        count=found.count,
        evidence=_evidence(found),
        found_at=now,
        changed_at=now,
    )
    note(made, after={"month": found.month}, verb="watch.flag")
    wanted = Subscription.objects.filter(
        programme=made.programme, jurisdiction__in=("", made.jurisdiction), kind__in=("", made.kind)
    )
    # One notice a person and count: those who read the wider count are not told of the narrower too.
    circle = f"circle:{made.programme_id}"
    people = [one.person_id for one in wanted if made.token == circle or not _in_circle(one.person_id, circle)]
    # Neither the inbox line nor the mail says what was counted: the page does, to those who may read it.
    tell(people, subject=gettext_lazy("An unusual count"), about=made, url=f"/warnings/{made.pk}/")
    return made


def _in_circle(person: UUID, circle: str) -> bool:
    from throughline.kernel.access.lookup import viewer_of  # reason: lookup reads people, who read notices

    return circle in viewer_of(person).tokens()


def _judged_again(flag: Flag, found: Found) -> None:
    """A flag whose records have changed since: its evidence is of now, and it ends when the count is no longer unusual."""
    evidence, ended = _evidence(found), not found.verdict.unusual
    if (flag.count, flag.evidence, flag.ended) == (found.count, evidence, ended):
        return
    flag.count, flag.evidence, flag.ended, flag.changed_at = found.count, evidence, ended, timezone.now()
    flag.save(update_fields=["count", "evidence", "ended", "changed_at"])


def _evidence(found: Found) -> dict[str, Any]:
    return {**asdict(found.verdict), "past": found.past}
