"""How what a mail is about can be ended: parts that mail by subscription say here how, by the model of what is told about.

The address ends it by one post without a cookie (RFC 8058, 'List-Unsubscribe-Post'), so that a mail program can offer it as
one click; opened in a browser it shows one button. Opening alone ends nothing: filters open the links of mails.
"""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType

feet: dict[str, Callable[[UUID], str]] = {}


def register(label: str, address: Callable[[UUID], str]) -> None:
    """`label` is the model's ('following.following'), `address` the path that ends what has this key."""
    feet[label] = address


def end_of(content_type: int | None, key: UUID | None) -> str:
    """The whole address that ends what a notice is about; '' where it is no subscription."""
    if content_type is None or key is None or not feet:
        return ""
    kind = ContentType.objects.get_for_id(content_type)
    address = feet.get(f"{kind.app_label}.{kind.model}")
    return f"{settings.THROUGHLINE_ADDRESS.rstrip('/')}{address(key)}" if address is not None else ""
