"""The walk: every address, as nobody, as someone without a role, as someone of the wrong jurisdiction, and
as those whose power is not to read. Three things must hold.

1. No marker word of anything a person may not see is in any response, document or sheet.
2. What a person gets to see does not change at all when things are added that they may not see: no count,
   figure, chart, page number or suggestion moves.
3. Nothing that was there is changed by what they send.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from tests.access.conftest import in_folder
from tests.access.hidden import Hidden, hide, lay_open
from tests.access.reading import settled, text_of
from tests.access.routes import Route, questions, recipe, routes
from throughline.api import services as tokens
from throughline.incidents.models import Incident
from throughline.kernel.access.errors import Invalid
from throughline.kernel.comments.models import Comment
from throughline.kernel.files import queries
from throughline.kernel.periods import Period
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.focus import focuses
from throughline.kernel.reporting.registry import BlockSpec, templates
from throughline.kernel.testing.worlds import World, make_world

NOBODY = ""
STRANGERS = ("outsider", "charlie")
# Leaving, and what is for the server to say of itself.
NOT_WALKED = {"accounts/logout/"}
# What a visitor leaves behind by visiting: sessions, what they were told, history, counted attempts, what is worked out afresh.
TRACES = {
    "sessions.session", "usersessions.usersession", "history.entry", "notify.mail", "notify.notice",
    "access.audience", "api.apitoken", "resources.preference", "upkeep.shared", "desk.opened",
}  # fmt: skip
# What is handed out is written into the history of its record, so it is asked for last.
HANDED_OUT = ("files/", "rounds/<str:key>/answers.", "api/v1/rounds/<key>/answers.")
CHANGING = ("post", "put", "patch", "delete")
ATTEMPT = {
    "transition": "verify", "comment": "Let me in.", "what": "give", "role": "administrator", "programme": "AVM",
    "handling": "clear", "reason": "Let me in.", "right": "read", "to": "organisation", "kind": "evidence",
    "direction": "left", "reference": "AV-2024-000001", "narrative": "Changed.", "place": "Changed",
    "state": "verified", "version": "1", "next": "/",
}  # fmt: skip


@dataclass
class Walked:
    """What is hidden in the world, which incidents Charlie may read, and what was answered before the rest was hidden."""

    hidden: Hidden
    seen: list[Incident]
    answers: dict[str, dict[str, str]]
    blocks: dict[str, str]


@pytest.fixture(scope="module")
def walked(folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Walked]:
    """One world for all walks: each test begins from it as it is here, and leaves nothing behind."""
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), override_settings(**in_folder(folder)), whole:
        hidden = Hidden(make_world())
        seen = lay_open(hidden)
        answers = {who: dict(look(hidden, who, but=HANDED_OUT)) for who in (NOBODY, *STRANGERS)}
        built = {who: blocks(hidden, who) for who in STRANGERS}
        cache.clear()
        hide(hidden, seen[1])
        yield Walked(hidden, seen, answers, built)
        transaction.set_rollback(True)


@pytest.fixture
def hidden(walked: Walked, db: None) -> Hidden:
    return walked.hidden


class Visitor:
    """Someone at the door, with a session and an API key of their own."""

    def __init__(self, world: World, who: str) -> None:
        self.who, self.client = who, Client(raise_request_exception=True)
        self.key = ""
        if who:
            self.client.force_login(world.user(who))
            self.key = tokens.make(world.viewer(who), name="walk", days=1)[1]
        self.user = world.user(who) if who else None

    def ask(self, route: Route, address: str, method: str = "get", data: Any = None) -> str:
        """What is answered, as text. Refusals and 'not found' are answers too; a fault is raised."""
        given: dict[str, Any] = {}
        if route.is_api and self.key:
            given["headers"] = {"authorization": f"Bearer {self.key}"}
        if method != "get":
            given["data"] = data
            if method != "post" or route.is_api:
                given["content_type"] = "application/json"
        return text_of(getattr(self.client, method)(address, **given))


def visits(hidden: Hidden) -> Iterator[tuple[Route, str]]:
    """Every address to try, with every value and question of its recipe."""
    for route in routes():
        if route.path in NOT_WALKED:
            continue
        for values in recipe(route, hidden) or []:
            for question in questions(route):
                yield route, route.filled(values) + (f"?{question}" if question else "")


def test_every_address_has_a_recipe(hidden: Hidden) -> None:
    assert [route.path for route in routes() if recipe(route, hidden) is None] == []


@pytest.mark.parametrize("who", ["adam", "anna"])
def test_power_is_not_sight(hidden: Hidden, who: str) -> None:
    """An administrator reads what is GREEN, an analyst what is AMBER, and neither a word more."""
    assert said(hidden, who, dict(look(hidden, who))) == []


@pytest.mark.parametrize("who", [NOBODY, *STRANGERS])
def test_what_may_not_be_seen_is_not_said_and_moves_nothing(hidden: Hidden, walked: Walked, who: str) -> None:
    before = walked.answers[who]
    after = dict(look(hidden, who))
    assert said(hidden, who, after) == []
    assert len(before) > 100
    assert [f"{address}: {change}" for address in before if (change := moved(before[address], after[address]))] == []


def moved(before: str, after: str) -> str:
    """The first lines in which two answers differ; empty if they are the same."""
    lines = difflib.unified_diff(settled(before).splitlines(), settled(after).splitlines(), lineterm="", n=0)
    return " ".join(line.strip()[:160] for line in list(lines)[3:7])


@pytest.mark.parametrize("who", STRANGERS)
def test_blocks_of_documents_count_only_what_their_reader_may_see(hidden: Hidden, walked: Walked, who: str) -> None:
    before = walked.blocks[who]
    after = blocks(hidden, who)
    assert before != ""
    assert (settled(after), [word for word in hidden.unseen_words(who) if word in after]) == (settled(before), [])


def blocks(hidden: Hidden, who: str) -> str:
    """Every block of every document, built for this reader."""

    def built(spec: BlockSpec, context: Context) -> list[Any]:
        """The block; or why this reader has none: the exercise it is about is being prepared, or not theirs."""
        try:
            return list(spec.blocks(context))
        except Invalid as why:
            return why.problems

    context = Context.open(
        hidden.world.viewer(who), programme=hidden.world.programme, period=Period.parse("2024-Q1"), scope="SEE-7"
    )
    return "\n".join(
        repr(block)
        for template in templates.values()
        for about in (focuses.values() if template.focused else [None])
        for spec in template.blocks
        for block in built(spec, replace(context, focus=about))
    )


def said(hidden: Hidden, who: str, answers: dict[str, str]) -> list[str]:
    """Addresses that say a word they must not (beyond the words they were asked with)."""
    words = hidden.unseen_words(who)
    assert len(words) > 20
    told = {address: {w for w in words if w in answer and w not in address} for address, answer in answers.items()}
    return [f"{address} says {sorted(found)}" for address, found in told.items() if found]


def look(hidden: Hidden, who: str, but: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """What every address answers, what is handed out last."""
    visitor = Visitor(hidden.world, who)
    own_pages = ("accounts/sessions", "accounts/profile", "account/tokens", "recent/", "api/v1/recent", *but)
    for route, address in sorted(visits(hidden), key=lambda visit: visit[0].path.startswith(HANDED_OUT)):
        # What one's own pages show of one's own visits differs from visit to visit.
        if not route.path.startswith(own_pages):
            yield address, visitor.ask(route, address)


@pytest.mark.parametrize("who", [NOBODY, *STRANGERS])
def test_nothing_that_was_there_is_changed(hidden: Hidden, walked: Walked, who: str) -> None:
    mine = walked.seen[2]
    files = queries.files_of(hidden.world.viewer("charlie"), mine).values_list("pk", flat=True)
    said = Comment.objects.filter(written_by=hidden.world.user("charlie")).values_list("pk", flat=True)
    own = {str(mine.pk), mine.reference, *map(str, files), *map(str, said)}
    before = rows(hidden)
    visitor = Visitor(hidden.world, who)
    for route, address in visits(hidden):
        if any(key in address for key in own) or route.path.startswith("accounts/"):
            continue
        for method in CHANGING if route.is_api else ("post",):
            visitor.ask(route, address, method, ATTEMPT)
        if visitor.user is not None and "_auth_user_id" not in visitor.client.session:
            visitor.client.force_login(visitor.user)
    after = rows(hidden)
    assert {key: after.get(key) for key, row in before.items() if after.get(key) != row} == {}


def rows(hidden: Hidden) -> dict[tuple[str, str], dict[str, str]]:
    """Every row of ours, field by field; when someone last signed in is theirs to change."""
    return {
        (model._meta.label_lower, str(row.pk)): {
            field.name: str(field.value_from_object(row))
            for field in model._meta.concrete_fields
            if field.name != "last_login"
        }
        for model in apps.get_models()
        if model._meta.label_lower not in TRACES
        for row in model._base_manager.all()
    }
