"""The codes on badges and certificates: what they stand for, how they are typed, why they cannot be guessed.

A badge carries the key of a place, signed with the secret of this installation, so that nobody prints a badge for
someone else. For a phone without a camera it also carries a short code, good within its activity only. A certificate
carries a random code of a hundred bits: whoever has it was shown the certificate.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from django.conf import settings

# Letters and digits that are not mistaken for one another (Crockford's base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u2013": ""})
SIGNED, SHORT, LONG, GROUP = 9, 8, 20, 4
KEY_BYTES = 16
BADGE, EVALUATION = "badge", "evaluation"


def _signature(purpose: str, content: bytes) -> bytes:
    key = sha256(f"throughline.training.{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, content, sha256).digest()


def token_of(key: UUID, purpose: str = BADGE, size: int = SIGNED) -> str:
    """What stands in the address of a badge: the key of a place, signed."""
    signature = _signature(purpose, key.bytes)[:size]
    return base64.urlsafe_b64encode(key.bytes + signature).decode().rstrip("=")


def place_of(token: str, purpose: str = BADGE, size: int = SIGNED) -> UUID | None:
    """The place a token stands for; None if it was not made here."""
    try:
        content = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    key, signature = content[:KEY_BYTES], content[KEY_BYTES:]
    if len(key) != KEY_BYTES or not hmac.compare_digest(signature, _signature(purpose, key)[:size]):
        return None
    # Two spellings of one token would be two addresses of one badge.
    return UUID(bytes=key) if token_of(UUID(bytes=key), purpose, size) == token else None


def secret_of(ticket: UUID) -> str:
    """What stands in the address of a call to evaluate: the key of a ticket with 128 bits nobody guesses.

    It is worked out again for each reminder, and kept nowhere: whoever reads the database cannot answer for others.
    """
    return token_of(ticket, EVALUATION, KEY_BYTES)


def ticket_of(secret: str) -> UUID | None:
    """The ticket a secret address stands for; None if it was not made here."""
    return place_of(secret, EVALUATION, KEY_BYTES)


def short_code(place: UUID) -> str:
    """Eight letters to type, such as 7K3M9QZA: forty bits, compared among the places of one activity."""
    number = int.from_bytes(_signature("short", place.bytes)[:5], "big")
    return _spelled(number, SHORT)


def by_short_code(code: str, places: Iterable[UUID]) -> UUID | None:
    """Whose code this is among these places; None if nobody's, or (one in a billion) if two share it."""
    wanted = tidied(code)
    found = [one for one in places if short_code(one) == wanted]
    return found[0] if len(found) == 1 else None


def new_code() -> str:
    """A code for a certificate: twenty letters, a hundred bits that nobody guesses."""
    return _spelled(secrets.randbits(5 * LONG), LONG)


def tidied(code: str) -> str:
    """A code as it is kept, however it was typed: small letters, with dashes, an O for a nought."""
    return code.strip().upper().translate(ALIKE)


def grouped(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def _spelled(number: int, letters: int) -> str:
    return "".join(ALPHABET[number >> 5 * at & 31] for at in reversed(range(letters)))
