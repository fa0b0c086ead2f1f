"""Comments, proposed changes and following over the API: the same verbs, the same refusals."""

import pytest

from throughline.kernel.comments.models import Comment
from throughline.kernel.following.models import Following
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def test_a_thread_from_writing_to_resolving(world: World) -> None:
    incident = make_incident(world, "alice", state="verified", handling="green")
    url, charlie = f"/api/v1/comments/on/incident/{incident.reference}", Program(world, "charlie")
    made = charlie.send("post", url, {"text": "Is the place right?", "mentions": [world.user("anna").email]})
    assert (made.status_code, made.json()["state"]) == (201, "open")
    one = f"/api/v1/comments/{made.json()['id']}"
    assert Program(world, "alice").send("post", f"{one}/answers", {"text": "It is."}).status_code == 201
    assert charlie.send("patch", one, {"text": "Is the place quite right?"}).status_code == 200
    assert charlie.send("post", f"{one}/state", {"state": "resolved"}).json()["state"] == "resolved"
    [thread] = charlie.get(url).json()["items"]
    assert (thread["text"], [said["text"] for said in thread["answers"]]) == ("Is the place quite right?", ["It is."])


def test_comments_of_what_one_may_not_read_are_not_found(world: World) -> None:
    incident = make_incident(world, "alice", state="verified", handling="amber+strict")
    url = f"/api/v1/comments/on/incident/{incident.reference}"
    made = Program(world, "alice").send("post", url, {"text": "x", "organisation": "police-rs"})
    charlie = Program(world, "charlie")
    one = f"/api/v1/comments/{made.json()['id']}"
    answers = [
        charlie.get(url), charlie.send("post", url, {"text": "y"}), charlie.send("post", f"{one}/answers", {"text": "y"}),
        charlie.send("patch", one, {"text": "y"}), charlie.send("post", f"{one}/state", {"state": "resolved"}),
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [404] * 5
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"text": 5.5, "kind": "rant"}, {"text": "x", "mentions": "anna"}, {"text": ["x"]}]
)
def test_what_is_no_comment_is_said_so(world: World, body: dict[str, object]) -> None:
    incident = make_incident(world, "alice", state="verified", handling="green")
    answer = Program(world, "charlie").send("post", f"/api/v1/comments/on/incident/{incident.reference}", body)
    assert answer.status_code == 422


def test_a_change_from_proposing_to_accepting(world: World) -> None:
    incident = make_incident(world, "alice", state="verified", handling="green", place="Belgrade")
    charlie, alice = Program(world, "charlie"), Program(world, "alice")
    url = f"/api/v1/proposed-changes/of/incident/{incident.reference}"
    assert alice.send("post", url, {"changes": {"place": "Zemun"}}).status_code == 403
    assert charlie.send("post", url, {"changes": "place"}).status_code == 422
    made = charlie.send("post", url, {"changes": {"place": "Zemun"}, "reason": "I was there."}).json()
    assert (made["before"], made["after"], made["may_decide"]) == ({"place": "Belgrade"}, {"place": "Zemun"}, False)
    one = f"/api/v1/proposed-changes/{made['id']}"
    assert [Program(world, who).get(one).status_code for who in ("alice", "vera")] == [200, 404]
    assert charlie.send("post", f"{one}/accept", {}).status_code == 403
    assert alice.send("post", f"{one}/accept", {"fields": ["place"]}).json()["state"] == "accepted"
    incident.refresh_from_db()
    assert incident.place == "Zemun"
    assert alice.send("post", f"{one}/decline", {"reason": "No."}).status_code == 409


def test_following_what_is_new_and_ending(world: World) -> None:
    anna = Program(world, "anna")
    made = anna.send("post", "/api/v1/following", {"address": "/incidents/?state=verified", "every": "day"})
    assert made.status_code == 201
    one = f"/api/v1/following/{made.json()['id']}"
    incident = make_incident(world, "alice", state="verified", handling="green")
    news = anna.get(f"{one}/news").json()
    assert (news["count"], [item["label"] for item in news["items"]]) == (1, [str(incident)])
    assert anna.get(f"{one}/news?since={news['until']}").json()["count"] == 0
    assert anna.send("patch", one, {"every": "hour"}).status_code == 422
    assert Program(world, "sofia").send("delete", one, {}).status_code == 404
    assert anna.send("delete", one, {}).status_code == 200
    assert not Following.objects.exists()
