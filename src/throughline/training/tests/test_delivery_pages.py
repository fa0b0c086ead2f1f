"""Attendance and certificates at the door: the team, the participant, everyone else, and the public."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.services import mark
from throughline.kernel.flow.services import advance
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.worker import drain
from throughline.kernel.testing.worlds import World
from throughline.training.badge_codes import grouped, short_code, token_of
from throughline.training.models import Activity, Attendance, Certificate, Person
from throughline.training.placing import standings
from throughline.training.registers import register
from throughline.training.services import certificates, people
from throughline.training.tests.delivering import attend, keys, make_course, states


@pytest.fixture(autouse=True)
def nobody_asked_yet(db: None) -> None:
    cache.clear()


def at(world: World, who: str) -> Client:
    client = Client()
    if who:
        client.force_login(world.user(who))
    return client


def url(name: str, *values: Any) -> str:
    return reverse(name, args=values)


def certified(world: World, *people_of: str, **given: Any) -> Certificate:
    """A certificate of someone who attended a course."""
    course = make_course(world, people=people_of or ("RS",), **given)
    attend(world, course, *[(100, 100)] * course.places.count())
    advance(world.viewer("sofia"), record=course, transition="finish")
    certificates.review(world.viewer("sofia"), activity=course, places=keys(course))
    drain()
    return Certificate.objects.order_by("serial").first()  # type: ignore[return-value]


def addresses(course: Activity) -> list[str]:
    """Every page with names on it."""
    session, place = course.sessions.first(), course.places.first()
    assert session is not None
    assert place is not None
    pages = ("attendance", "attendance-door", "attendance-sign-in", "attendance-badges", "attendance-sheet")
    return [
        *(url(one, course.reference) for one in (*pages, "certificates", "certificates-bundle")),
        url("attendance-session", course.reference, session.pk),
        url("check-in", token_of(place.pk)),
    ]


# Who gets in


@pytest.mark.parametrize(
    ("who", "status"), [("charlie", 403), ("alice", 403), ("anna", 403), ("rita", 403), ("outsider", 404), ("", 302)]
)
def test_only_the_team_gets_in(world: World, who: str, status: int) -> None:
    course = certified(world, "RS", "AL").place.activity
    for address in addresses(course):
        answer = at(world, who).get(address)
        assert (address, answer.status_code) == (address, status)
        assert b"Officer" not in answer.content


def test_the_team_gets_in(world: World) -> None:
    course = certified(world, "RS", "AL").place.activity
    for address in addresses(course):
        answer = at(world, "simon").get(address)
        assert (address, answer.status_code) == (address, 200)
        if answer.streaming:
            answer.getvalue()


def test_the_page_of_the_activity_leads_there_for_the_team_alone(world: World) -> None:
    course = make_course(world)
    page = url("activity-detail", course.reference)
    assert url("attendance", course.reference) in at(world, "sofia").get(page).content.decode()
    assert url("attendance", course.reference) not in at(world, "charlie").get(page).content.decode()


# Attendance


def posted(course: Activity, **marks: str) -> dict[str, str]:
    """The form of a session as a browser sends it."""
    data = {}
    for number, place in enumerate(course.places.order_by("order"), start=1):
        data[f"seen-{place.pk}"] = ""
        data[f"mark-{place.pk}"] = marks.get(f"p{number}", "")
    return data


def test_a_session_is_taken_without_script(world: World) -> None:
    course = make_course(world)
    session = course.sessions.first()
    assert session is not None
    page = url("attendance-session", course.reference, session.pk)
    answer = at(world, "sofia").post(page, posted(course, p1="100", p2="50", p3="excused"))
    assert answer.status_code == 302
    kept = Attendance.objects.order_by("place__order").values_list("percent", "excused", "session")
    assert list(kept) == [(100, False, session.pk), (50, False, session.pk), (0, True, session.pk)]


def test_the_rest_is_marked_as_there_at_once(world: World) -> None:
    course = make_course(world)
    session = course.sessions.first()
    assert session is not None
    page = url("attendance-session", course.reference, session.pk)
    at(world, "sofia").post(page, posted(course, p2="0") | {"_rest": "100"})
    assert list(Attendance.objects.order_by("place__order").values_list("percent", flat=True)) == [100, 0, 100]


def test_what_another_wrote_meanwhile_is_told_and_kept(world: World) -> None:
    course = make_course(world, people=("RS",))
    session = course.sessions.first()
    assert session is not None
    page = url("attendance-session", course.reference, session.pk)
    at(world, "simon").post(page, posted(course, p1="50"))
    answer = at(world, "sofia").post(page, posted(course, p1="100"))
    assert (answer.status_code, "meantime" in answer.content.decode()) == (422, True)
    assert Attendance.objects.get().percent == 50


def test_nonsense_in_the_form_writes_nothing(world: World) -> None:
    course = make_course(world, people=("RS",))
    session = course.sessions.first()
    assert session is not None
    page = url("attendance-session", course.reference, session.pk)
    assert at(world, "sofia").post(page, posted(course, p1="999")).status_code == 302
    assert Attendance.objects.count() == 0


def sheet(world: World, course: Activity, text: str, who: str = "sofia") -> Any:
    file = SimpleUploadedFile("attendance.csv", text.encode())
    return at(world, who).post(url("attendance", course.reference), {"file": file})


def test_the_register_goes_out_and_comes_back(world: World) -> None:
    course = make_course(world)
    out = at(world, "sofia").get(url("attendance-sheet", course.reference)).content.decode("utf-8-sig")
    rows = [line.split(",") for line in out.splitlines()]
    assert rows[0][:4] == ["person", "code", "name", "organisation"]
    back = "\n".join([",".join(rows[0]), *(",".join([*row[:4], "100", "excused"]) for row in rows[1:])])
    assert sheet(world, course, back).status_code == 302
    assert Attendance.objects.filter(percent=100, via="sheet").count() == 3
    assert Attendance.objects.filter(excused=True).count() == 3


def test_a_long_sheet_is_understood_too(world: World) -> None:
    course = make_course(world, people=("RS", "AL"))
    first, second = course.places.order_by("order")
    text = (
        "E-mail;Session;Attendance\n"
        f"{first.person.email};Day 1;yes\n{second.person.email};day 1;0\n{first.person.email};Day 2;50 %\n"
    )
    assert sheet(world, course, text).status_code == 302
    assert list(Attendance.objects.order_by("place__order", "session__starts_at").values_list("percent", flat=True)) == [
        100, 50, 0,
    ]  # fmt: skip


def test_every_wrong_row_is_told_and_nothing_is_written(world: World) -> None:
    course = make_course(world, people=("RS", "RS"))
    reference = course.places.order_by("order")[0].person.reference
    text = f"person,session,attendance\n{reference},Day 1,100\nTP-0000-1,Day 1,100\n{reference},Day 9,100\n{reference},Day 2,lots\n"
    answer = sheet(world, course, text)
    words = answer.content.decode()
    assert (answer.status_code, Attendance.objects.count()) == (422, 0)
    assert all(f"Row {number}" in words for number in (3, 4, 5))
    assert "Row 2" not in words


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "name\nOfficer RS 1\n", "person,session,attendance\n"])
def test_a_sheet_that_says_nothing_is_not_taken(world: World, text: str) -> None:
    assert sheet(world, make_course(world), text).status_code == 422


def test_a_sheet_of_somebody_else_is_refused(world: World) -> None:
    course = make_course(world)
    assert sheet(world, course, "person,session,attendance\n", who="charlie").status_code == 403


# At the door


def running(course: Activity) -> Activity:
    session = course.sessions.first()
    assert session is not None
    now = timezone.now()
    course.sessions.filter(pk=session.pk).update(starts_at=now, ends_at=now + timezone.timedelta(hours=1))
    return course


def test_looking_at_a_badge_changes_nothing_and_one_touch_marks(world: World) -> None:
    course = running(make_course(world, people=("RS",)))
    page = url("check-in", token_of(keys(course)[0]))
    assert "Officer RS 1" in at(world, "sofia").get(page).content.decode()
    assert Attendance.objects.count() == 0
    assert "is marked as there" in at(world, "sofia").post(page).content.decode()
    assert "already" in at(world, "simon").post(page).content.decode()
    assert Attendance.objects.count() == 1


def test_a_badge_nobody_printed_leads_nowhere(world: World) -> None:
    assert at(world, "sofia").get(url("check-in", "nonsense")).status_code == 404


def test_the_code_is_typed_and_the_camera_sends_the_address(world: World) -> None:
    course = running(make_course(world, people=("RS", "AL")))
    first, second = keys(course)
    page = url("attendance-door", course.reference)
    assert "is marked as there" in at(world, "sofia").post(page, {"code": grouped(short_code(first))}).content.decode()
    seen = f"https://training.example.org{url('check-in', token_of(second))}"
    answer = at(world, "sofia").post(page, {"code": seen}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["tone"]) == (200, "good")
    assert Attendance.objects.count() == 2
    other = url("check-in", token_of(keys(make_course(world, people=("RS",)))[0]))
    assert at(world, "sofia").post(page, {"code": other}, headers={"accept": "application/json"}).status_code == 422


# Papers


def test_papers_are_pdf_and_that_they_were_taken_is_written_down(world: World) -> None:
    course = make_course(world)
    for name in ("attendance-sign-in", "attendance-badges"):
        assert at(world, "sofia").get(url(name, course.reference)).content.startswith(b"%PDF-")
    from throughline.kernel.history.models import Entry  # reason: the other Entry is that of attendance

    assert Entry.objects.filter(verb="attendance.print").count() == 2


# Certificates


def test_they_are_looked_through_approved_and_made_by_a_job(world: World) -> None:
    course = make_course(world)
    attend(world, course, (100, 100), (100, 100), (100, 0))
    page = url("certificates", course.reference)
    assert "Close the activity" in at(world, "sofia").get(page).content.decode()
    advance(world.viewer("sofia"), record=course, transition="finish")
    shown = at(world, "sofia").get(page).content.decode()
    first, second, third = keys(course)
    assert [str(one) in shown for one in (first, second, third)] == [True, True, False]
    answer = at(world, "sofia").post(page, {"place": [str(first)]})
    job = Job.objects.get()
    assert answer["Location"] == url("job-detail", job.pk)
    drain()
    made = Certificate.objects.get()
    assert (made.place_id, made.serial, made.rule) == (
        first,
        f"CERT-{timezone.localdate().year}-000001",
        "Attended at least 80 % of 2 sessions.",
    )
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 1, 1)
    assert made.serial in at(world, "sofia").get(page).content.decode()


def test_nobody_is_put_in_who_has_not_attended(world: World) -> None:
    course = make_course(world, people=("RS", "RS"))
    attend(world, course, (100, 100), (100, 0))
    advance(world.viewer("sofia"), record=course, transition="finish")
    page = url("certificates", course.reference)
    assert at(world, "sofia").post(page, {"place": [str(one) for one in keys(course)]}).status_code == 422
    assert at(world, "sofia").post(page, {}).status_code == 422
    assert at(world, "sofia").post(page, {"place": ["x"]}).status_code == 404
    assert at(world, "charlie").post(page, {"place": [str(keys(course)[0])]}).status_code == 403
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("sofia", 200), ("alice", 200), ("bob", 200), ("charlie", 404), ("anna", 404), ("outsider", 404)],
)
def test_whoever_may_read_the_person_may_have_the_certificate(world: World, who: str, status: int) -> None:
    made = certified(world)
    answer = at(world, who).get(url("certificate-file", made.pk))
    assert answer.status_code == status
    assert answer.content.startswith(b"%PDF-") == (status == 200)


def test_all_at_once_for_the_team(world: World) -> None:
    course = certified(world, "RS", "AL").place.activity
    answer = at(world, "sofia").get(url("certificates-bundle", course.reference))
    names = ZipFile(BytesIO(answer.getvalue())).namelist()
    assert names == [f"{one}.pdf" for one in Certificate.objects.order_by("serial").values_list("serial", flat=True)]


def test_it_is_revoked_with_a_reason_and_made_good_again(world: World) -> None:
    made = certified(world)
    page, public = url("certificate-revoke", made.pk), url("verify-code", made.code)
    assert at(world, "alice").post(page, {"what": "revoke", "reason": "No."}).status_code == 403
    assert at(world, "charlie").post(page, {"what": "revoke", "reason": "No."}).status_code == 404
    assert at(world, "sofia").post(page, {"what": "revoke", "reason": " "}).status_code == 422
    at(world, "sofia").post(page, {"what": "revoke", "reason": "The wrong Officer was certified."})
    told = Client().get(public).content.decode()
    assert ("was revoked" in told, "wrong Officer" in told) == (True, False)
    at(world, "sofia").post(page, {"what": "restore"})
    assert "is valid" in Client().get(public).content.decode()


def test_a_misspelt_name_is_printed_anew_under_the_same_number(world: World) -> None:
    made = certified(world)
    old = made.file_id
    Person.objects.filter(pk=made.place.person_id).update(name="Ana Petrović")
    at(world, "sofia").post(url("certificate-revoke", made.pk), {"what": "print"})
    again = Certificate.objects.get()
    assert (again.serial, again.code, again.file_id != old) == (made.serial, made.code, True)


# The participant


def own(world: World) -> Certificate:
    made = certified(world)
    people.change(world.viewer("alice"), person=made.place.person, values={"email": "outsider@example.org"})
    return Certificate.objects.get()


def test_the_participant_has_it_on_their_own_page_and_decides_what_it_shows(world: World) -> None:
    made = own(world)
    me, public = at(world, "outsider"), url("verify-code", made.code)
    page = me.get(url("training-mine")).content.decode()
    assert made.serial in page
    assert me.get(url("certificate-file", made.pk)).content.startswith(b"%PDF-")
    for choice, seen in (("initials", "O. R. 1."), ("name", "Officer RS 1"), ("nothing", "chose not to show")):
        me.post(url("certificate-choose", made.pk), {"shows": choice})
        assert seen in Client().get(public).content.decode()
    me.post(url("certificate-choose", made.pk), {"shows": "everything"})
    assert Certificate.objects.get().shows == "nothing"


@pytest.mark.parametrize("who", ["sofia", "alice", "charlie"])
def test_nobody_else_decides_it(world: World, who: str) -> None:
    made = own(world)
    answer = at(world, who).post(url("certificate-choose", made.pk), {"shows": "name"})
    assert (answer.status_code, Certificate.objects.get().shows) == (404, "nothing")


def test_an_open_badge_is_public_only_once_its_holder_asked(world: World) -> None:
    made = own(world)
    code = grouped(made.code)
    assert Client().get(url("verify-badge", code)).status_code == 404
    assert at(world, "alice").post(url("certificate-badge", made.pk)).status_code == 404
    at(world, "outsider").post(url("certificate-badge", made.pk))
    told = Client().get(url("verify-badge", code)).json()
    assert (told["type"], told["recipient"]["hashed"]) == ("Assertion", True)
    assert told["recipient"]["identity"].startswith("sha256$")
    assert "outsider@" not in str(told)
    assert Client().get(url("verify-badge-class", code)).json()["criteria"] == {"narrative": made.rule}
    assert Client().get(url("verify-badge-issuer", code)).json()["name"] == "Secretariat"
    baked = at(world, "outsider").get(url("certificate-badge", made.pk)).content.decode()
    assert "openbadges:assertion" in baked
    certificates.revoke(world.viewer("sofia"), certificate=made, reason="Wrong.")
    gone = Client().get(url("verify-badge", code))
    assert (gone.status_code, gone.json()["revoked"]) == (410, True)


def test_erasing_takes_the_files_and_the_name_and_leaves_that_it_was_issued(world: World) -> None:
    made = own(world)
    at(world, "outsider").post(url("certificate-choose", made.pk), {"shows": "name"})
    people.erase(world.viewer("alice"), person=made.place.person)
    kept = Certificate.objects.get()
    assert (kept.file, kept.shows, kept.badge_salt) == (None, "nothing", "")
    told = Client().get(url("verify-code", made.code)).content.decode()
    assert ("is valid" in told, "Officer" in told) == (True, False)


def counted(world: World, course: Activity) -> Any:
    """All that is counted of a course: places, attendance session by session, certificates."""
    found = register(world.viewer("sofia"), course)
    rows = course.places.order_by("pk")
    return (
        [one.as_dict() for one in standings(course)],
        list(rows.values_list("jurisdiction", "sex", "sector", "state", "attended")),
        [found.counts(one) for one in found.sessions],
        sorted(str(line.tally) for line in found.lines),
        list(Certificate.objects.order_by("serial").values_list("serial", "revoked_at", "rule")),
    )


@pytest.mark.parametrize("closed", [True, False])
def test_erasing_leaves_places_attendance_and_certificates_as_they_were_counted(world: World, closed: bool) -> None:
    course = make_course(world)
    attend(world, course, (100, 100), (100, 50), (0, 0))
    sofia = world.viewer("sofia")

    if closed:
        advance(sofia, record=course, transition="finish")
        certificates.review(sofia, activity=course, places=keys(course)[:1])
        drain()
    before = counted(world, course)

    for place in course.places.filter(jurisdiction__code="RS").select_related("person"):
        people.erase(world.viewer("alice"), person=place.person)

    assert counted(world, course) == before
    if not closed:
        advance(sofia, record=course, transition="finish")
    assert [attended for _state, attended in states(course)] == ["100.00", "75.00", "0.00"]


# The public


def test_the_public_sees_no_more_than_it_must(world: World) -> None:
    made = certified(world)
    answer = Client().get(url("verify-code", grouped(made.code).lower()))
    told = answer.content.decode()
    person = made.place.person
    assert answer.status_code == 200
    assert all(word in told for word in ("is valid", made.place.activity.title, "Secretariat"))
    hidden = (
        person.name,
        person.email,
        person.reference,
        made.serial,
        made.place.activity.reference,
        "police",
        "Serbia",
    )
    assert [word for word in hidden if word in told] == []
    assert (dict(answer.cookies), answer["Cache-Control"], answer["Referrer-Policy"]) == ({}, "no-store", "no-referrer")


def test_titles_above_green_are_not_public(world: World) -> None:
    made = certified(world)
    mark(world.viewer("sofia"), record=made.place.activity, handling=Handling.AMBER, reason="Undercover.")
    told = Client().get(url("verify-code", made.code)).content.decode()
    assert (made.place.activity.title in told, "not public" in told) == (False, True)


def test_a_wrong_code_is_told_and_soon_not_answered(world: World) -> None:
    made = certified(world)
    assert Client().get(url("verify-code", "0" * 20)).status_code == 404
    assert Client().get(url("verify"), {"code": made.code.lower()})["Location"] == url(
        "verify-code", grouped(made.code)
    )
    assert Client().get(url("verify"), {"code": "short"}).status_code == 400
    for _number in range(30):
        Client().get(url("verify-code", "1" * 20))
    answer = Client().get(url("verify-code", made.code))
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert Client().get(url("verify-code", made.code), REMOTE_ADDR="10.1.1.1").status_code == 200


def test_the_public_page_only_reads(world: World) -> None:
    assert Client().post(url("verify")).status_code == 405
