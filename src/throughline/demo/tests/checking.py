"""Many looks at one demonstration that was loaded once: each is a test of its own and leaves nothing behind."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

Cast = TypeVar("Cast")


def outcome(function: Callable[[Cast], None], cast: Cast) -> Exception | None:
    """What a check found wrong."""
    try:
        with transaction.atomic():
            function(cast)
    except Exception as fault:
        return fault
    return None
