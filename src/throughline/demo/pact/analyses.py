"""Two analyses of training needs: that of 2022 from the questionnaire to its publication, that of 2026 half way."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from throughline.demo.pact.cast import HOME, SCOPE, Cast
from throughline.demo.roadmap_dates import Times, moment, put_back
from throughline.demo.tables import rows
from throughline.kernel.access.choices import Handling
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.choices import Via
from throughline.kernel.rounds.models import Return, Round
from throughline.kernel.trace.services import link
from throughline.needs import bodies, methods, services
from throughline.needs.choices import Asked
from throughline.needs.models import Body, Exercise, Method, Position, TopicResult
from throughline.needs.questionnaires import questionnaire
from throughline.reference.models import Organisation, Scope, Taxonomy
from throughline.reference.queries import terms_by_code
from throughline.training.models import Entry

EARLIER, NOW = "otna-2022", "otna-2026"
TITLES = {EARLIER: "OTNA 2022 (illustrative)", NOW: "OTNA 2026 (illustrative)"}
ABOUT = {
    EARLIER: "The seven areas are those that were published. Answers, numbers and ranks are made up.",
    NOW: "Illustrative: areas of 2022, with additions that are made up.",
}
BASELINES = {
    EARLIER: "EU crime priorities (EMPACT)\nEuropean Counter-Terrorism Agenda\nFindings of the Strategic Cooperation Forum",
    NOW: "OTNA 2022\nEU crime priorities (EMPACT)\nFindings of the Strategic Cooperation Forum",
}
PROFILES = (
    {"code": "investigators", "title": "Investigators"},
    {"code": "prosecutors", "title": "Prosecutors"},
    {"code": "analysts", "title": "Analysts"},
)
ACADEMY = f"{HOME} academy"
BECOMES_NOW = {
    "AL": "accepted", "MK": "accepted", "RS": "accepted", ACADEMY: "accepted", "ME": "submitted", "BA": "begun",
}  # fmt: skip
ASKED_ON, DUE, CLOSED = date(2022, 2, 1), date(2022, 4, 15), date(2022, 4, 29)
EXPERTS, VALIDATED = date(2022, 6, 9), date(2022, 9, 22)
SOUND = "The order agrees with what investigators report. Illustrative."
AGREED = "Validated as proposed. Illustrative."


def load_analyses(cast: Cast, entries: Mapping[str, Entry]) -> None:
    """Method, validating body and both exercises, where missing; each exercise whole or not at all.

    What the catalogue offers in an area answers the need that was validated for it.
    """
    with transaction.atomic():
        method, body = load_method(cast), load_body(cast)
    for key, play in ((EARLIER, of_2022), (NOW, of_2026)):
        if not Exercise.objects.filter(programme=cast.programme, title=TITLES[key]).exists():
            with transaction.atomic():
                play(cast, method, body)
    results = TopicResult.objects.filter(analysis__exercise__title=TITLES[EARLIER]).select_related("topic")
    needs = {one.topic.code: one for one in results}
    for entry in entries.values():
        if entry.priority and entry.priority.code in needs:
            link(cast.office, left=needs[entry.priority.code], right=entry, kind="answers")


def load_method(cast: Cast) -> Method:
    scales = {one.code: one for one in Taxonomy.objects.filter(code__startswith="needs-")}
    values = {
        "code": "generic-1",
        "title": "Generic method",
        "number": 1,
        "note": "Illustrative parameters; no institution's method.",
        "relevance_scale": scales["needs-relevance"],
        "relevance_weights": "0, 1, 2, 3, 4",
        "urgency_scale": scales["needs-urgency"],
        "urgency_weights": "0, 1, 2, 3, 4",
        "proficiency_scale": Taxonomy.objects.get(code="proficiency"),
        "asked_from": 3,
        "cutoff": 50,
        "estimate": "median",
        "chain": "rate, urgency, demand, list",
        "decimals": 1,
        "alternatives": "1, 2, 3, 4, 5\n0, 1, 4, 9, 16",
        "to_be_verified": True,
    }
    return Method.objects.filter(code="generic-1").first() or methods.create_method(cast.office, values=values)


def load_body(cast: Cast) -> Body:
    values = {
        "programme": cast.programme,
        "code": "scf-wbpact",
        "title": "Strategic Cooperation Forum",
        "majority": "consensus",
        "votes": len(cast.jurisdictions),
    }
    return Body.objects.filter(code="scf-wbpact").first() or bodies.create_body(cast.office, values=values)


def prepared(cast: Cast, key: str, method: Method, body: Body, **given: Any) -> Exercise:
    """The exercise as a draft, with the topics of the table."""
    topics = [
        {name: row[name] for name in ("code", "title", "part_of")} | {"added": bool(row["added"])}
        for row in rows("pact/topics")
        if row["exercise"] == key
    ]
    values = {
        "title": TITLES[key], "method": method, "body": body, "scope": Scope.objects.get(code=SCOPE),
        "about": ABOUT[key], "baseline": BASELINES[key], **given,
    }  # fmt: skip
    contacts = [{"organisation": cast.point(code)} for code in cast.jurisdictions]
    lines: dict[str, Any] = {"topics": topics, "profiles": list(PROFILES), "contacts": contacts}
    return services.create(cast.office, programme=cast.programme, values=values, lines=lines)


def of_2022(cast: Cast, method: Method, body: Body) -> None:
    """Asked, answered by all six, put together, agreed, analysed, reviewed, validated, published."""
    given = {"results_from": date(2023, 1, 1), "results_to": date(2026, 12, 31)}
    exercise = prepared(cast, EARLIER, method, body, **given)
    asked_in = asked(cast, exercise, "2022", [cast.point(code) for code in cast.jurisdictions])
    exercise = services.open_exercise(cast.office, exercise=exercise, due_on=asked_in.due_on, existing=asked_in)
    times = {}
    for number, code in enumerate(cast.jurisdictions):
        ret = return_of(asked_in, cast.point(code))
        times[ret.pk] = Times.of(ASKED_ON, DUE, number)
        answer(cast, ret, EARLIER, code, times[ret.pk])
        rounds.accept(cast.viewers["second"], ret=ret)
    services.close(cast.office, exercise=exercise)
    put_back(cast.office, asked_in=asked_in, opens=ASKED_ON, due=DUE, closed=CLOSED, times=times)
    services.consolidate(cast.office, exercise=exercise)
    for position in Position.objects.filter(exercise=exercise).select_related("jurisdiction", "exercise__method"):
        services.agree(cast.contact(position.jurisdiction.code), position=position)
    services.analyse(cast.office, exercise=exercise)
    services.review(cast.office, exercise=exercise, experts="Expert group of the region", on=EXPERTS, text=SOUND)
    services.validate(
        cast.office, exercise=exercise, meeting="Strategic Cooperation Forum, September 2022", on=VALIDATED,
        outcome="validated", votes_for=len(cast.jurisdictions), text=AGREED,
    )  # fmt: skip
    services.publish(cast.office, exercise=exercise, on=VALIDATED)


def of_2026(cast: Cast, method: Method, body: Body) -> None:
    """Out for some weeks: three countries accepted (one with two answers), one waits for the office, one writes."""
    earlier = Exercise.objects.get(programme=cast.programme, title=TITLES[EARLIER])
    today = timezone.localdate()
    opens, due = today - timedelta(days=24), today + timedelta(days=18)
    given = {"results_from": date(2027, 1, 1), "results_to": date(2029, 12, 31), "follows": earlier}
    exercise = prepared(cast, NOW, method, body, **given)
    people = [*(cast.point(code) for code in cast.jurisdictions), cast.organisations["academy-rs"]]
    asked_in = asked(cast, exercise, "2026", people, due)
    services.open_exercise(cast.office, exercise=exercise, due_on=due, existing=asked_in)
    times = {}
    for number, (who, becomes) in enumerate(BECOMES_NOW.items()):
        owner = cast.organisations["academy-rs"] if who == ACADEMY else cast.point(who)
        ret = return_of(asked_in, owner)
        times[ret.pk] = Times.of(opens, today, number)
        answer(cast, ret, NOW, who, times[ret.pk], submit=becomes != "begun")
        if becomes == "accepted":
            rounds.accept(cast.viewers["second"], ret=ret)
    put_back(cast.office, asked_in=asked_in, opens=opens, due=due, closed=None, times=times)


def asked(cast: Cast, exercise: Exercise, period: str, people: list[Organisation], due: date | None = None) -> Round:
    """The round of an exercise, prepared: its own period, which for a past one is not this year."""
    kept = rounds.keep_questionnaire(
        cast.office, programme=cast.programme, title=exercise.title, code=f"needs-{exercise.reference}", asking="needs"
    )
    edition = rounds.add_edition(
        cast.office, questionnaire=kept, content=questionnaire(exercise), name=f"{exercise.reference}.xlsx",
        origin="generated",
    )  # fmt: skip
    today = timezone.localdate()
    return rounds.prepare(
        cast.office, programme=cast.programme, edition=edition, title=exercise.title, period=period, opens_on=today,
        due_on=due or today, asked=people, opens_to=Handling.AMBER,
    )  # fmt: skip


def return_of(asked_in: Round, owner: Organisation) -> Return:
    found = Return._default_manager.select_related("round__edition", "owner__jurisdiction", "sheet")
    return found.get(round=asked_in, owner=owner)  # type: ignore[no-any-return]


def answer(cast: Cast, ret: Return, key: str, who: str, when: Times, *, submit: bool = True) -> None:
    writer = cast.viewers["academy.rs"] if who == ACADEMY else cast.contact(who)
    rounds.note_opened(writer, holder=ret)
    rounds.replace(writer, holder=ret, answers=answers(ret, key, who), via=Via.BROWSER)
    if submit:
        with moment(when.submitted):
            rounds.submit(writer, ret=ret)


def answers(ret: Return, key: str, who: str) -> dict[str, str]:
    """What the table says of each topic, at the places of the form that ask for it."""
    scales = {
        name: [one.code for one in sorted(terms_by_code(code).values(), key=lambda term: term.order)]
        for name, code in (("urgency", "needs-urgency"), ("proficiency", "proficiency"))
    }
    said = {row["code"]: spelt(row[who], scales) for row in rows("pact/topics") if row["exercise"] == key and row[who]}
    found = {}
    for question in ret.edition.form.questions():
        value = said.get(question.extra.get("topic", ""), {}).get(question.extra.get("role", ""))
        if value:
            found[question.path] = value
    return found


def spelt(cell: str, scales: Mapping[str, list[str]]) -> Mapping[str, str]:
    """'5 4 2 30 8 6 yes': relevance, urgency, proficiency, officials by profile, national training.

    Of what is hardly relevant nothing more is asked, and of a subtopic only how relevant it is.
    """
    parts = cell.split()
    found = {str(Asked.RELEVANCE): f"relevance-{parts[0]}"}
    if int(parts[0]) < 3 or len(parts) == 1:
        return found
    found[Asked.URGENCY] = scales["urgency"][int(parts[1]) - 1]
    found[Asked.PROFICIENCY] = scales["proficiency"][int(parts[2]) - 1]
    found |= {f"number:{one['code']}": number for one, number in zip(PROFILES, parts[3:6], strict=True)}
    return found | {str(Asked.NATIONAL): parts[6]}
