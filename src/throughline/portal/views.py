"""The public pages. Each is made from public editions alone; no viewer, session or form is known here."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from throughline.portal import opendata
from throughline.portal.answers import elsewhere, page
from throughline.portal.charts import over_time
from throughline.portal.monitor import SHOWN, Monitor
from throughline.portal.words import FIRST, LANGUAGES, Words
from throughline.publications.public.models import CLOSED, PublicEdition
from throughline.publications.public.queries import open_editions, public_edition, superseded_by

CSV, JSON = "text/csv; charset=utf-8", "application/json; charset=utf-8"


def _words(language: str) -> Words:
    if language not in LANGUAGES:
        raise Http404
    return Words.of(language)


def _edition(reference: str) -> PublicEdition:
    found = public_edition(reference)
    if found is None:
        raise Http404
    return found


@login_not_required
def start(_request: HttpRequest) -> HttpResponse:
    """The address without a language leads to English; the others are one step away."""
    return HttpResponseRedirect(reverse("public-home", args=[FIRST]))


@login_not_required
def home(_request: HttpRequest, language: str) -> HttpResponse:
    """The newest figures, and every monitor that is open."""
    words = _words(language)
    monitors = [Monitor(one.content, words) for one in open_editions()]
    monitors.sort(key=lambda one: (one.content["period"], one.content["edition"]), reverse=True)
    context: dict[str, object] = {
        "monitors": monitors,
        "latest": monitors[0] if monitors else None,
        "elsewhere": elsewhere("public-home"),
    }
    if monitors:
        context |= {"tables": monitors[0].overview(), "charts": over_time(monitors, words)}
    return page("home.html", words, context)


@login_not_required
def monitor(_request: HttpRequest, language: str, reference: str) -> HttpResponse:
    words, edition = _words(language), _edition(reference)
    if edition.state == CLOSED:
        return _gone(words, edition, "public-monitor")
    made = Monitor(edition.content, words)
    context = {"m": made, "tables": made.tables(), **_about(edition, "public-monitor")}
    return page("monitor.html", words, context)


@login_not_required
def figure(_request: HttpRequest, language: str, reference: str, figure: str) -> HttpResponse:
    """One figure at an address of its own, for ever."""
    words, edition = _words(language), _edition(reference)
    found = next((one for one in edition.content["figures"] if one["id"] == figure), None)
    if found is None:
        raise Http404
    if edition.state == CLOSED:
        return _gone(words, edition, "public-figure", figure)
    made = Monitor(edition.content, words)
    context = {
        "m": made,
        "name": made.named(found),
        "value": made.said(found),
        "measure": edition.content["measures"][found["measure"]],
        "revised": _told_later(edition, found, words),
        **_about(edition, "public-figure", figure),
    }
    return page("figure.html", words, context)


@login_not_required
def data(_request: HttpRequest, language: str) -> HttpResponse:
    """Open data: files, dictionary, licence, and the rule for small numbers."""
    words = _words(language)
    monitors = [Monitor(one.content, words) for one in open_editions()]
    context: dict[str, object] = {
        "monitors": monitors,
        "dictionary": opendata.DICTIONARY,
        "licence": opendata.LICENCE_ADDRESS,
        "smallest": sorted({one.content["smallest_shown"] for one in monitors}),
        "elsewhere": elsewhere("public-data"),
    }
    return page("data.html", words, context)


@login_not_required
def release_file(_request: HttpRequest, reference: str, fmt: str) -> HttpResponse:
    if fmt not in ("csv", "json"):
        raise Http404
    edition = _edition(reference)
    if edition.state == CLOSED:
        return HttpResponse("No longer public.\n", status=410, content_type="text/plain; charset=utf-8")
    later = superseded_by(edition)
    if fmt == "csv":
        answer = HttpResponse(opendata.as_csv(edition.content), content_type=CSV)
        answer["Content-Disposition"] = f'attachment; filename="{edition.reference}.csv"'
    else:
        address = reverse("public-monitor", args=[FIRST, reference])
        text = opendata.as_json(edition.content, address=address, superseded_by=later.reference if later else "")
        answer = HttpResponse(text, content_type=JSON)
    if later:
        answer["Link"] = f'<{reverse("public-file", args=[later.reference, fmt])}>; rel="successor-version"'
    return answer


@login_not_required
def catalogue(_request: HttpRequest) -> HttpResponse:
    """Every release that is open, with the addresses of its data."""
    items = [
        {
            **{name: one.content[name] for name in opendata.ABOUT},
            "page": reverse("public-monitor", args=[FIRST, one.reference]),
            "csv": reverse("public-file", args=[one.reference, "csv"]),
            "json": reverse("public-file", args=[one.reference, "json"]),
            "superseded_by": later.reference if (later := superseded_by(one)) else None,
        }
        for one in open_editions()
    ]
    told = {"licence": {**opendata.LICENCE, "address": opendata.LICENCE_ADDRESS}, "releases": items}
    return HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type=JSON)


@login_not_required
def dictionary(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(opendata.dictionary(), content_type=CSV)


def _about(edition: PublicEdition, here: str, *more: str) -> dict[str, Any]:
    return {
        "edition": edition,
        "later": superseded_by(edition),
        "elsewhere": elsewhere(here, edition.reference, *more),
    }


def _told_later(edition: PublicEdition, found: dict[str, Any], words: Words) -> dict[str, Any] | None:
    """The same figure as the newest release that is open says it, where it says another number."""
    same = ("measure", "where", "period", "scope")
    if found["status"] != SHOWN:
        return None
    for one in sorted(open_editions(), key=lambda each: str(each.content["data_time"]), reverse=True):
        if one.content["data_time"] <= edition.content["data_time"]:
            break
        if one.content["programme"] != edition.content["programme"]:
            continue
        later = next((each for each in one.content["figures"] if all(each[name] == found[name] for name in same)), None)
        if later is not None and later["status"] == SHOWN:
            if later["value"] == found["value"]:
                return None
            made = Monitor(one.content, words)
            return {"value": made.said(later), "m": made}
    return None


def _gone(words: Words, edition: PublicEdition, here: str, *more: str) -> HttpResponse:
    """It was public and is not any more; what it said is not said again."""
    return page("gone.html", words, {"reference": edition.reference, **_about(edition, here, *more)}, status=410)
