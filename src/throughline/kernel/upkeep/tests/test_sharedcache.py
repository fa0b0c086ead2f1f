"""Values that all processes share."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from throughline.kernel.testing.worlds import World
from throughline.kernel.upkeep.duties import forget
from throughline.kernel.upkeep.models import Shared
from throughline.kernel.upkeep.sharedcache import SharedCache


def another_process() -> SharedCache:
    """It has nothing in memory, so a second one is as good as another process."""
    return SharedCache("", {})


@pytest.mark.django_db
def test_what_one_process_sets_another_gets() -> None:
    cache.set("a", {"list": [1, 2.5, "x", None, True]}, 60)

    assert another_process().get("a") == {"list": [1, 2.5, "x", None, True]}
    assert another_process().get("b", "nothing") == "nothing"
    assert (cache.delete("a"), cache.delete("a"), cache.get("a")) == (True, False, None)


@pytest.mark.django_db
def test_a_text_stays_a_text() -> None:
    cache.set("a", '{"not": "parsed"}', 60)

    assert cache.get("a") == '{"not": "parsed"}'


@pytest.mark.django_db
def test_a_value_ends(settings: Settings) -> None:
    cache.set("a", 1, 60)
    Shared.objects.update(ends_at=timezone.now() - timedelta(seconds=1))

    assert (cache.get("a"), cache.touch("a", 60)) == (None, False)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
    assert cache.add("a", 2, 60) is True
    assert cache.get("a") == 2
    cache.set("b", 3, None)
    Shared.objects.filter(key__endswith="a").update(ends_at=timezone.now() - timedelta(seconds=1))
    assert (forget(), cache.get("b")) == (1, 3)


@pytest.mark.django_db
def test_of_two_that_add_one_is_told_it_did() -> None:
    assert (cache.add("lock", 1, 60), another_process().add("lock", 2, 60)) == (True, False)
    assert cache.get("lock") == 1


@pytest.mark.django_db
def test_only_what_json_holds_is_kept() -> None:
    with pytest.raises(TypeError):
        cache.set("a", b"bytes", 60)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_many_count_at_once() -> None:
    cache.set("n", 0, 60)

    def count() -> None:
        for _turn in range(25):
            another_process().incr("n")
        connection.close()

    threads = [threading.Thread(target=count) for _turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert cache.get("n") == 100


def test_attempts_to_sign_in_are_counted_by_all_processes_together(world: World, settings: Settings) -> None:
    """A counter in each process's memory would start anew here."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    given = {"login": "alice@example.org", "password": "wrong horse"}
    for _turn in range(5):
        Client().post("/accounts/login/", given)

    assert Shared.objects.filter(key__contains="login_failed").exists()
    answer = Client().post("/accounts/login/", {**given, "password": "correct horse battery"})
    assert answer.get("Location") != "/"
    assert b"Too many" in answer.content


def test_what_is_counted_names_no_address(world: World, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    Client().post("/accounts/login/", {"login": "alice@example.org", "password": "wrong horse"})

    assert "alice" not in str(list(Shared.objects.values_list("key", "value")))
