"""What every public answer has: its policy, how long it may be kept, a tag; and the answers to what cannot be had."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response

from throughline.kernel.upkeep.guesses import Guesses
from throughline.portal.words import FIRST, LANGUAGES, Language, Words

# From one network address in so many seconds, counted by each process: enough to read, too few to be a burden.
SECONDS = 60
ASKED = Guesses("public", 300, SECONDS, store="local")
# A few minutes, so that what is closed is gone soon; then asked again with its tag.
KEPT = "public, max-age=300, must-revalidate"
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


def page(template: str, words: Words, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A page in one language. There is no request in it, so nothing of a reader can be."""
    with translation.override(words.language.django):
        body = render_to_string(f"portal/{template}", {"w": words, **context})
    return HttpResponse(body, status=status)


def not_found(request: HttpRequest) -> HttpResponse:
    """The same for what never was, what is not public, and what is misspelt."""
    return page("not_found.html", Words.of(_language_in(request)), {"elsewhere": elsewhere("public-home")}, status=404)


def elsewhere(here: str, *more: str) -> list[tuple[Language, str]]:
    """The same page in each language."""
    return [(one, reverse(here, args=[code, *more])) for code, one in LANGUAGES.items()]


def refused(status: int) -> HttpResponse:
    answer = HttpResponse(status=status, content_type="text/plain; charset=utf-8")
    if status == 405:
        answer["Allow"], answer.content = "GET, HEAD", b"This address is for reading only.\n"
    else:
        answer["Retry-After"], answer.content = str(SECONDS), b"Too many requests. Try again in a minute.\n"
    return answer


def _language_in(request: HttpRequest) -> str:
    second = request.path_info.split("/")[2:3]
    return second[0] if second and second[0] in LANGUAGES else FIRST


def too_often(request: HttpRequest) -> bool:
    """Whether this network address asked too often in the last minute; nothing of it is written down."""
    return ASKED.count(request) > ASKED.most


def finished(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The answer with its headers; 304 without a body for who has it already."""
    answer["Content-Security-Policy"] = POLICY
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Frame-Options"] = "DENY"
    answer["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if answer.status_code != 200:
        answer["Cache-Control"] = "no-store" if answer.status_code in (405, 429) else "public, max-age=60"
        return answer
    answer["Cache-Control"] = KEPT
    answer["Access-Control-Allow-Origin"] = "*"
    answer["ETag"] = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=answer["ETag"], response=answer)
    return found or answer
