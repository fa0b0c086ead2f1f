"""Comments at the door: who reads which, who is told, what is refused. Alice owns, Bob is her colleague, Charlie is not."""

import json
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.rules import can_read
from throughline.kernel.access.services import grant, mark
from throughline.kernel.comments import queries, services
from throughline.kernel.comments.models import Comment
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.resources import registry
from throughline.kernel.resources.cells import as_json
from throughline.kernel.resources.exporting import FORMATS, export
from throughline.kernel.resources.listing import Asked
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
EVERYONE = ("alice", "bob", "rita", "charlie", "vera", "anna", "sofia", "adam", "outsider")
WORD = "zqcomment"


@pytest.fixture
def incident(world: World) -> Incident:
    return make_incident(world, "alice", state="verified", handling="green")


def write(world: World, who: str, record: Any, text: str = "Is the place right?", **more: Any) -> Comment:
    return services.write(world.viewer(who), record=record, text=text, **more)


def readers(world: World, comment: Comment) -> set[str]:
    """Everyone who reads it: by its own queryset, on its record and by its key, which must agree."""
    found = set()
    for who in EVERYONE:
        viewer = world.viewer(who)
        record = Comment.objects.get(pk=comment.pk).record
        ways = (
            Comment.objects.visible_to(viewer).filter(pk=comment.pk).exists(),
            queries.comments_on(viewer, record).filter(pk=comment.pk).exists(),
            queries.comment_for(viewer, comment.pk) is not None,
        )
        assert len(set(ways)) == 1, who
        if ways[0]:
            found.add(who)
    return found


def test_who_reads_the_record_writes_and_reads_comments(world: World, incident: Incident) -> None:
    made = write(world, "charlie", incident)
    assert readers(world, made) == set(EVERYONE) - {"outsider"}


def test_who_may_not_read_the_record_writes_none(world: World, incident: Incident) -> None:
    with pytest.raises(Refused):
        write(world, "outsider", incident)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_an_empty_or_endless_comment_is_not_taken(world: World, incident: Incident, text: str) -> None:
    with pytest.raises(Invalid):
        write(world, "charlie", incident, text)


def test_nobody_reads_comments_of_what_they_may_not_read(world: World) -> None:
    """Every code, every state, every way of keeping it: whoever reads a comment reads its record, at that time and now."""
    for handling, state in product(Handling.values, ("draft", "sent", "verified")):
        record = make_incident(world, "alice", state=state)
        if handling != record.handling:
            mark(world.viewer("bob"), record=record, handling=handling, reason="So.")
        record.refresh_from_db()
        kept = world.organisations["police-rs"].pk
        made = [write(world, "alice", record), write(world, "alice", record, organisation=kept)]
        made.append(services.answer(world.viewer("alice"), comment=made[1], text="Indeed."))
        seen = {who for who in EVERYONE if can_read(world.viewer(who), record)}
        assert readers(world, made[0]) == seen
        colleagues = seen & {"alice", "bob", "rita"}
        assert [readers(world, one) for one in made[1:]] == [colleagues, colleagues]


def test_a_record_opened_later_does_not_open_what_was_said_before(world: World) -> None:
    record = make_incident(world, "alice", state="draft")
    before = write(world, "bob", record, "From a confidential source.")
    advance(world.viewer("alice"), record=record, transition="send")
    mark(world.viewer("bob"), record=record, handling=Handling.GREEN, reason="For all.")
    record.refresh_from_db()
    after = write(world, "alice", record)
    answer = services.answer(world.viewer("alice"), comment=before, text="Quite so.")
    assert readers(world, before) == readers(world, answer) == {"alice", "bob", "rita"}
    assert readers(world, after) == set(EVERYONE) - {"outsider"}


def test_a_record_closed_later_takes_its_comments_along(world: World, incident: Incident) -> None:
    made = write(world, "charlie", incident)
    mark(world.viewer("bob"), record=incident, handling=Handling.STRICT)
    assert readers(world, made) == {"alice", "bob", "rita"}


def test_power_is_not_sight(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling=Handling.STRICT)
    kept = write(world, "alice", make_incident(world, "alice", state="verified", handling="green"),
                 organisation=world.organisations["police-rs"].pk)  # fmt: skip
    said = write(world, "alice", record)
    adam = world.user("adam")
    adam.is_superuser = True
    adam.save()
    assert [queries.comment_for(world.viewer("adam"), one.pk) for one in (kept, said)] == [None, None]


def test_keeping_to_an_organisation_of_others_is_refused(world: World, incident: Incident) -> None:
    with pytest.raises(Refused):
        write(world, "charlie", incident, organisation=world.organisations["police-rs"].pk)


# ---- mentioning and telling


def people_told(world: World) -> set[str]:
    keys = set(Notice.objects.values_list("person", flat=True))
    return {who for who in EVERYONE if world.user(who).pk in keys}


def test_a_colleague_is_mentioned_and_told_with_the_author(world: World, incident: Incident) -> None:
    Notice.objects.all().delete()
    write(world, "charlie", incident, f"Look, @{world.user('anna').email}.", mentions=[world.user("vera").email])
    assert people_told(world) == {"anna", "vera", "alice"}


def test_who_may_not_read_it_is_refused_without_a_name(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling=Handling.STRICT)
    messages = set()
    for named in (world.user("charlie").email, world.user("outsider").email, "nobody@example.org"):
        with pytest.raises(Invalid) as refused:
            write(world, "alice", record, "Look.", mentions=[named])
        messages.add(str(refused.value))
    [message] = messages
    assert not any(part in message.lower() for part in ("charlie", "outsider", "nobody"))
    assert not Comment.objects.exists()


def test_trying_names_does_not_tell_of_a_hidden_grant(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling=Handling.AMBER)
    grant(world.viewer("alice"), record=record, to=world.user("charlie"), right=Right.READ, hidden=True)
    record.refresh_from_db()
    charlie = world.user("charlie").email
    with pytest.raises(Invalid):
        write(world, "anna", record, "Look.", mentions=[charlie])
    write(world, "alice", record, "Look.", mentions=[charlie])  # its owner knows
    assert "charlie" in people_told(world)


def test_one_kept_to_an_organisation_mentions_its_people_only(world: World, incident: Incident) -> None:
    kept = world.organisations["police-rs"].pk
    with pytest.raises(Invalid):
        write(world, "alice", incident, "Look.", organisation=kept, mentions=[world.user("charlie").email])
    write(world, "alice", incident, "Look.", organisation=kept, mentions=[world.user("bob").email])


def test_a_mail_says_what_was_written_only_of_what_may_travel(world: World, incident: Incident) -> None:
    strict = make_incident(world, "alice", state="verified", handling=Handling.STRICT)
    Mail.objects.all().delete()
    write(world, "charlie", incident, f"{WORD}-open")
    write(world, "bob", strict, f"{WORD}-closed")
    write(world, "bob", incident, f"{WORD}-kept", organisation=world.organisations["police-rs"].pk)
    texts = " ".join(Mail.objects.values_list("text", flat=True))
    assert [f"{WORD}-{one}" in texts for one in ("open", "closed", "kept")] == [True, False, False]


def test_what_was_told_is_withheld_when_the_record_is_closed(world: World, incident: Incident) -> None:
    from throughline.kernel.notify.queries import notices_of, shown  # reason: beside its only use

    write(world, "alice", incident, f"{WORD} @{world.user('charlie').email}")
    charlie = world.viewer("charlie")
    assert any(WORD in one.text for one in shown(charlie, notices_of(charlie)))
    mark(world.viewer("bob"), record=incident, handling=Handling.STRICT)
    assert not any(WORD in one.text for one in shown(charlie, notices_of(charlie)))


def test_suggestions_are_colleagues_who_may_read_it(world: World, incident: Incident) -> None:
    named = [name for name, _label in queries.suggested(world.viewer("alice"), incident)]
    assert sorted(named) == sorted(world.user(who).email for who in ("bob", "rita"))


# ---- editing, taking back, resolving


def test_ones_own_comment_is_put_right_within_half_an_hour(world: World, incident: Incident) -> None:
    made = write(world, "charlie", incident)
    services.edit(world.viewer("charlie"), comment=made, text="Is the time right?")
    made.refresh_from_db()
    assert (made.text, made.edited_at is not None) == ("Is the time right?", True)
    with pytest.raises(Refused):
        services.edit(world.viewer("alice"), comment=made, text="Other.")
    Comment.objects.update(written_at=made.written_at - queries.EDITABLE_FOR)
    with pytest.raises(Refused):
        services.edit(world.viewer("charlie"), comment=made, text="Later.")


def test_taking_back_wipes_the_text_and_keeps_the_answers(world: World, incident: Incident) -> None:
    made = write(world, "charlie", incident, WORD)
    services.answer(world.viewer("alice"), comment=made, text="Yes.")
    with pytest.raises(Refused):
        services.take_back(world.viewer("alice"), comment=made)
    services.take_back(world.viewer("charlie"), comment=made)
    assert not Notice.objects.filter(text__contains=WORD).exists()
    thread = queries.threads(world.viewer("bob"), incident)[0]
    assert (thread.first.comment.text, [one.comment.text for one in thread.answers]) == ("", ["Yes."])


def test_resolving_is_for_its_author_and_those_who_change_the_record(world: World, incident: Incident) -> None:
    made = write(world, "charlie", incident)
    with pytest.raises(Refused):
        services.settle(world.viewer("vera"), comment=made, state="resolved")
    services.settle(world.viewer("alice"), comment=made, state="resolved")
    with pytest.raises(Conflict):
        services.settle(world.viewer("charlie"), comment=made, state="resolved")
    services.reopen(world.viewer("charlie"), comment=made)
    assert queries.threads(world.viewer("bob"), incident)[0].is_open


@pytest.mark.parametrize("state", ["done", "open", "", "gone"])
def test_a_comment_ends_by_being_resolved(world: World, incident: Incident, state: str) -> None:
    made = write(world, "charlie", incident)
    with pytest.raises(Invalid):
        services.settle(world.viewer("charlie"), comment=made, state=state)


def test_history_tells_of_comments_and_never_what_they_say(world: World, incident: Incident) -> None:
    made = write(world, "charlie", incident, WORD)
    services.edit(world.viewer("charlie"), comment=made, text=f"{WORD} again")
    services.answer(world.viewer("alice"), comment=made, text=f"{WORD} too")
    told_ = json.dumps(list(Entry.objects.values("verb", "before", "after", "reason", "object_text")), default=str)
    verbs = set(Entry.objects.filter(noun="comment").values_list("verb", flat=True))
    assert (WORD in told_, verbs) == (False, {"comment.write", "comment.edit", "comment.answer"})


# ---- what comments are no part of


def test_comments_are_part_of_no_export_and_no_answer_about_the_record(world: World, incident: Incident) -> None:
    write(world, "alice", incident, WORD)
    resource, viewer = registry.get("incident"), world.viewer("alice")
    from django.http import QueryDict  # reason: beside its only use

    for fmt in FORMATS:
        answer = export(viewer, asked=Asked.read(resource, QueryDict(), viewer), fmt=fmt)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert WORD.encode() not in content
    assert WORD not in json.dumps(as_json(resource, incident), default=str)


# ---- pages


def test_the_page_of_a_record_shows_the_discussion_to_its_readers(
    world: World, incident: Incident, client: Client
) -> None:
    write(world, "alice", incident, f"{WORD}-all")
    write(world, "alice", incident, f"{WORD}-kept", organisation=world.organisations["police-rs"].pk)
    page = reverse("incident-detail", args=[incident.reference])
    seen = {}
    for who in ("bob", "charlie"):
        client.force_login(world.user(who))
        text = client.get(page).content.decode()
        seen[who] = [f"{WORD}-{one}" in text for one in ("all", "kept")]
    assert seen == {"bob": [True, True], "charlie": [True, False]}


def test_writing_answering_and_resolving_in_the_browser(world: World, incident: Incident, client: Client) -> None:
    client.force_login(world.user("charlie"))
    answer = client.post(reverse("comment-write", args=["incident", incident.reference]), {"text": "Is it?"})
    made = Comment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/incidents/{incident.reference}/#comment-{made.pk}")
    client.post(reverse("comment-answer", args=[made.pk]), {"text": "It is."})
    client.post(reverse("comment-settle", args=[made.pk]), {"state": "resolved"})
    made.refresh_from_db()
    assert (made.state, made.answers.get().text) == ("resolved", "It is.")


def test_what_cannot_be_taken_is_shown_as_it_was_typed(world: World, incident: Incident, client: Client) -> None:
    client.force_login(world.user("charlie"))
    given = {"text": "Long thoughts.", "others": "nobody@example.org"}
    answer = client.post(reverse("comment-write", args=["incident", incident.reference]), given)
    assert answer.status_code == 422
    assert "Long thoughts." in answer.content.decode()


def test_a_comment_one_may_not_read_is_not_there(world: World, incident: Incident, client: Client) -> None:
    made = write(world, "alice", incident, WORD, organisation=world.organisations["police-rs"].pk)
    client.force_login(world.user("charlie"))
    answers = {
        name: client.post(reverse(f"comment-{name}", args=[made.pk]), {"text": "x", "state": "resolved"}).status_code
        for name in ("answer", "edit", "take-back", "settle", "reopen")
    }
    assert set(answers.values()) == {404}
    client.force_login(world.user("outsider"))
    assert (
        client.post(reverse("comment-write", args=["incident", incident.reference]), {"text": "x"}).status_code == 404
    )


def test_a_page_costs_the_same_with_one_thread_and_with_three(world: World, incident: Incident, client: Client) -> None:
    from django.db import connection  # reason: beside its only use
    from django.test.utils import CaptureQueriesContext  # reason: as above

    client.force_login(world.user("bob"))
    page = reverse("incident-detail", args=[incident.reference])
    counts = []
    for more in (1, 2):
        for _number in range(more):
            made = write(world, "charlie", incident, organisation=None)
            services.answer(world.viewer("alice"), comment=made, text="Yes.")
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_hostile_text_is_shown_as_text(world: World, incident: Incident, client: Client) -> None:
    write(world, "charlie", incident, "<script>alert(1)</script>\u202e\x00'; DROP TABLE x; --")
    client.force_login(world.user("alice"))
    text = client.get(reverse("incident-detail", args=[incident.reference])).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
