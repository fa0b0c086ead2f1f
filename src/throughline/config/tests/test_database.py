"""Addresses of databases, and healing what killed programs leave behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from throughline.config import database
from throughline.config.database import forget_the_dead, from_url


def test_an_address_becomes_djangos_description() -> None:
    described = from_url("postgresql://ana:p%40ss@db.example:5433/line?sslmode=require")

    assert (described["NAME"], described["USER"], described["PASSWORD"]) == ("line", "ana", "p@ss")
    assert (described["HOST"], described["PORT"]) == ("db.example", "5433")
    assert described["OPTIONS"] == {"sslmode": "require"}
    assert described["CONN_MAX_AGE"] == 60


def test_a_socket_address_names_its_folder_as_host() -> None:
    assert from_url("postgresql://postgres:@/postgres?host=/tmp/sockets")["HOST"] == "/tmp/sockets"


def test_with_a_pool_connections_are_shared_not_kept_per_thread() -> None:
    described = from_url("postgresql:///line", pool=8)

    assert described["OPTIONS"]["pool"]["max_size"] == 8
    assert described["CONN_MAX_AGE"] == 0


def test_another_kind_of_database_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="must start with postgresql://, not mysql://"):
        from_url("mysql://localhost/line")


def ended_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_users_that_ended_are_struck_out_and_living_ones_stay(tmp_path: Path) -> None:
    users = tmp_path / ".handle_pids.json"
    users.write_text(json.dumps([ended_process(), os.getppid()]))

    forget_the_dead(tmp_path)

    assert json.loads(users.read_text()) == [os.getppid()]


def test_a_half_written_list_of_users_is_started_afresh(tmp_path: Path) -> None:
    (tmp_path / ".handle_pids.json").write_text("[12, ")

    forget_the_dead(tmp_path)

    assert (tmp_path / ".handle_pids.json").read_text() == "[]"


def test_a_process_number_that_is_no_postgresql_is_forgotten_with_its_lock(tmp_path: Path) -> None:
    lines = [str(os.getpid()), str(tmp_path), "1700000000", "5432", str(tmp_path), "", "1 2", "ready"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines))
    (tmp_path / ".s.PGSQL.5432.lock").write_text("\n".join(lines))

    forget_the_dead(tmp_path)

    assert not (tmp_path / "postmaster.pid").exists()
    assert not (tmp_path / ".s.PGSQL.5432.lock").exists()


def test_the_bundled_database_is_furnished_once_and_an_operators_own_words_stand_below(tmp_path: Path) -> None:
    usual = tmp_path / "postgresql.conf"
    usual.write_text("shared_buffers = 128MB\n")
    database.furnish(tmp_path)
    usual.write_text(usual.read_text() + "max_wal_size = 8GB\n")
    database.furnish(tmp_path)
    lines = [line for line in usual.read_text().splitlines() if line]
    assert lines == ["shared_buffers = 128MB", "include_if_exists = 'throughline.conf'", "max_wal_size = 8GB"]
    assert "max_wal_size = 2GB" in (tmp_path / "throughline.conf").read_text()
