"""A world with records of every handling code and state, each with words that stand nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from throughline.api import services as tokens
from throughline.api.models import ApiToken
from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.services import grant, mark
from throughline.kernel.bulk.orders import Choice, Order
from throughline.kernel.bulk.services import apply as change_several
from throughline.kernel.comments import services as comments
from throughline.kernel.comments.models import Comment
from throughline.kernel.desk.services import opened
from throughline.kernel.desk.services import save as save_view
from throughline.kernel.files.models import StoredFile
from throughline.kernel.files.services import keep
from throughline.kernel.following.models import Following
from throughline.kernel.following.services import follow
from throughline.kernel.intake import uploads
from throughline.kernel.intake.models import Batch, Upload
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.notify.models import Notice
from throughline.kernel.notify.services import tell
from throughline.kernel.proposing.models import ProposedChange
from throughline.kernel.proposing.services import propose
from throughline.kernel.reporting.services import build
from throughline.kernel.resources import registry
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.forms.wire import peek
from throughline.kernel.rounds.models import Arrival, DeviceKey, Edition, Return
from throughline.kernel.rounds.openrosa.arrivals import Given, take
from throughline.kernel.rounds.openrosa.keys import make_key
from throughline.kernel.testing.rounds import make_institution, make_part, make_round, return_of
from throughline.kernel.testing.training import make_activity, make_entry, make_person, session_on, training_terms
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.trace.models import Link
from throughline.kernel.trace.services import link
from throughline.needs.models import Position, PositionLine
from throughline.needs.services import begin
from throughline.needs.tests.making import make_body, make_exercise, make_method, make_proposal
from throughline.people.models import Invitation
from throughline.people.services import invite
from throughline.results.services import load_framework
from throughline.training.badge_codes import grouped, new_code, short_code
from throughline.training.models import (
    Activity,
    Attendance,
    Certificate,
    Evaluation,
    Heap,
    Lesson,
    Opinion,
    Person,
    Place,
    Superior,
    Ticket,
    Trainer,
)
from throughline.training.services import feeds, trainers
from throughline.training.tests.teaching_world import make_application, make_pair, make_session

# Each code and each state stands in it, and whatever counts (verified) stands in it for each code.
HIDDEN = (
    (Handling.CLEAR, "draft"),
    (Handling.GREEN, "draft"),
    (Handling.AMBER, "sent"),
    (Handling.AMBER, "verified"),
    (Handling.STRICT, "returned"),
    (Handling.STRICT, "verified"),
    (Handling.RED, "draft"),
    (Handling.RED, "verified"),
)


@dataclass
class Secret:
    """Something with marker words, and who may read it."""

    words: tuple[str, ...]
    record: Any = None
    owner: str = ""


@dataclass
class Hidden:
    """What was hidden where, and the keys of things by which addresses name them."""

    world: World
    secrets: list[Secret] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    number: Iterator[int] = field(default_factory=lambda: count(1))

    def word(self, what: str) -> str:
        """A word that stands nowhere else."""
        return f"zq{what}{next(self.number):03d}xv"

    def hats(self, who: str) -> set[str]:
        """The person and the organisations they belong to."""
        places = self.world.user(who).organisations.values_list("code", flat=True) if who else []
        return {who, *places}

    def unseen_words(self, who: str) -> set[str]:
        """The words this person must never meet."""
        viewer = self.world.viewer(who) if who else None
        models = {type(secret.record) for secret in self.secrets if secret.record is not None}
        found = [model.objects.visible_to(viewer).values_list("pk", flat=True) for model in models] if viewer else []
        seen = {key for keys in found for key in keys}
        return {
            word
            for secret in self.secrets
            if (secret.record.pk not in seen if secret.record is not None else secret.owner not in self.hats(who))
            for word in secret.words
        }


def incident(hidden: Hidden, handling: str, state: str, by: str = "alice") -> Incident:
    """One incident with marker words in every text it has."""
    words = {name: hidden.word(name) for name in ("narrative", "place", "region", "title", "outlet", "file", "note")}
    made = make_incident(
        hidden.world,
        by,
        state=state,
        narrative=f"A quarrel near the {words['narrative']}.",
        place=words["place"],
        region=words["region"],
        latitude=44.1234,
        longitude=20.4321,
        external_key=hidden.word("key"),
        sources=[{"title": words["title"], "address": f"https://example.org/{words['outlet']}"}],
        weapons=[{"weapon": hidden.world.term("handgun"), "quantity": 7}],
        people=[{"side": "victim", "sex": "women", "outcome": "killed"}],
    )
    checker = {"alice": "bob", "charlie": "vera"}[by]
    viewer = hidden.world.viewer
    keep(viewer(by), name=f"{words['file']}.txt", content=f"text of {words['file']}".encode(), about=made)
    tell([viewer(checker).person], subject="Told", text=words["note"], about=made)
    if handling != made.handling:
        mark(viewer(checker), record=made, handling=handling, reason="Because.")
    made.refresh_from_db()
    key = str(made.external_key)
    words["comment"] = hidden.word("comment")
    comments.write(viewer(by), record=made, text=f"Is it {words['comment']}?")
    hidden.secrets.append(Secret((*words.values(), key, made.reference, str(made.pk)), record=made))
    hidden.incidents.append(made)
    return made


def lay_open(hidden: Hidden) -> list[Incident]:
    """What Charlie may read: one CLEAR and one GREEN incident of Alice's, his own draft, and that a round is open."""
    make_round(hidden.world, asked=("RS",))
    make_method(hidden.world)
    make_body(hidden.world)
    training_terms(hidden.world)
    make_institution(hidden.world)
    load_framework(hidden.world.viewer("sofia"), name="roadmap-2024", programme=hidden.world.programme)
    _counted(hidden)
    _evaluated(
        hidden, make_activity(hidden.world, title="Evaluated in the open", handling=Handling.GREEN), "secretariat"
    )
    return [
        incident(hidden, Handling.CLEAR, "verified"),
        incident(hidden, Handling.GREEN, "verified"),
        incident(hidden, Handling.GREEN, "draft", by="charlie"),
    ]


def hide(hidden: Hidden, seen: Incident) -> None:
    """Everything that must not change what Charlie, or someone with no role, gets to see."""
    for handling, state in HIDDEN:
        incident(hidden, handling, state)
    _grants_and_links(hidden, seen)
    _things_of_alice(hidden)
    _a_report(hidden)
    _answers(hidden)
    _training(hidden)
    _multiplication(hidden)
    _needs(hidden)
    _phones(hidden)
    _desk(hidden)
    word = hidden.word("invited")
    invite(
        hidden.world.viewer("adam"),
        email=f"{word}@example.org",
        name=word,
        organisation=hidden.world.organisations["police-rs"],
        programme=hidden.world.programme,
        roles=["reader"],
    )
    hidden.secrets.append(Secret((word,), owner="adam"))


def _desk(hidden: Hidden) -> None:
    """Views of Alice's, for herself and her colleagues; what she changed in several records; what she opened."""
    alice, resource = hidden.world.viewer("alice"), registry.get("incident")
    words = [hidden.word(what) for what in ("ownview", "colleaguesview", "bulkplace", "bulkreason")]
    save_view(alice, resource=resource, name=words[0], question=f"q={words[0]}")
    organisation = next(iter(alice.organisations))
    save_view(alice, resource=resource, name=words[1], question="", shared="organisation", organisation=organisation)
    own = (one for one in hidden.incidents if one.owner_id == organisation)
    mine = next(one for one in own if one.state == "draft" and one.handling == Handling.GREEN)
    change_several(
        alice,
        resource=resource,
        choice=Choice(keys=(mine.reference,)),
        order=Order(values={"place": words[2]}),
        reason=words[3],
    )
    opened(alice, resource, mine)
    hidden.secrets.append(Secret(tuple(words), owner="alice"))


def _grants_and_links(hidden: Hidden, seen: Incident) -> None:
    """A hidden grant on, and a hidden link to, a record that Charlie may read."""
    reason = hidden.word("grant")
    alice = hidden.world.viewer("alice")
    grant(
        alice,
        record=seen,
        to=hidden.world.organisations["police-mk"],
        right=Right.READ,
        hidden=True,
        reason=reason,
    )
    hidden.secrets.append(Secret((reason,), owner="alice"))
    secret = next(one for one in hidden.incidents if one.handling == Handling.STRICT)
    link(alice, left=secret, right=seen, kind="evidence")
    _said_and_proposed(hidden, seen)


def _said_and_proposed(hidden: Hidden, seen: Incident) -> None:
    """On the same record: a comment of Alice's for her own police with an answer, a change that Sofia proposes, and that
    Alice follows a list.
    """
    words = {name: hidden.word(name) for name in ("kept", "answer", "proposed", "because", "followed")}
    alice, bob, sofia = (hidden.world.viewer(who) for who in ("alice", "bob", "sofia"))
    police = hidden.world.organisations["police-rs"].pk
    said = comments.write(alice, record=seen, text=words["kept"], organisation=police)
    answer = comments.answer(bob, comment=said, text=words["answer"])
    made = propose(sofia, record=seen, raw={"place": words["proposed"]}, reason=words["because"])
    told = (
        words["kept"],
        words["answer"],
        words["proposed"],
        words["because"],
        str(said.pk),
        str(answer.pk),
        str(made.pk),
    )
    hidden.secrets.append(Secret(told, owner="police-rs"))
    one = follow(alice, address=f"/incidents/?q={words['followed']}")
    hidden.secrets.append(Secret((words["followed"], str(one.pk)), owner="alice"))


def _answers(hidden: Hidden) -> None:
    """What is being written in Serbia: in a return, and in the part of another institution."""
    words = {name: hidden.word(name) for name in ("answer", "part", "row")}
    ret = return_of(Return.objects.get().round, hidden.world)
    alice = hidden.world.viewer("alice")
    rounds.note_opened(alice, holder=ret)
    rounds.save(
        alice,
        holder=ret,
        changes={"law/progress": ("", words["answer"]), "places[1]": ("", ""), "places[1]/place": ("", words["row"])},
    )
    part = make_part(hidden.world, ret, hidden.world.organisations["border-rs"])
    rounds.save(hidden.world.viewer("boris"), holder=part, changes={"law/progress": ("", words["part"])})
    told = (*words.values(), ret.reference, str(ret.pk), part.reference, str(part.pk))
    hidden.secrets.append(Secret(told, owner="police-rs"))


def _training(hidden: Hidden) -> None:
    """Activities that are planned out of others' sight, an entry nobody has agreed to, a calendar address of Alice's."""
    words = {name: hidden.word(name) for name in ("course", "venue", "session", "feed", "draft", "aim")}
    session = {**session_on(date(2024, 3, 11)), "title": words["session"]}
    for by, owner, handling in (("alice", "police-rs", Handling.STRICT), ("sofia", "secretariat", Handling.RED)):
        activity = make_activity(
            hidden.world,
            by,
            title=f"Course on {words['course']}",
            venue=words["venue"],
            starts_on=date(2024, 3, 11),
            handling=handling,
            lines={"sessions": [session]},
        )
        keys = (activity.reference, str(activity.pk), words["course"], words["venue"], words["session"])
        hidden.secrets.append(Secret(keys, owner="sofia" if handling == Handling.RED else owner))
        words |= {name: hidden.word(name) for name in ("course", "venue", "session")}
        session = {**session, "title": words["session"]}
    person = make_person(hidden.world, name=hidden.word("person"), email=f"{hidden.word('mail')}@example.org")
    strict = Activity.objects.get(owner=person.owner)
    place = Place.objects.create(
        activity=strict, person=person, organisation=person.owner, motive=hidden.word("motive")
    )
    keys = (person.name, person.email, person.reference, str(person.pk), place.motive, str(place.pk))
    hidden.secrets.append(Secret(keys, owner="police-rs"))
    _certified(hidden, strict)
    _evaluated(hidden, strict, "police-rs")
    entry = make_entry(hidden.world, state="draft", title=words["draft"], aim=f"To {words['aim']}.")
    secret = (words["draft"], words["aim"], entry.reference, str(entry.pk))
    hidden.secrets.append(Secret(secret, owner="secretariat"))
    feed, key = feeds.make(hidden.world.viewer("alice"), name=words["feed"], question="")
    hidden.secrets.append(Secret((words["feed"], str(feed.pk), key), owner="alice"))


def _evaluated(hidden: Hidden, activity: Activity, owner: str) -> None:
    """What was said of an activity: a closed anonymous call, an open one with names, addresses, what the team learned."""
    edition = Edition.objects.defer("source").first()
    words = [hidden.word(name) for name in ("said", "named", "boss", "trainer", "lesson")]
    moment = datetime(2024, 4, 1, tzinfo=UTC)
    given = {"edition": edition, "activity": activity, "level": 1, "closes_on": date(2024, 4, 1), "sent_at": moment}
    closed = Evaluation.objects.create(**given, role="participant", closed_at=moment)
    Ticket.objects.bulk_create(Ticket(evaluation=closed, told=True, used=True) for _number in range(6))
    Heap.objects.create(evaluation=closed, answers={"law/progress": [words[0]] * 6, "law/status": ["adopted"] * 6})
    named = Evaluation.objects.create(**given, role="trainer", anonymous=False, addresses=[f"{words[3]}@example.org"])
    ticket = Ticket.objects.create(evaluation=named, email=f"{words[3]}@example.org", told=True, used=True)
    Opinion.objects.create(ticket=ticket, answers={"law/progress": words[1]})
    Lesson.objects.create(activity=activity, lessons=words[4])
    if place := activity.places.first():
        Superior.objects.create(place=place, email=f"{words[2]}@example.org")
    hidden.secrets.append(Secret(tuple(words), owner=owner))


def _certified(hidden: Hidden, activity: Activity) -> None:
    """Someone who came to an activity of Alice's, was marked and certified."""
    person = make_person(hidden.world, number=2, name=hidden.word("comer"), email=f"{hidden.word('comer')}@example.org")
    place = Place.objects.create(activity=activity, person=person, organisation=person.owner, state="attended")
    Attendance.objects.create(place=place, session=activity.sessions.get(), percent=100)
    made = Certificate.objects.create(
        place=place, serial=hidden.word("serial"), code=new_code(), rule=hidden.word("rule"), issued_on=date(2024, 3, 11),
        issued_by=hidden.world.user("alice"),
    )  # fmt: skip
    words = (
        person.name,
        person.email,
        person.reference,
        str(person.pk),
        str(place.pk),
        made.serial,
        made.code,
        made.rule,
    )
    hidden.secrets.append(Secret((*words, grouped(made.code), str(made.pk), short_code(place.pk)), owner="police-rs"))


# Charlie speaks for the police of Albania, and would be asked to answer for one of them.
WITHOUT_CHARLIE = {"guests": "border-rs", "by": "boris"}


def _counted(hidden: Hidden) -> None:
    """Whom everybody in the programme may count and few may name: a trainer of Serbia with a session, and a pair."""
    course = make_activity(
        hidden.world, state="done", kind="train-the-trainer", title="Training of trainers", starts_on=date(2024, 3, 4)
    )
    make_session(hidden.world, _trainer(hidden, course, 31), state="confirmed", held_on=date(2024, 4, 5))
    pair = make_pair(hidden.world, 4, **WITHOUT_CHARLIE)
    for person in (pair.host, pair.guest):
        Person.objects.filter(pk=person.pk).update(
            name=hidden.word("paired"), email=f"{hidden.word('pair')}@example.org"
        )
        person.refresh_from_db()
        hidden.secrets.append(Secret((person.name, person.email, person.reference), record=person))
    hidden.secrets.append(Secret((pair.reference,), record=pair))


def _trainer(hidden: Hidden, course: Activity, number: int, **given: Any) -> Trainer:
    """Someone of Serbia who attended a course and is in the pool."""
    person = make_person(
        hidden.world, number=number, name=hidden.word("taught"), email=f"{hidden.word('t')}@example.org"
    )
    Place.objects.create(
        activity=course, person=person, organisation=person.owner, jurisdiction=person.jurisdiction, state="attended"
    )
    values = {"person": person, "through": course, "note": hidden.word("trainer"), **given}
    made = trainers.create(hidden.world.viewer("alice"), programme=hidden.world.programme, values=values)
    # The reference of a trainer is no secret: it stands with the sessions they held, where those may be read.
    words = (person.name, person.email, person.reference, str(person.pk), made.note)
    hidden.secrets.append(Secret(words, record=person))
    return made


def _multiplication(hidden: Hidden) -> None:
    """A trainer marked RED, a session nobody else may read, an application, a pair marked RED: in no count of others."""
    words = {name: hidden.word(name) for name in ("session", "venue", "note", "wish", "outcome")}
    strict = Activity.objects.get(owner__code="police-rs")
    Activity.objects.filter(pk=strict.pk).update(kind="train-the-trainer")
    strict.refresh_from_db()
    trainer = _trainer(hidden, strict, 32, handling=Handling.RED)
    held = make_session(
        hidden.world, trainer, title=words["session"], venue=words["venue"], note=words["note"],
        held_on=date(2024, 4, 5), handling=Handling.STRICT,
    )  # fmt: skip
    told = (words["session"], words["venue"], words["note"], held.reference, str(held.pk))
    hidden.secrets.append(Secret(told, record=held))
    wish = make_application(hidden.world, trainer.person, wish=words["wish"])
    hidden.secrets.append(Secret((words["wish"], str(wish.pk)), record=trainer.person))
    pair = make_pair(hidden.world, 5, handling=Handling.RED, outcome=words["outcome"], **WITHOUT_CHARLIE)
    hidden.secrets.append(Secret((words["outcome"], pair.reference, str(pair.pk)), record=pair))


def _needs(hidden: Hidden) -> None:
    """An exercise being prepared, what Serbia says in it, and a proposal its police have submitted."""
    words = {name: hidden.word(name) for name in ("exercise", "topic", "position", "proposal", "trigger")}
    topics = [{"code": words["topic"], "title": words["topic"]}]
    exercise = make_exercise(hidden.world, title=words["exercise"], topics=topics)
    hidden.secrets.append(Secret((words["exercise"], words["topic"], exercise.reference), record=exercise))
    position = begin(
        hidden.world.viewer("sofia"), Position, programme=hidden.world.programme, exercise=exercise, handling="amber",
        owner_id=hidden.world.organisations["police-rs"].pk, jurisdiction=hidden.world.jurisdictions["RS"],
        state="proposed", private=False,
    )  # fmt: skip
    PositionLine.objects.create(position=position, topic=exercise.topics.get(), comment=words["position"])
    made = make_proposal(hidden.world, state="submitted", title=words["proposal"], trigger=words["trigger"])
    hidden.secrets.append(Secret((words["position"], position.reference), record=position))
    hidden.secrets.append(Secret((words["proposal"], words["trigger"], made.reference), record=made))


def _phones(hidden: Hidden) -> None:
    """A phone of Alice's, which administrators may revoke; and a form that it sent with a photo and that was kept."""
    words = {name: hidden.word(name) for name in ("phone", "sent", "photo")}
    key, _secret = make_key(hidden.world.viewer("alice"), name=words["phone"])
    ret = return_of(Return.objects.get().round, hidden.world)
    meta = f"<meta><instanceID>{words['sent']}</instanceID></meta>"
    xml = f'<data id="{ret.reference}" version="replaced"><a>{words["photo"]}.txt</a>{meta}</data>'.encode()
    files = {f"{words['photo']}.txt": b"what was photographed"}
    take(hidden.world.viewer("alice"), holder=ret, given=Given(peek(xml), xml, files), key=key)
    arrival = Arrival.objects.get()
    hidden.secrets.append(Secret((words["phone"], str(key.pk)), owner="adam"))
    hidden.secrets.append(Secret((words["sent"], words["photo"], str(arrival.pk)), owner="police-rs"))


def _a_report(hidden: Hidden) -> None:
    """A document in the making, whose figures count what is AMBER too: for the secretariat's own people."""
    report = build(hidden.world.viewer("sofia"), template="quarterly-monitor", period="2024-Q1", scope="SEE-7")
    hidden.secrets.append(Secret((report.reference, str(report.pk)), owner="secretariat"))


def _things_of_alice(hidden: Hidden) -> None:
    """A job, an upload, a batch, a file of no record and an API key: hers alone."""
    alice = hidden.world.viewer("alice")
    words = {name: hidden.word(name) for name in ("job", "upload", "batch", "own", "key", "cell")}
    enqueue(alice, task="notify.nothing", title=words["job"])
    uploads.start(
        alice,
        resource=registry.get("incident"),
        programme=hidden.world.programme,
        name=f"{words['upload']}.csv",
        content=f"date;place;type\n2024-01-02;{words['cell']};Suicide\n".encode(),
    )
    Batch.objects.create(
        noun="incident",
        programme=hidden.world.programme,
        name=f"{words['batch']}.csv",
        created_by=hidden.world.user("alice"),
    )
    keep(alice, name=f"{words['own']}.txt", content=words["own"].encode())
    tokens.make(alice, name=words["key"], days=10)
    hidden.secrets.append(Secret(tuple(words.values()), owner="alice"))


def keys_of(model: type[Any]) -> list[str]:
    return [str(key) for key in model.objects.values_list("pk", flat=True)]


MODELS: dict[str, type[Any]] = {
    "files": StoredFile,
    "jobs": Job,
    "uploads": Upload,
    "batches": Batch,
    "tokens": ApiToken,
    "notices": Notice,
    "links": Link,
    "invitations": Invitation,
    "phones": DeviceKey,
    "arrivals": Arrival,
    "comments": Comment,
    "proposals": ProposedChange,
    "followings": Following,
}
