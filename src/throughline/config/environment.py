"""Reading the environment: the only place that does."""

import os
import secrets
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    return value in TRUE if value else default


def number(name: str, default: int = 0) -> int:
    value = text(name)
    if value and not value.isdigit():
        message = f"{name} must be a whole number, not {value!r}"
        raise ValueError(message)
    return int(value) if value else default


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def data_folder() -> Path:
    """Where everything lives that this installation must keep (THROUGHLINE_DATA)."""
    folder = Path(text("THROUGHLINE_DATA") or Path.cwd() / "data").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """THROUGHLINE_SECRET_KEY, or one made once and kept, readable by its owner only."""
    if given := text("THROUGHLINE_SECRET_KEY"):
        return given
    path = folder / "secret-key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
