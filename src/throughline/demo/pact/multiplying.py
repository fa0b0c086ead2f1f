"""Trainers who came out of a training of trainers, what they passed on at home, and two pairs. By the verbs people use."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from throughline.demo.pact.underway import TRAINEE, TRAINER, Stage
from throughline.demo.tables import rows
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.services import advance
from throughline.reference.models import Term
from throughline.reference.queries import terms_by_code
from throughline.training.models import Cascade, Pairing, Trainer
from throughline.training.services import cascades, pairing, people, trainers

MET = ((40, 60, "What the mentee works on; what to read first."), (19, 45, "A case plan, looked through together."))
WISH = "To see how such cases are worked on elsewhere. Illustrative."


def load_multiplying(stage: Stage) -> None:
    """The pool, the sessions held at home and the pairs that are missing, each whole or not at all."""
    terms = terms_by_code("training-priority")
    pool = {}
    for row in rows("pact/trainers"):
        with transaction.atomic():
            pool[row["place"], row["number"]] = in_pool(stage, row, terms)
    for row in rows("pact/cascades"):
        if not Cascade.objects.filter(programme=stage.cast.programme, title=row["title"]).exists():
            with transaction.atomic():
                passed_on(stage, pool[row["place"], row["number"]], row)
    if not Pairing.objects.filter(programme=stage.cast.programme).exists():
        with transaction.atomic():
            exchange(stage, terms["high-risk-criminal-networks"])
            mentoring(stage, terms["fraud-economic-financial-crimes"])


def number_of(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def in_pool(stage: Stage, row: dict[str, str], terms: dict[str, Term]) -> Trainer:
    person, contact = stage.people[row["place"], number_of(row["number"])], stage.cast.contact(row["place"])
    there: Trainer | None = Trainer.objects.filter(person=person).first()
    if there is not None:
        return there
    values = {"person": person, "through": stage.activities["TOT"]}
    areas = [{"area": terms[code]} for code in row["areas"].split()]
    made = trainers.create(contact, programme=stage.cast.programme, values=values, areas=areas)
    if row["becomes"] == "ready":
        advance(contact, record=made, transition="ready")
        people.consent(contact, person=person, purpose=people.POOL, given=True)
    return made


def passed_on(stage: Stage, trainer: Trainer, row: dict[str, str]) -> None:
    """Reported by the trainer where they have an account, else by their contact point; confirmed by the office."""
    own = row["number"] == TRAINER
    reporter = stage.cast.viewers[f"{TRAINER}.{row['place'].lower()}"] if own else stage.cast.contact(row["place"])
    values: dict[str, Any] = {name: row[name] for name in ("title", "venue")}
    values |= {name: int(row[name]) for name in ("women", "men", "sex_not_reported")}
    values |= {
        "trainer": trainer,
        "activity": stage.activities["TOT"],
        "held_on": stage.monday - timedelta(7 * int(row["weeks_ago"]) - 2),
        "hours": Decimal(row["hours"]),
    }
    made = cascades.report(reporter, values=values)
    if row["becomes"] == "confirmed":
        advance(stage.office, record=made, transition="confirm")


def applied(stage: Stage, actor: Viewer, code: str, number: int | str, kind: str, side: str, area: Term) -> None:
    person = stage.people[code, number]
    values = {"kind": kind, "side": side, "languages": "en", "wish": WISH}
    pairing.apply(actor, person=person, values=values, areas=[area])


def exchange(stage: Stage, area: Term) -> None:
    """The participant wishes to visit; a host said yes; the participant has to answer. One more application is open."""
    trainee, albania = stage.cast.viewers["trainee.rs"], stage.cast.contact("AL")
    applied(stage, trainee, "RS", TRAINEE, "exchange", "guest", area)
    applied(stage, albania, "AL", 6, "exchange", "host", area)
    applied(stage, stage.cast.contact("MK"), "MK", 6, "exchange", "host", area)
    activity = stage.activities["EXCHANGE"]
    made = paired(
        stage, "exchange", ("AL", 6), ("RS", TRAINEE), activity.starts_on, activity.ends_on, activity=activity
    )
    pairing.answer(albania, pairing=made, side="host", yes=True)


def mentoring(stage: Stage, area: Term) -> None:
    """A pair of some weeks, both of whom agreed; they met twice."""
    sides: Sequence[tuple[str, int, str]] = (("MK", 4, "host"), ("ME", 4, "guest"))
    for code, number, side in sides:
        applied(stage, stage.cast.contact(code), code, number, "mentoring", side, area)
    starts = timezone.localdate() - timedelta(56)
    made = paired(stage, "mentoring", ("MK", 4), ("ME", 4), starts, starts + timedelta(182))
    for code, _number, side in sides:
        pairing.answer(stage.cast.contact(code), pairing=made, side=side, yes=True)
    made.refresh_from_db()
    advance(stage.office, record=made, transition="start")
    for days, minutes, text in MET:
        day = timezone.localdate() - timedelta(days)
        pairing.log_contact(stage.cast.contact("ME"), pairing=made, on=day, minutes=minutes, text=text)


def paired(
    stage: Stage, kind: str, host: tuple[str, int | str], guest: tuple[str, int | str], starts: Any, ends: Any,
    **given: Any,
) -> Pairing:  # fmt: skip
    values = {
        "kind": kind, "host": stage.people[host], "guest": stage.people[guest], "starts_on": starts, "ends_on": ends,
        **given,
    }  # fmt: skip
    return pairing.propose(stage.office, programme=stage.cast.programme, values=values)
