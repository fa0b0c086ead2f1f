"""HTTP Digest sign-in (RFC 7616), the server's side. No Django but its signing.

Only `qop=auth` is spoken. A nonce is signed and dated by us, so nothing is kept between two requests; one that
has grown old is answered with `stale`, upon which a client tries again without asking anybody.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit
from urllib.request import parse_http_list, parse_keqv_list

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.crypto import constant_time_compare

REALM = "Throughline"
GOOD_FOR = 10 * 60
# What ODK Collect does was written for MD5 and is tested with it; the secrets are long and random, so that the
# weakness of MD5 gives nothing away. Clients that choose take SHA-256.
ALGORITHMS: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda content: hashlib.md5(content, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda content: hashlib.sha256(content).hexdigest(),
}
NEEDED = frozenset({"username", "realm", "nonce", "uri", "response", "qop", "nc", "cnonce"})


class Stale(Exception):
    """The nonce was ours but is too old."""


def hashed(algorithm: str, *parts: str) -> str:
    return ALGORITHMS[algorithm](":".join(parts).encode())


def secret_hash(algorithm: str, user_name: str, secret: str) -> str:
    """What digest calls HA1: all that is needed of the secret to check an answer."""
    return hashed(algorithm, user_name, REALM, secret)


def challenges(*, stale: bool = False) -> list[str]:
    """One challenge for each algorithm, over one nonce."""
    nonce = _signer().sign(secrets.token_hex(8))
    end = ", stale=true" if stale else ""
    return [f'Digest realm="{REALM}", qop="auth", algorithm={name}, nonce="{nonce}"{end}' for name in ALGORITHMS]


def read(credentials: str) -> dict[str, str] | None:
    """The fields of what follows 'Digest '; None where it cannot be an answer to one of our challenges."""
    try:
        fields = {name.lower(): value for name, value in parse_keqv_list(parse_http_list(credentials)).items()}
    except (ValueError, IndexError):
        return None
    fits = (
        fields.keys() >= NEEDED
        and fields["realm"] == REALM
        and fields["qop"] == "auth"
        and algorithm_of(fields) in ALGORITHMS
    )
    return fields if fits else None


def algorithm_of(fields: Mapping[str, str]) -> str:
    return fields.get("algorithm", "MD5").upper()


def answers(fields: Mapping[str, str], *, method: str, address: str, ha1: str) -> bool:
    """Whether the fields answer our challenge for this request with the right secret. Raises Stale."""
    if not _same(fields["uri"], address):
        return False
    algorithm = algorithm_of(fields)
    asked = hashed(algorithm, method, fields["uri"])
    expected = hashed(algorithm, ha1, fields["nonce"], fields["nc"], fields["cnonce"], fields["qop"], asked)
    if not constant_time_compare(expected, fields["response"].lower()):
        return False
    try:
        _signer().unsign(fields["nonce"], max_age=GOOD_FOR)
    except SignatureExpired as expired:
        raise Stale from expired
    except BadSignature:
        return False
    return True


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="openrosa.nonce")


def _same(given: str, address: str) -> bool:
    """Whether the answer was made for this address: an answer for one form must not fetch another."""
    parts = urlsplit(given)
    relative = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return unquote(relative) == unquote(address)
