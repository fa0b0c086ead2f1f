"""From what a browser sends to changes of answers: place -> (what was there, what is there now)."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.rounds.forms.definition import MEDIA, Form, Question
from throughline.kernel.rounds.forms.places import path_of

Changes = dict[str, tuple[str, str]]
WAS, NOW, LATITUDE, LONGITUDE, FILE = "was:", "now:", "lat:", "lon:", "file:"
SEVERAL = frozenset({"select-many", "rank"})
LONGEST = 20_000
MOST_CHANGES = 5_000


def changes_in(form: Form, post: QueryDict, *, left: frozenset[str] = frozenset()) -> Changes:
    """The questions of a posted page whose answer is no longer what it was when the page was drawn.

    Each question on the page posts what it was; a page without script says so what was not touched. `left` are
    places whose typed answer is given up (the other person's stands).
    """
    found: Changes = {}
    for name in post:
        if not name.startswith(WAS):
            continue
        place = name.removeprefix(WAS)
        was = _lines(post.get(name, ""))
        item = form.items.get(path_of(place))
        if place in left or not isinstance(item, Question) or item.kind in MEDIA:
            continue
        now = _posted(item, post, place, was)
        if now != was:
            found[place] = (was, now)
    return found


def changes_sent(form: Form, request: HttpRequest) -> tuple[Changes, dict[str, Any]]:
    """The changes of an automatic save, and the rest of what it says. Raises Invalid."""
    try:
        sent = json.loads(request.body)
        given: Mapping[str, Any] = sent["changes"]
        pairs = {place: (was, now) for place, (was, now) in given.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Invalid([Problem("changes", _("These are no changes of answers."))]) from wrong
    flat = [text for pair in pairs.values() for text in pair]
    if len(pairs) > MOST_CHANGES or not all(isinstance(text, str) and len(text) <= LONGEST for text in flat):
        raise Invalid([Problem("changes", _("These are more or longer answers than can be taken at once."))])
    return {place: (_lines(was), cleaned(form, place, now)) for place, (was, now) in pairs.items()}, sent


def cleaned(form: Form, place: str, text: str) -> str:
    """An answer as it is kept: nothing but spaces is nothing; around a figure there are none."""
    item = form.items.get(path_of(place))
    return _kept(item, text) if isinstance(item, Question) else _lines(text)


def _kept(item: Question, text: str) -> str:
    text = _lines(text)
    if item.kind == "text":
        return text if text.strip() else ""
    return text.strip()


def _posted(item: Question, post: QueryDict, place: str, was: str) -> str:
    if item.kind == "geopoint":
        return _point(post, place, was)
    if item.kind in SEVERAL:
        return " ".join(value for value in post.getlist(NOW + place) if value)
    if NOW + place not in post and item.kind not in {"select-one", "acknowledge", "range"}:
        return was
    now = _kept(item, post.get(NOW + place, ""))
    if item.kind in {"datetime", "time"} and now and was.startswith(now):
        return was  # the browser's control shows less than was kept: it was not touched
    return now


def _point(post: QueryDict, place: str, was: str) -> str:
    latitude, longitude = (post.get(name + place, "").strip() for name in (LATITUDE, LONGITUDE))
    if was.split()[:2] == [latitude, longitude]:
        return was
    return " ".join(part for part in (latitude, longitude) if part)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
