"""Wrong keys, counted by the network address they come from, by all processes together.

What is guessed here has 128 bits or more, so counting does not make it safe. It keeps a stubborn caller from costing
a look into the database each time, and makes guessing show in what the operator sees.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest


@dataclass(frozen=True)
class Guesses:
    """At most so many wrong ones in so many seconds; with the store `local` each process counts by itself."""

    name: str
    most: int = 60
    seconds: int = 300
    store: str = "default"

    def too_many(self, request: HttpRequest) -> bool:
        return bool(caches[self.store].get(self._counter(request), 0) >= self.most)

    def count(self, request: HttpRequest) -> int:
        """Another one; how many it makes."""
        cache, counter = caches[self.store], self._counter(request)
        cache.add(counter, 0, self.seconds)
        try:
            return int(cache.incr(counter))
        except ValueError:  # it was forgotten between the two
            return 1

    def _counter(self, request: HttpRequest) -> str:
        return f"guesses.{self.name}:{address_of(request)}"


def address_of(request: HttpRequest) -> str:
    """The network address of the caller, as our own proxy names it; never one the caller claims."""
    told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    trusted: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    return told[-trusted] if trusted and len(told) >= trusted else str(request.META.get("REMOTE_ADDR", ""))
