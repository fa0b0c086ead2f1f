"""Many sessions at once, at the door."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.training import make_activity
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity

WEEK = {"starts_on": date(2026, 9, 7), "ends_on": date(2026, 9, 18)}
DAYS = {
    "_from": "days",
    "first": "2026-09-07",
    "last": "2026-09-18",
    "weekdays": ["0", "2"],
    "hours": "9:00-12:30 Law\n14-17",
}


@pytest.fixture
def activity(world: World) -> Activity:
    return make_activity(world, **WEEK)


def url(activity: Activity) -> str:
    return reverse("activity-sessions", args=[activity.reference])


def told(activity: Activity) -> list[str]:
    from django.utils.timezone import localtime  # reason: short

    return [
        f"{localtime(one.starts_at):%d %H:%M}-{localtime(one.ends_at):%H:%M} {one.title}"
        for one in activity.sessions.all()
    ]


def sheet(text: str) -> dict[str, object]:
    return {"_from": "file", "file": SimpleUploadedFile("sessions.csv", text.encode())}


def test_days_and_hours_make_sessions(world: World, activity: Activity) -> None:
    client = signed_in(world, "sofia")
    assert client.get(url(activity)).status_code == 200
    assert client.post(url(activity), DAYS).status_code == 302
    assert told(activity)[:3] == ["07 09:00-12:30 Law", "07 14:00-17:00 ", "09 09:00-12:30 Law"]
    assert activity.sessions.count() == 8
    client.post(url(activity), DAYS)
    assert activity.sessions.count() == 8


@pytest.mark.parametrize(
    "text",
    [
        "date,from,to,title\n7.9.2026,9:00,12:00,Law\n8.9.2026,14:00,17:00,Money\n",
        "starts;ends;title\n2026-09-07 09:00;12:00;Law\n2026-09-08 14:00;2026-09-08 17:00;Money\n",
    ],
)
def test_a_sheet_makes_sessions(world: World, activity: Activity, text: str) -> None:
    assert signed_in(world, "sofia").post(url(activity), sheet(text)).status_code == 302
    assert told(activity) == ["07 09:00-12:00 Law", "08 14:00-17:00 Money"]


def test_a_wrong_row_stops_them_all_and_is_named(world: World, activity: Activity) -> None:
    text = "date,from,to\n7.9.2026,9:00,12:00\n8.9.2026,soon,17:00\n"
    answer = signed_in(world, "sofia").post(url(activity), sheet(text))
    assert answer.status_code == 422
    assert "Row 3: &#x27;soon&#x27; is not a time" in answer.content.decode()
    assert activity.sessions.count() == 0


def test_sessions_outside_the_activity_are_refused(world: World, activity: Activity) -> None:
    answer = signed_in(world, "sofia").post(url(activity), {**DAYS, "last": "2026-09-21"})
    assert answer.status_code == 422
    assert "The session lies outside the days of the activity" in answer.content.decode()
    assert activity.sessions.count() == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours": "all day"}, "Write the hours as 09:00-12:30"),
        ({"hours": " "}, "This field is required"),
        ({"weekdays": ["6"], "last": "2026-09-11"}, "None of these weekdays"),
        ({"first": "2020-01-01", "last": "2026-09-11"}, "at most 500 can be added at once"),
        ({"first": "soon"}, "is not a date"),
    ],
)
def test_what_cannot_be_understood_is_said(
    world: World, activity: Activity, changes: dict[str, object], said: str
) -> None:
    answer = signed_in(world, "sofia").post(url(activity), {**DAYS, **changes})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_others_add_none(world: World, activity: Activity) -> None:
    assert signed_in(world, "alice").get(url(activity)).status_code == 403
    assert signed_in(world, "alice").post(url(activity), DAYS).status_code == 403
    assert signed_in(world, "outsider").get(url(activity)).status_code == 404
    assert activity.sessions.count() == 0
