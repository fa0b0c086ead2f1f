"""Who calls: a phone with a key (Digest, Basic, or the secret in the address), or a page of ours with its session."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from throughline.kernel.access.lookup import viewer_of
from throughline.kernel.access.standing import arrive
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.device_models import DeviceKey
from throughline.kernel.rounds.openrosa import digest, keys
from throughline.kernel.rounds.openrosa.envelopes import said, with_headers
from throughline.kernel.upkeep.guesses import Guesses

SAFE = ("GET", "HEAD")
# Wrong secrets from one address: enough for a mistyped one, far too few to guess.
MOST_FAILURES, FORGOTTEN_AFTER = 30, 300


@dataclass(frozen=True)
class Caller:
    """A person, and the key of the phone they call with; without a key it is a session of a browser."""

    viewer: Viewer
    key: DeviceKey | None = None


class Wrong(Exception):
    """Credentials were sent, and they are not good."""


class Challenge(HttpResponse):
    """'Who are you?', with a header for each way to answer: Django keeps one value a name, HTTP allows more."""

    def __init__(self, words: str, *, stale: bool, secure: bool) -> None:
        super().__init__(said(words, "submit_error"), status=401, content_type="text/xml; charset=utf-8")
        # Basic sends the secret itself: it is asked for over an encrypted line only.
        basic = [f'Basic realm="{digest.REALM}", charset="UTF-8"'] if secure else []
        first, *self.others = [*digest.challenges(stale=stale), *basic]
        self["WWW-Authenticate"] = first

    def items(self) -> Any:
        return [*super().items(), *(("WWW-Authenticate", one) for one in self.others)]


def open_to_phones(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that phones call. It gets the caller; every answer carries the headers of OpenRosa."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def run(request: HttpRequest, *args: Any, token: str = "", **given: Any) -> HttpResponse:
        found = _caller(request, token)
        if isinstance(found, HttpResponse):
            return with_headers(found)
        request.viewer = arrive(found.viewer)  # type: ignore[attr-defined]
        return with_headers(view(request, *args, caller=found, token=token, **given))

    return run


def _caller(request: HttpRequest, token: str) -> Caller | HttpResponse:
    """Who calls, or what to answer instead."""
    wrong = Guesses("openrosa", MOST_FAILURES, FORGOTTEN_AFTER)
    if wrong.too_many(request):
        return _limited()
    try:
        key = _key(request, token)
        if key is None:
            return _session(request) or Challenge(
                _("Sign in with the key of a phone."), stale=False, secure=request.is_secure()
            )
        viewer = viewer_of(key.person_id)
        if not viewer.signed_in:
            raise Wrong
    except digest.Stale:
        return Challenge(_("Sign in again."), stale=True, secure=request.is_secure())
    except Wrong:
        wrong.count(request)
        words = _("This key is not known here, or was revoked. Set the phone up again.")
        return Challenge(words, stale=False, secure=request.is_secure())
    keys.note_use(key)
    return Caller(viewer, key)


def _key(request: HttpRequest, token: str) -> DeviceKey | None:
    """The key that was sent, None if none was. Raises Wrong or Stale."""
    if token:
        return _good(keys.by_secret(token))
    scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "digest":
        return _by_digest(request, credentials)
    if scheme.lower() == "basic":
        return _by_password(credentials)
    return None


def _by_digest(request: HttpRequest, credentials: str) -> DeviceKey:
    fields = digest.read(credentials)
    key = _good(keys.by_user_name(fields["username"])) if fields else None
    if fields is None or key is None:
        raise Wrong
    ha1 = keys.digest_of(key, digest.algorithm_of(fields))
    address = request.get_full_path()
    if not ha1 or not digest.answers(fields, method=request.method or "", address=address, ha1=ha1):
        raise Wrong
    return key


def _by_password(credentials: str) -> DeviceKey:
    try:
        name, _colon, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as broken:
        raise Wrong from broken
    key = _good(keys.by_user_name(name))
    if not constant_time_compare(key.fingerprint, keys.fingerprint(secret)):
        raise Wrong
    return key


def _good(key: DeviceKey | None) -> DeviceKey:
    if key is None:
        raise Wrong
    return key


def _session(request: HttpRequest) -> Caller | HttpResponse | None:
    """A page of ours may read with the session it has; to send, it shows the token against forged requests."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.signed_in:
        return None
    if request.method not in SAFE:
        refused = CsrfViewMiddleware(lambda _request: HttpResponse()).process_view(request, _refusable, (), {})
        if refused is not None:
            return HttpResponse(
                said(_("This did not come from a page of ours."), "submit_error"),
                status=403,
                content_type="text/xml; charset=utf-8",
            )
    return Caller(viewer)


def _refusable(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt from the check."""
    return HttpResponse()


def _limited() -> HttpResponse:
    words = _("Too many wrong keys from this address. Try again in a few minutes.")
    answer = HttpResponse(said(words, "submit_error"), status=429, content_type="text/xml; charset=utf-8")
    answer["Retry-After"] = str(FORGOTTEN_AFTER)
    return answer
