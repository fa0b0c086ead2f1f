"""Keys of records: UUID version 7, so that rows made together lie together. And what is kept of secret keys."""

import hashlib
import uuid

import uuid_utils
import uuid_utils.compat


def new_id() -> uuid.UUID:
    return uuid_utils.compat.uuid7()


def new_key() -> str:
    """The same as text, for rows that are written by the thousand and never built."""
    return str(uuid_utils.uuid7())


def fingerprint(secret: str) -> str:
    """What is kept of a secret made here, to find it by. It holds 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
