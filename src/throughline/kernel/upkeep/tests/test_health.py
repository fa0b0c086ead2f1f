"""What machines that watch are told, and strangers are not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from throughline.kernel.measures import facts
from throughline.kernel.measures.models import FactTable, KeptVersion
from throughline.kernel.notify.services import post
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.upkeep import health, metrics
from throughline.kernel.upkeep.backup import connection_parameters
from throughline.kernel.upkeep.duties import beat, tidy_facts
from throughline.kernel.upkeep.models import Heartbeat
from throughline.kernel.upkeep.pinned import pinned

TOKEN = "a-token-of-the-operators"
FORWARDED = {"HTTP_X_FORWARDED_FOR": "198.51.100.7"}


def test_alive_is_answered_without_a_database(client: Client) -> None:
    answer = client.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_ready_says_what_was_looked_at_to_the_operator(client: Client, world: World) -> None:
    beat()
    answer = client.get("/health/ready")

    assert answer.status_code == 200
    told = answer.json()
    assert told["status"] == "ready"
    assert {name: one["state"] for name, one in told["checks"].items()} == {
        "database": "good",
        "migrations": "good",
        "disk": "good",
        "worker": "good",
        "facts": "good",
        "engine": "good",
    }


@pytest.mark.parametrize(
    ("named", "state", "words", "status"),
    [
        (
            "sc://127.0.0.1:1/;token=s3cret",
            "warning",
            "sc://127.0.0.1:1 cannot be reached (THROUGHLINE_FACTS_ENGINE): ",
            200,
        ),
        (
            "spark://host:7077",
            "fault",
            "THROUGHLINE_FACTS_ENGINE must be 'duckdb' or an address such as sc://host:15002",
            503,
        ),
    ],
)
def test_an_engine_that_is_away_is_told_and_one_named_wrongly_is_a_fault(
    client: Client, world: World, settings: Settings, named: str, state: str, words: str, status: int
) -> None:
    pytest.importorskip("pyspark")
    settings.THROUGHLINE_FACTS_ENGINE = named
    answer = client.get("/health/ready")
    told = answer.json()["checks"]["engine"]
    assert (answer.status_code, told["state"]) == (status, state)
    assert told["words"].startswith(words)
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("more", [FORWARDED, {"REMOTE_ADDR": "198.51.100.7"}, {"HTTP_HOST": "elsewhere", **FORWARDED}])
def test_a_stranger_learns_one_word_and_no_figures(client: Client, world: World, more: dict[str, str]) -> None:
    assert client.get("/health/ready", **more).json() == {"status": "ready"}
    assert client.get("/metrics", **more).status_code == 404


def test_with_a_token_set_it_is_the_token_that_counts(client: Client, world: World, settings: Settings) -> None:
    settings.THROUGHLINE_METRICS_TOKEN = TOKEN

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, **FORWARDED).status_code == 200


def test_behind_a_proxy_this_machine_is_nobody_in_particular(client: Client, world: World, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/metrics").status_code == 404
    assert client.get("/health/ready").json() == {"status": "ready"}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_nothing_is_sent_there(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_a_full_disk_and_a_silent_worker(client: Client, world: World, settings: Settings) -> None:
    assert health.check_worker() == (health.WARNING, "no worker was ever heard of")
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(minutes=5))
    assert client.get("/health/ready").json()["checks"]["worker"]["state"] == "warning"
    assert client.get("/health/ready").status_code == 200
    settings.THROUGHLINE_LOW_DISK = 10**18

    assert client.get("/health/ready").status_code == 503


def test_a_clock_that_went_back_is_no_alarm(world: World) -> None:
    Heartbeat.objects.create(name="worker", at=timezone.now() + timedelta(hours=3))

    assert health.check_worker() == (health.GOOD, "heard of 0 seconds ago")


def test_migrations_that_wait_are_a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_up_to_date", False)
    monkeypatch.setattr(health, "pending_migrations", lambda: ["incidents.0099_more"])

    assert health.check_migrations() == (health.FAULT, "1 steps wait: throughline upgrade")


def test_a_check_that_fails_is_told_without_its_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> tuple[str, str]:
        raise RuntimeError("postgresql://tl:geheim@db/tl")

    assert health.looked_at("database", broken) == health.Check("database", health.FAULT, "RuntimeError")
    assert health.looked_at("facts", broken).state == health.WARNING


def test_figures_are_few_and_about_nobody(client: Client, world: World) -> None:
    make_incident(world)
    post("alice@example.org", subject="s", text="t")
    client.get("/accounts/login/")
    client.get("/api/v1/incidents/")
    text = client.get("/metrics").content.decode()

    assert 'throughline_requests_total{door="api",status="4xx"}' in text
    assert 'throughline_request_seconds_count{door="pages"}' in text
    assert 'throughline_mails{state="waiting"} 1.0' in text
    assert "throughline_facts_changes_waiting 1.0" in text
    assert 'throughline_jobs{state="waiting"} 0.0' in text
    assert ("alice" in text, "/accounts" in text, "AVM" in text) == (False, False, False)
    assert len({line.split("{")[0].split(" ")[0] for line in text.splitlines() if line[:1] != "#"}) < 25


def test_figures_come_where_a_check_finds_a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "look", lambda: [health.Check("database", health.FAULT, "")])

    assert b'throughline_check{check="database"} 0.0' in metrics.text()


def test_old_facts_are_tidied_and_kept_ones_stay(world: World, own_data_folder: object) -> None:
    make_incident(world, state="verified")
    facts.rebuild()
    row = FactTable.objects.get(name="incident")
    KeptVersion.objects.create(name="incident", version=row.version, reason="released")
    for _turn in range(2):
        facts.rebuild()

    assert facts.check() is None
    tidy_facts()
    assert facts.check() is None
    assert Heartbeat.objects.filter(name="tidied facts").exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_tidied_while_a_backup_runs() -> None:
    import psycopg  # reason: a second session, as a backup in another process is

    from throughline.kernel.upkeep.pinned import LOCK

    with psycopg.connect(**_parameters()) as other:
        other.execute("SELECT pg_advisory_lock_shared(%s)", [LOCK])
        tidy_facts()
        assert Heartbeat.objects.filter(name="tidied facts").exists() is False
    tidy_facts()
    assert Heartbeat.objects.filter(name="tidied facts").exists() is True


@pytest.mark.django_db(transaction=True)
def test_two_backups_may_run_at_once() -> None:
    with pinned(), pinned(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] == 1


def _parameters() -> dict[str, object]:
    return dict(connection_parameters())
