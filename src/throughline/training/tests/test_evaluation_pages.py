"""Evaluation at its doors: the secret address, one's own page, the team's pages, results for others, files, the report."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.render import FORMATS
from throughline.kernel.reporting.services import build, hand_out
from throughline.kernel.rounds.models import Questionnaire
from throughline.kernel.rounds.services import add_edition
from throughline.kernel.testing.worlds import World
from throughline.training import evaluated
from throughline.training.badge_codes import secret_of
from throughline.training.models import Activity, Evaluation, Heap, Opinion, Superior
from throughline.training.services import evaluating, people
from throughline.training.tests.delivering import make_course
from throughline.training.tests.evaluating import (
    address,
    done_course,
    form_of,
    mailed,
    over,
    place_of,
    plan,
    say,
    send_in,
    sent,
)


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.user(who))
    return client


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


class TestTheSecretAddress:
    def test_answers_once_without_an_account(self, world: World) -> None:
        call = sent(world, done_course(world))
        path = mailed()[0]
        page = Client().get(path)
        assert "This is anonymous." in text(page)
        assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert send_in(Client(), path, overall="5", improve="Longer.").status_code == 302
        assert "Thank you" in text(Client().get(path))
        assert "Thank you" in text(send_in(Client(), path, overall="1"))
        assert Heap.objects.get(evaluation=call).answers == {"improve": ["Longer."], "overall": ["5"]}

    def test_unknown_forged_and_mistyped_are_one(self, world: World) -> None:
        call = sent(world, done_course(world))
        ticket = call.tickets.first()
        assert ticket is not None
        good = address(ticket)
        never = f"/evaluate/{secret_of(call.pk)}/"
        forged, mistyped = (f"{good[:-2]}{last}/" for last in "ABC".replace(good[-2], "")[:2])
        answers = [Client().get(one) for one in (forged, mistyped, never, "/evaluate/nonsense/", "/evaluate/%00/")]
        assert {one.status_code for one in answers} == {404}
        assert len({text(one) for one in answers}) == 1

    def test_who_tries_too_often_waits(self, world: World) -> None:
        client = Client()
        seen = [client.get(f"/evaluate/wrong-{number}/").status_code for number in range(40)]
        assert (seen[0], seen[-1]) == (404, 429)

    def test_no_log_has_the_address(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        sent(world, done_course(world))
        assert (send_in(Client(), mailed()[0]).status_code, Client().get("/evaluate/wrong/").status_code) == (422, 404)
        assert "/evaluate/" not in caplog.text

    def test_closed_and_not_sent(self, world: World) -> None:
        call = sent(world, done_course(world))
        path = mailed()[0]
        over(call)
        assert "This is closed" in text(Client().get(path))
        assert "This is closed" in text(send_in(Client(), path, overall="5"))
        assert Heap.objects.count() == 0

    def test_what_is_wrong_is_said_and_nothing_is_lost(self, world: World) -> None:
        call = sent(world, done_course(world), "behaviour-participant")
        path = mailed()[0]
        told = send_in(Client(), path, used="often", passed_on="many", example="A case in June.")
        assert told.status_code == 422
        assert "A case in June." in told.content.decode()
        assert send_in(Client(), path, example="x" * 6000).status_code == 422
        assert send_in(Client(), path, overall="5", example="nul \x00 byte").status_code == 302
        assert Heap.objects.get(evaluation=call).answers == {"example": ["nul  byte"]}

    def test_questions_that_open_are_shown_before_it_is_sent(self, world: World) -> None:
        sent(world, done_course(world), "behaviour-participant")
        path, client = mailed()[0], Client()
        told = send_in(client, path, used="never")
        assert (told.status_code, "open further questions" in text(told)) == (200, True)
        given = {"was:used": "never", "now:used": "never", "was:hindered": "", "now:hindered": "no-time"}
        assert client.post(path, given).status_code == 302
        assert Heap.objects.get().answers == {"hindered": ["no-time"], "used": ["never"]}

    def test_a_choice_is_cleared_without_script(self, world: World) -> None:
        sent(world, done_course(world))
        given = {"was:overall": "5", "now:overall": "5", "clear": "overall"}
        page = Client().post(mailed()[0], given).content.decode()
        assert ("checked" in page, Heap.objects.count()) == (False, 0)

    def test_who_is_asked_with_a_name_is_told_so(self, world: World) -> None:
        sent(world, done_course(world), "learning-participant", sort="post-test")
        assert "This is not anonymous" in text(Client().get(mailed()[0]))
        send_in(Client(), mailed()[0], amber="own", calibre="9")
        assert Opinion.objects.values_list("points", "most").get() == (2, 3)

    def test_a_title_above_green_is_not_said(self, world: World) -> None:
        sent(world, done_course(world, title="Operation zqname", handling=Handling.STRICT))
        assert "zqname" not in text(Client().get(mailed()[0]))


class TestOnesOwnPage:
    def course(self, world: World) -> Activity:
        course = done_course(world)
        person = place_of(course).person
        person.email = "outsider@example.org"
        person.save()
        people.claim(world.viewer("outsider"))
        return course

    def test_what_is_due_stands_there_until_it_is_answered(self, world: World) -> None:
        course = self.course(world)
        call = sent(world, course)
        client = signed_in(world, "outsider")
        page = client.get("/training/mine/").content.decode()
        (path,) = re.findall(r"/evaluate/[\w-]+/", page)
        assert path == address(call.tickets.get(place=place_of(course)))
        assert send_in(client, path, overall="4").status_code == 302
        assert "Evaluation due" not in text(client.get("/training/mine/"))

    def test_a_line_manager_is_named_only_while_one_will_be_asked(self, world: World) -> None:
        course, client = self.course(world), signed_in(world, "outsider")
        assert "line manager" not in text(client.get("/training/mine/"))
        plan(world, course, "behaviour-manager", days=90)
        assert "Your line manager" in text(client.get("/training/mine/"))
        path = f"/training/evaluation/superior/{place_of(course).pk}/"
        client.post(path, {"email": "boss@example.org"})
        assert Superior.objects.get().email == "boss@example.org"
        client.post(path, {"email": "no address"})
        assert Superior.objects.get().email == "boss@example.org"
        assert signed_in(world, "charlie").post(path, {"email": "x@example.org"}).status_code == 404
        client.post(path, {"email": ""})
        assert Superior.objects.count() == 0


class TestTheTeamsPages:
    def test_from_planning_to_sending(self, world: World) -> None:
        course, client = done_course(world), signed_in(world, "sofia")
        path = f"/activities/{course.reference}/evaluation/"
        assert client.post(f"{path}usual/").status_code == 302
        assert Questionnaire.objects.filter(asking="evaluation").count() == 6
        form = {
            "sort": "survey", "level": "4", "role": "line-manager", "least": "5", "days": "365", "open_days": "30",
            "edition": str(form_of(world, "results-manager").pk), "anonymous": "on", "reminders": "10, 3", "addresses": "",
        }  # fmt: skip
        assert client.post(f"{path}add/", form).status_code == 302
        made = course.evaluations.get(level=4)
        assert (made.days, made.reminders, made.anonymous) == (365, [10, 3], True)
        told = client.post(f"{path}{made.pk}/", {**form, "least": "1"})
        assert (told.status_code, "answers or more" in text(told)) == (422, True)
        assert client.post(f"{path}{made.pk}/", {**form, "days": "180"}).status_code == 302
        assert course.evaluations.get(level=4).days == 180
        client.post(f"{path}{made.pk}/", {"what": "drop"})
        assert course.evaluations.count() == 4
        first = course.evaluations.get(level=1, role="participant")
        client.post(f"{path}{first.pk}/", {"what": "send"})
        assert (first.tickets.count(), "Shown when" in text(client.get(path))) == (6, False)
        say(first, {"overall": "5"})
        assert "Shown when the call has closed." in text(client.get(path))

    @pytest.mark.parametrize(("who", "status"), [("charlie", 403), ("anna", 403), ("outsider", 404)])
    def test_others_do_nothing_there(self, world: World, who: str, status: int) -> None:
        course = done_course(world)
        call = plan(world, course)
        client, path = signed_in(world, who), f"/activities/{course.reference}/evaluation/"
        asked = (f"{path}add/", f"{path}usual/", f"{path}{call.pk}/", f"{path}lessons/")
        told = [client.post(one, {"what": "send", "lessons": "x"}).status_code for one in asked]
        told += [client.get(f"{path}{call.pk}/answers.csv").status_code]
        assert set(told) == {status}
        assert (Evaluation.objects.count(), call.tickets.count()) == (1, 0)

    def test_others_see_numbers_when_it_has_closed(self, world: World) -> None:
        course = done_course(world)
        call = sent(world, course)
        say(call, *[{"overall": "4", "improve": "zqwords"}] * 5)
        path = f"/activities/{course.reference}/evaluation/"
        assert "Overall" not in text(signed_in(world, "charlie").get(path))
        over(call)
        seen = text(signed_in(world, "charlie").get(path))
        assert ("Mean 4.00" in seen, "zqwords" in seen) == (True, False)
        assert "zqwords" in text(signed_in(world, "sofia").get(path))

    def test_a_call_of_another_activity_is_not_found(self, world: World) -> None:
        call, other = plan(world, done_course(world)), make_course(world, people=(), title="Another")
        path = f"/activities/{other.reference}/evaluation/{call.pk}/"
        assert signed_in(world, "sofia").get(path).status_code == 404

    def test_a_form_with_files_cannot_be_asked(self, world: World) -> None:
        from throughline.kernel.rounds.forms.writing import xlsform  # reason: only this test writes a form

        edition = form_of(world, "reaction-participant")
        photo = [{"type": "image", "name": "photo", "label::English (en)": "A photo"}]
        content = xlsform(title="Photo", form_id="photo", survey=photo, choices=[], language="English (en)")
        add_edition(world.viewer("sofia"), questionnaire=edition.questionnaire, content=content, name="photo.xlsx")
        with pytest.raises(Invalid):
            plan(world, done_course(world))

    def test_pages_take_no_more_queries_for_three_calls_than_for_one(
        self, world: World, django_assert_max_num_queries: Any
    ) -> None:
        course = done_course(world)
        client = signed_in(world, "sofia")
        client.get("/training/evaluation/")
        for number in (1, 3):
            while course.evaluations.count() < number:
                call = sent(world, course, days=course.evaluations.count())
                say(call, *[{"overall": "4"}] * 6)
                over(call)
            with django_assert_max_num_queries(45):
                client.get(f"/activities/{course.reference}/evaluation/")
            with django_assert_max_num_queries(30):
                client.get("/training/evaluation/")


class TestFiles:
    def test_anonymous_answers_by_question_never_by_person(self, world: World) -> None:
        course = done_course(world)
        call = sent(world, course)
        say(call, *[{"overall": "4", "improve": f"=cmd|{number}"} for number in range(6)])
        client, path = signed_in(world, "sofia"), f"/activities/{course.reference}/evaluation/{call.pk}/answers."
        assert client.get(f"{path}csv").status_code == 302
        over(call)
        rows = client.get(f"{path}csv").content.decode("utf-8-sig").splitlines()
        assert rows[2] == 'overall,"Overall, the activity was",Good,6,6'
        assert [row.split(",")[2] for row in rows if row.startswith("improve")] == [
            f"'=cmd|{number}" for number in range(6)
        ]
        sheet = load_workbook(BytesIO(client.get(f"{path}xlsx").content)).active
        assert sheet is not None
        found = [row for row in sheet.iter_rows(values_only=True) if row[0] == "improve"]
        assert (len(found), found[0][2], sheet.max_row) == (6, "=cmd|0", len(rows))

    def test_tests_by_person(self, world: World) -> None:
        course = done_course(world, 2)
        call = sent(world, course, "learning-participant", sort="post-test")
        say(call, {"amber": "own"})
        path = f"/activities/{course.reference}/evaluation/{call.pk}/answers.csv"
        rows = signed_in(world, "sofia").get(path).content.decode("utf-8-sig").splitlines()
        assert len(rows) == 2
        assert rows[1].startswith("Officer RS 1,1.00,3.00,")


class TestTheReport:
    def course(self, world: World) -> Activity:
        course = done_course(world, handling=Handling.GREEN)
        call = sent(world, course)
        say(call, *[{"overall": str(3 + number % 3), "length": "right", "improve": "zqwords"} for number in range(6)])
        over(call)
        evaluating.write_lessons(
            world.viewer("sofia"), activity=course, lessons="Exercises need an afternoon.", conclusions="Repeat it."
        )
        return course

    def test_says_what_everybody_may_know(self, world: World) -> None:
        course = self.course(world)
        made = build(
            world.viewer("anna"), template="training-report", period=str(course.ends_on.year), scope=course.reference
        )
        told = str(Report.objects.get(pk=made.pk).snapshot)
        assert [word in told for word in ("Exercises need an afternoon.", "Repeat it.", "zqwords", "Officer")] == [
            True, True, False, False,
        ]  # fmt: skip
        figures = made.document.figures
        assert figures[f"{course.reference}/took-part"].value == 6
        assert figures[f"{course.reference}/mean/overall"].text == "4.00"

    @pytest.mark.parametrize("fmt", FORMATS)
    def test_in_every_format(self, world: World, fmt: str) -> None:
        course = self.course(world)
        sofia = world.viewer("sofia")
        made = build(sofia, template="training-report", period=str(course.ends_on.year), scope=course.reference)
        assert len(hand_out(sofia, report=made, fmt=fmt)) > 2000

    def test_is_built_from_its_page_and_signed_like_others(self, world: World) -> None:
        course = self.course(world)
        client = signed_in(world, "sofia")
        answer = client.post(f"/activities/{course.reference}/evaluation/report/")
        report = Report.objects.get()
        assert answer["Location"] == f"/reports/{report.reference}/"
        assert (report.scope, report.state) == (course.reference, "draft")
        assert client.get(answer["Location"]).status_code == 200

    def test_of_what_is_not_there(self, world: World) -> None:
        course = self.course(world)
        unfinished = make_course(world, people=(), title="Another")
        strict = done_course(world, handling=Handling.STRICT, title="Third")
        year = str(course.ends_on.year)
        for period, scope in (
            (year, "SEE-7"),
            (year, unfinished.reference),
            (year, strict.reference),
            ("1999", course.reference),
        ):
            with pytest.raises(Invalid):
                build(world.viewer("sofia"), template="training-report", period=period, scope=scope)
        with pytest.raises(Refused):
            build(world.viewer("charlie"), template="training-report", period=year, scope=course.reference)


def test_lessons_are_the_teams(world: World) -> None:
    course = done_course(world, 1)
    with pytest.raises(Refused):
        evaluating.write_lessons(world.viewer("anna"), activity=course, lessons="x", conclusions="")
    assert evaluated.may_read_words(world.viewer("anna"), course)
