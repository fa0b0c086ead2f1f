"""The API called in ways nobody wrote, and identifiers of one programme given in by people of another.

Olga holds every role there is, in a programme of her own. What belongs to the other one is not there for her: not at
an address, not in a field, not in a body.
"""

import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from tests.access.conftest import folder, in_folder, own_data_folder  # noqa: F401  reason: fixtures
from tests.access.hidden import Hidden, hide, lay_open
from tests.access.reading import unpacked
from tests.access.routes import recipe, routes
from tests.access.test_walk import ATTEMPT, NOT_WALKED, Visitor, rows
from tests.hostile.fuzzing import Fuzzer
from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.resources import registry
from throughline.kernel.resources.cleaning import clean
from throughline.kernel.resources.declare import Field
from throughline.kernel.testing.worlds import PASSWORD, World, make_world
from throughline.people.models import Membership, RoleGiven, User
from throughline.reference.models import Organisation, Programme

# Calls of one operation: few in the suite, many in benchmarks/fuzz.py.
EXAMPLES = int(os.environ.get("THROUGHLINE_FUZZ", "1"))
NUMBER = 20_261_122
# Every so-manieth operation, beginning with which: between them the two try each once.
SHARE = {"alice": (2, 0), "charlie": (2, 1), "": (8, 0)}
ADDRESSES = 1
# Everything by which somebody could name something of another programme.
# Any question brings the facts up to date first, whoever asks.
WORKED_OUT = {"measures.change", "measures.facttable"}
# Reference data of no programme: the secretariat of any may change what no exercise was analysed by.
SHARED = {"needs.method"}
UNLUCKY_TEXT = ("9" * 400, "-1", "2024-02-31", "\u202e=1+1", "x" * 5_000, "[", "{}", "1e400", "٣", "../..", "'", "%00")
IDENTITIES = ("pk", "reference", "code", "external_key", "name", "title", "email")
# What is one's own wherever one is: the account, the language, what one wrote down for oneself.
OWN = ("accounts/", "account/", "api/v1/me")


@pytest.fixture(scope="module")
def strange(folder: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Hidden]:  # noqa: F811
    """The world of the walk, with everything hidden in it, and Olga's programme beside it."""
    whole = transaction.atomic()
    whole._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), override_settings(**in_folder(folder)), whole:
        hidden = Hidden(make_world())
        hide(hidden, lay_open(hidden)[1])
        add_olga(hidden.world)
        yield hidden
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def nothing_remembered(db: None) -> None:
    cache.clear()


def add_olga(world: World) -> None:
    """Another programme with its secretariat, and somebody there who may do everything."""
    house = Organisation.objects.create(code="other-house", name="Other house", kind="secretariat")
    other = Programme.objects.create(
        code="OTH", name="Other programme", secretariat=house, scope=world.programme.scope, default_handling="green"
    )
    user = User.objects.create_user("olga@example.org", PASSWORD, name="Olga")
    Membership.objects.create(user=user, organisation=house)
    RoleGiven.objects.bulk_create([RoleGiven(user=user, programme=other, role=role) for role in Role.values])
    world.organisations["other-house"], world.users["olga"] = house, user


@pytest.mark.parametrize("who", ["alice", "charlie", ""])
def test_no_call_of_the_api_breaks_it_or_says_what_it_must_not(strange: Hidden, who: str) -> None:
    """The short form: each operation, with numbers that stay the same. The long one is benchmarks/fuzz.py."""
    fuzzer = Fuzzer(strange, who)
    for number, operation in enumerate(fuzzer.operations()):
        if EXAMPLES > 1 or number % SHARE[who][0] == SHARE[who][1]:
            fuzzer.run(operation, examples=EXAMPLES, number=NUMBER)
    assert [str(one) for one in fuzzer.findings] == []
    assert fuzzer.calls > 20


def test_no_address_takes_what_belongs_to_another_programme(strange: Hidden) -> None:
    """Every page and every operation, with keys of the other programme: read, and changed."""
    words = strange.unseen_words("olga")
    before, olga = rows(strange), Visitor(strange.world, "olga")
    said = []
    for route in routes():
        if route.path in NOT_WALKED or route.path.startswith(OWN) or not route.arguments:
            continue
        # What is most surely hidden from her comes first.
        tried = sorted(recipe(route, strange) or [], key=words.isdisjoint)
        for values in tried[:ADDRESSES]:
            address = route.filled(values)
            answers = [olga.ask(route, address), olga.ask(route, address, "post", ATTEMPT)]
            if route.is_api:
                answers += [olga.ask(route, address, method, ATTEMPT) for method in ("patch", "delete")]
            said += [(address, word) for word in words for text in answers if word in text and word not in address]
    after = rows(strange)
    assert said == []
    changed = {key: after.get(key) for key, row in before.items() if after.get(key) != row}
    assert {key: row for key, row in changed.items() if key[0] not in WORKED_OUT | SHARED} == {}


def test_no_page_breaks_on_unlucky_input(strange: Hidden) -> None:
    """Every page, asked and sent what nobody types: null bytes, numbers without end, lists where there is one."""
    alice, broken = Client(raise_request_exception=False), list[str]()
    names = {
        *ATTEMPT,
        "q",
        "period",
        "measure",
        "by",
        "where",
        "scope",
        "sort",
        "limit",
        "name",
        "title",
        "note",
        "pick",
        "revision",
        "page",
    }
    sent = {name: [UNLUCKY_TEXT[place % len(UNLUCKY_TEXT)], "\x00"] for place, name in enumerate(sorted(names))}
    for number, route in enumerate(routes()):
        if route.is_api or route.path in NOT_WALKED or route.path.startswith("accounts/"):
            continue
        for values in islice(recipe(route, strange) or [], 1):
            alice.force_login(strange.world.user("alice"), backend=settings.AUTHENTICATION_BACKENDS[0])
            given = {name: texts[number % 2] for name, texts in sent.items()}
            for method in (alice.get, alice.post):
                with transaction.atomic():
                    answer = method(route.filled(values), given)
                    if answer.status_code >= 500:
                        broken.append(f"{method.__name__} {route.path}: {answer.status_code}")
                    transaction.set_rollback(True)
    assert broken == []


def references() -> Iterator[tuple[Any, str, Field]]:
    """Every field of every noun, and of its lines, that names another record."""
    for resource in registry.all():
        if resource.create is None and resource.change is None:
            continue
        for field in resource.all_fields:
            if field.kind in {"reference", "term"} and not field.read_only:
                yield resource, field.name, field
        for part in resource.lines:
            for field in part.fields:
                if field.kind in {"reference", "term"} and not field.read_only:
                    yield resource, f"{part.name}.0.{field.name}", field


def identities(record: models.Model) -> set[str]:
    names = {one.name for one in record._meta.concrete_fields} | {"pk"}
    return {str(getattr(record, name)) for name in IDENTITIES if name in names} - {"", "None"} | {str(record)}


def test_no_field_takes_what_belongs_to_another_programme(strange: Hidden) -> None:
    """The one validator behind form, API, phone and file: each reference, by each name of each record there is."""
    olga = strange.world.viewer("olga")
    tried, taken = 0, []
    for resource, place, field in references():
        if not hasattr(field.related._default_manager, "visible_to"):
            continue
        seen = set(field.related._default_manager.visible_to(olga).values_list("pk", flat=True))
        for record in field.related._default_manager.exclude(pk__in=seen)[:5]:
            for name in identities(record):
                part, _dot, rest = place.partition(".")
                given = {part: [{rest.partition(".")[2]: name}]} if rest else {place: name}
                draft = clean(resource, given, viewer=olga)
                tried += 1
                if not any(one.field.startswith(part) and one.value for one in draft.problems):
                    taken.append(f"{resource.noun}.{place}: {name}")
    assert taken == []
    assert tried > 30


def test_no_body_takes_what_belongs_to_another_programme(strange: Hidden) -> None:
    """Small bodies of the API: programme, owner, receiver, winner and loser, report, place: by all names there are."""
    olga = Visitor(strange.world, "olga")
    mine = strange.world.programme
    secret = next(one for one in strange.incidents if one.handling == Handling.STRICT)
    before = rows(strange)
    bodies = [
        ("/api/v1/incidents/", {"programme": mine.code, "jurisdiction": "RS", "occurred_on": "2024-03-07", "kind": "suicide"}),
        ("/api/v1/incidents/", {"owner": "police-rs", "jurisdiction": "RS", "occurred_on": "2024-03-07", "kind": "suicide"}),
        ("/api/v1/reports/build", {"template": "quarterly-monitor", "period": "2024-Q1", "scope": "SEE-7", "programme": mine.code}),
        ("/api/v1/duplicates/incident/merge", {"winner": secret.reference, "loser": strange.incidents[0].reference}),
        ("/api/v1/duplicates/incident/different", {"one": str(secret.pk), "other": str(strange.incidents[0].pk)}),
    ]  # fmt: skip
    answers = [
        olga.client.post(url, json.dumps(body), "application/json", headers={"authorization": f"Bearer {olga.key}"})
        for url, body in bodies
    ]
    assert [one.status_code for one in answers] == [422, 403, 422, 404, 404]
    assert [word for one in answers for word in strange.unseen_words("olga") if word in unpacked(one.content)] == []
    assert {key for key in rows(strange).keys() - before.keys() if key[0] == "incidents.incident"} == set()
