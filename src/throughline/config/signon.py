"""The providers people may sign in through (THROUGHLINE_SSO_FILE), read once and judged before the program starts."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

KNOWN = {"name", "issuer", "client", "secret_file", "domains", "verified", "second_factor", "only", "secret_sent_as"}
LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Provider:
    """One OpenID Connect provider, and for whom it may speak."""

    key: str
    name: str
    issuer: str
    client: str
    secret: str
    domains: tuple[str, ...]
    # It gives only addresses it has checked, though it does not say so each time.
    verified: bool = False
    # It asks a second factor of everyone.
    second_factor: bool = False
    # Whoever came through it once comes no other way.
    only: bool = False
    secret_sent_as: str = ""

    @property
    def app(self) -> dict[str, Any]:
        """As django-allauth wants it."""
        more = {"token_auth_method": self.secret_sent_as} if self.secret_sent_as else {}
        return {
            "provider_id": self.key,
            "name": self.name,
            "client_id": self.client,
            "secret": self.secret,
            "settings": {"server_url": self.issuer, **more},
        }


def providers(file: str) -> tuple[Provider, ...]:
    """What the file says; nothing where there is none. A mistake in it is said in words, and nothing starts."""
    if not file:
        return ()
    path = Path(file).expanduser()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise ValueError(f"THROUGHLINE_SSO_FILE {path}: {wrong}") from wrong
    found = tuple(_provider(path, key, table) for key, table in tables.items())
    domains = [domain for one in found for domain in one.domains]
    if twice := sorted({domain for domain in domains if domains.count(domain) > 1}):
        raise ValueError(f"{path}: only one provider may speak for {', '.join(twice)}")
    return found


def _provider(path: Path, key: str, table: Any) -> Provider:
    def wrong(words: str) -> ValueError:
        return ValueError(f"{path}, [{key}]: {words}")

    if not isinstance(table, dict) or not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", key):
        raise wrong("each provider is a table named in small letters, digits and hyphens")
    if unknown := sorted(set(table) - KNOWN):
        raise wrong(f"not known: {', '.join(unknown)}")
    if missing := [
        name for name in ("name", "issuer", "client", "secret_file") if not str(table.get(name, "")).strip()
    ]:
        raise wrong(f"missing: {', '.join(missing)}")
    issuer = urlsplit(table["issuer"])
    if issuer.scheme != "https" and not (issuer.scheme == "http" and issuer.hostname in LOCAL):
        raise wrong("the issuer's address must begin with https://")
    domains = table.get("domains")
    if not isinstance(domains, list) or not domains or not all(_is_domain(one) for one in domains):
        raise wrong("domains must list the mail domains it speaks for, like ['interior.example']")
    secret = path.parent / Path(table["secret_file"]).expanduser()
    try:
        given = secret.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise wrong(f"the secret cannot be read: {error}") from error
    if not given:
        raise wrong(f"{secret} is empty")
    flags = {name: table[name] for name in ("verified", "second_factor", "only") if name in table}
    if not all(isinstance(flag, bool) for flag in flags.values()):
        raise wrong("verified, second_factor and only are true or false")
    return Provider(
        key=key,
        name=table["name"].strip(),
        issuer=table["issuer"].rstrip("/"),
        client=table["client"].strip(),
        secret=given,
        domains=tuple(one.lower() for one in domains),
        secret_sent_as=str(table.get("secret_sent_as", "")),
        **flags,
    )


def _is_domain(word: Any) -> bool:
    return isinstance(word, str) and re.fullmatch(r"[\w-]+(\.[\w-]+)+", word) is not None
