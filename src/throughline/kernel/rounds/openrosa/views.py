"""The doors phones come to: the list of forms, a form, its media, and where finished forms are sent."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.files.names import clean_name
from throughline.kernel.rounds import services
from throughline.kernel.rounds.forms import wire
from throughline.kernel.rounds.openrosa import catalogue, envelopes
from throughline.kernel.rounds.openrosa.arrivals import Given, take
from throughline.kernel.rounds.openrosa.doors import Caller, open_to_phones
from throughline.kernel.rounds.openrosa.envelopes import answer
from throughline.kernel.rounds.openrosa.purposes import MOST_READ

XML = "text/xml; charset=utf-8"
FORM = "xml_submission_file"
MORE_FOLLOWS = "*isIncomplete*"


@require_http_methods(["GET", "HEAD"])
@open_to_phones
def form_list(request: HttpRequest, *, caller: Caller, token: str) -> HttpResponse:
    """The forms this person may answer now; `formID` asks for one, `verbose=true` for the round's instructions."""
    wanted = request.GET.get("formID") or request.GET.get("formId")
    verbose = request.GET.get("verbose", "").lower() == "true"
    listed = []
    for holder in catalogue.offered(caller.viewer):
        if wanted and holder.reference != wanted:
            continue
        has_media = holder.edition.media.exists()
        listed.append(
            envelopes.Listed(
                holder.reference,
                catalogue.title_of(holder),
                catalogue.version_of(holder.edition),
                catalogue.md5_of(holder),
                _address(request, "form", token, holder.reference),
                _address(request, "manifest", token, holder.reference) if has_media else "",
                holder.round.instructions if verbose else "",
            )
        )
    return _conditional(request, envelopes.form_list(listed))


@require_http_methods(["GET", "HEAD"])
@open_to_phones
def form(request: HttpRequest, reference: str, *, caller: Caller, token: str) -> HttpResponse:
    """The form of one return or part, blank."""
    holder = catalogue.offered_as(caller.viewer, reference)
    if holder is None:
        return _not_here()
    services.note_opened(caller.viewer, holder=holder)
    return _conditional(request, catalogue.form_text(holder).encode())


@require_http_methods(["GET", "HEAD"])
@open_to_phones
def manifest(request: HttpRequest, reference: str, *, caller: Caller, token: str) -> HttpResponse:
    """The media of a form."""
    holder = catalogue.offered_as(caller.viewer, reference)
    if holder is None:
        return _not_here()
    media = [
        envelopes.Medium(
            one.name, catalogue.md5(bytes(one.content)), _address(request, "medium", token, reference, one.name)
        )
        for one in catalogue.media_of(holder)
    ]
    return _conditional(request, envelopes.manifest(media))


@require_http_methods(["GET", "HEAD"])
@open_to_phones
def medium(request: HttpRequest, reference: str, name: str, *, caller: Caller, token: str) -> HttpResponse:
    """One file of a form. Whatever it carries does not run here."""
    holder = catalogue.offered_as(caller.viewer, reference)
    found = holder.edition.media.filter(name=name).first() if holder else None
    if found is None:
        return _not_here()
    response = _conditional(request, bytes(found.content), found.media_type)
    response["Content-Disposition"] = "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["HEAD", "POST"])
@open_to_phones
def submission(request: HttpRequest, *, caller: Caller, token: str) -> HttpResponse:
    """Where a phone sends what was filled in; it asks first (HEAD) who it is talking to and how much it may send."""
    if request.method == "HEAD":
        return HttpResponse(status=204)
    try:
        given = _given(request)
        holder = catalogue.holder_for(caller.viewer, given.head.form_id)
        if holder is None:
            return answer(_("You are not asked to answer this form."), 404)
        outcome = take(caller.viewer, holder=holder, given=given, key=caller.key)
    except _TooLarge:
        return answer(_("This is more than is taken at once. Send the files one by one."), 413)
    except Invalid as invalid:
        return answer(invalid.words, 400)
    except Refused as refused:
        return answer(str(refused), 403)
    return answer(outcome.words, outcome.status)


class _TooLarge(Exception):
    """More than is read of one request."""


def _given(request: HttpRequest) -> Given:
    """The form and the files in a request. Raises Invalid or _TooLarge."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Invalid([Problem("xml", _("Send the form as it is, not compressed."))])
    _whole(request)
    try:
        parts: list[tuple[str, Any]] = [*request.FILES.items()]
    except (MultiPartParserError, UnreadablePostError, TooManyFieldsSent) as broken:
        raise Invalid([Problem("xml", _("What came is not whole: a form with its files was expected."))]) from broken
    except (RequestDataTooBig, TooManyFilesSent) as large:
        raise _TooLarge from large
    files = {clean_name(part.name or field): part.read() for field, part in parts if field != FORM}
    sent = request.FILES.get(FORM)
    xml = sent.read() if sent else request.POST.get(FORM, "").encode()
    if not xml:
        raise Invalid([Problem("xml", _("There is no form in what was sent."))])
    incomplete = request.POST.get(MORE_FOLLOWS, "").lower() in {"yes", "true"}
    return Given(wire.peek(xml), xml, files, incomplete)


def _whole(request: HttpRequest) -> None:
    """See that the body is not too large; read one whose length was not said (chunked), which Django does not."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > MOST_READ:
        raise _TooLarge
    if length or "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return
    content = b"".join(_pieces(request.META["wsgi.input"]))
    request.META["CONTENT_LENGTH"] = str(len(content))
    request._stream = BytesIO(content)  # type: ignore[attr-defined] # noqa: SLF001 (where Django reads the body from)


def _pieces(stream: Any) -> Iterator[bytes]:
    size = 0
    while piece := stream.read(64 * 1024):
        size += len(piece)
        if size > MOST_READ:
            raise _TooLarge
        yield piece


def _address(request: HttpRequest, what: str, token: str, *args: str) -> str:
    """A whole address. Who came with the secret in the address goes on with it."""
    name = f"openrosa-keyed-{what}" if token else f"openrosa-{what}"
    return request.build_absolute_uri(reverse(name, args=[token, *args] if token else args))


def _conditional(request: HttpRequest, content: bytes, content_type: str = XML) -> HttpResponse:
    """The content, or 'not changed' to a phone that has it."""
    etag = quote_etag(catalogue.md5(content))
    response = HttpResponse(content, content_type=content_type)
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _not_here() -> HttpResponse:
    return answer(_("There is no such form for you, or it was answered already."), 404)
