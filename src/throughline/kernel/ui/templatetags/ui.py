"""Tags and filters every template may use (docs/kernel/ui.md shows each)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from throughline.kernel.access.choices import Handling
from throughline.kernel.ui import formats
from throughline.kernel.ui.figures import Figure
from throughline.kernel.ui.icons import icon as draw

register = template.Library()

TONES = {
    "neutral": "circle",
    "waiting": "clock",
    "good": "circle-check",
    "attention": "triangle-alert",
    "stop": "octagon-x",
}
TONE_OF_STATE = {
    "draft": "neutral",
    "new": "neutral",
    "submitted": "waiting",
    "checking": "waiting",
    "pending": "waiting",
    "running": "waiting",
    "queued": "waiting",
    "waiting": "waiting",
    "in-review": "waiting",
    "returned": "attention",
    "superseded": "attention",
    "cancelled": "attention",
    "undone": "attention",
    "verified": "good",
    "accepted": "good",
    "approved": "good",
    "signed-off": "good",
    "signed": "good",
    "released": "good",
    "done": "good",
    "applied": "good",
    "rejected": "stop",
    "failed": "stop",
    "withdrawn": "stop",
}
TLP_CLASS = {
    Handling.CLEAR: "clear",
    Handling.GREEN: "green",
    Handling.AMBER: "amber",
    Handling.STRICT: "amber",
    Handling.RED: "red",
}


# --- writing values -----------------------------------------------------------------------------

register.filter("number", formats.number)
register.filter("signed", formats.signed)
register.filter("percent", formats.percent)
register.filter("signed_percent", formats.signed_percent)
register.filter("day", formats.day)
register.filter("month", formats.month)
register.filter("moment", formats.moment)


@register.filter
def shown(value: object) -> object:
    """A value for a page: numbers and dates written out, yes and no, lists joined, nothing as '–'."""
    if value is None or value in ("", []):
        return missing(_("not reported"))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return formats.number(value)
    if isinstance(value, Decimal):  # as exact as it was entered, without the noughts that the database adds
        return formats.number(value, max(0, -int(value.normalize().as_tuple().exponent)))
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return value


@register.simple_tag
def missing(reason: StrOrPromise) -> SafeString:
    """A dash that says why the value is not there, to the eye on hover and to a screen reader always."""
    return format_html(
        '<span class="missing" title="{}"><span aria-hidden="true">–</span>'
        '<span class="visually-hidden">{}</span></span>',
        reason,
        reason,
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    return draw(name)


@register.simple_tag(takes_context=True)
def again(context: Context, block: str) -> str:
    """The content of a block a second time: a page says its title once, for the window and for the heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    found = blocks.get_block(block) if blocks else None
    return found.render(context) if found else ""


# --- chips --------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/state.html")
def state(name: str, label: StrOrPromise = "", tone: str = "") -> dict[str, Any]:
    """A state as word and icon: `{% state record.state record.get_state_display %}`."""
    chosen = tone or TONE_OF_STATE.get(str(name), "neutral")
    return {"label": label or str(name).replace("-", " ").capitalize(), "tone": chosen, "icon": TONES[chosen]}


@register.inclusion_tag("ui/parts/handling.html")
def handling(code: str) -> dict[str, Any]:
    """A handling code in the colours TLP 2.0 prescribes."""
    known = Handling(code)
    return {"label": known.label, "shade": TLP_CLASS[known]}


@register.inclusion_tag("ui/parts/reference.html")
def reference(text: str, url: str = "") -> dict[str, Any]:
    return {"text": text, "url": url}


# --- forms --------------------------------------------------------------------------------------


def _kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "plain"


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, help: StrOrPromise = "", width: str = "") -> dict[str, Any]:  # noqa: A002 - reason: the word templates use
    """One field: label, control, help beside it, errors at it. `width`: short, medium or full."""
    return {"field": bound, "kind": _kind(bound), "help": help or bound.help_text, "width": width or _width(bound)}


def _width(bound: BoundField) -> str:
    """Controls as wide as what goes into them: a form then says by its looks what it wants."""
    kind = getattr(bound.field.widget, "input_type", "")
    return "short" if kind in {"number", "date", "time", "datetime-local"} else "full"


@register.inclusion_tag("ui/parts/fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """All visible fields of a form, one after the other."""
    return {"form": form}


@register.inclusion_tag("ui/parts/errors.html")
def errors(form: BaseForm, *lines: Any) -> dict[str, Any]:
    """The summary on top of a form: what is wrong, each with a link to its field."""
    return {"general": list(form.non_field_errors()), "fields": [f for f in form if f.errors], "more": lines}


# --- lists --------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/sort.html", takes_context=True)
def sort(context: Context, name: str, label: StrOrPromise, parameter: str = "sort") -> dict[str, Any]:
    """A column heading that sorts: first up, then down. The rest of the address stays."""
    query = context["request"].GET.copy()
    current = query.get(parameter, "")
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    query[parameter] = f"-{name}" if direction == "ascending" else name
    for key in ("after", "before", "page"):
        query.pop(key, None)
    arrow = {"ascending": "arrow-up", "descending": "arrow-down"}.get(direction, "")
    return {"label": label, "direction": direction, "arrow": arrow, "address": f"?{query.urlencode()}"}


@register.inclusion_tag("ui/parts/filters.html")
def filters(title: StrOrPromise, chosen: Iterable[Mapping[str, Any]], clear_url: str = "") -> dict[str, Any]:
    """The filters in words: 'Incidents · Serbia · 2023'. Each of `chosen`: label, remove_url, field (optional)."""
    return {"title": title, "chosen": list(chosen), "clear_url": clear_url}


@register.inclusion_tag("ui/parts/pages.html")
def pages(older: str = "", newer: str = "", shown: str = "", *, by_time: bool = True) -> dict[str, Any]:
    """Links to the older and newer page of a list (addresses, or empty where there is none); next and previous where
    it is not in order of time.
    """
    return {"older": older, "newer": newer, "shown": shown, "by_time": by_time}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: StrOrPromise = "") -> dict[str, Any]:
    """Links that look like tabs. Each item: label, url, current, count (optional)."""
    return {"items": list(items), "label": label or _("Views")}


# --- states of a page ---------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/empty.html")
def empty(title: StrOrPromise, text: StrOrPromise = "", url: str = "", action: StrOrPromise = "") -> dict[str, Any]:
    """What would be here, and the first step."""
    return {"title": title, "text": text, "url": url, "action": action, "icon": "inbox"}


@register.inclusion_tag("ui/parts/empty.html")
def no_permission(text: StrOrPromise = "") -> dict[str, Any]:
    """Something is here, but not for this person: says whom to ask."""
    shown_text = text or _("The owner of the record decides who sees it. Ask them, or your programme's secretariat.")
    return {"title": _("You may not see this"), "text": shown_text, "icon": "lock"}


@register.inclusion_tag("ui/parts/loading.html")
def loading(text: StrOrPromise = "") -> dict[str, Any]:
    return {"text": text or _("Loading")}


@register.inclusion_tag("ui/parts/box.html")
def box(tone: str, text: StrOrPromise, title: StrOrPromise = "") -> dict[str, Any]:
    """A message in the page. `tone`: neutral, waiting, good, attention, stop."""
    return {"tone": tone, "text": text, "title": title, "icon": TONES.get(tone, "info")}


# --- figures, progress, steps, history ----------------------------------------------------------


@register.inclusion_tag("ui/parts/figure.html")
def figure(shown_figure: Figure, size: str = "") -> dict[str, Any]:
    """A figure with all that belongs to it. `size`: empty, or 'large' on boards."""
    f = shown_figure
    write = formats.percent if f.share else formats.number
    text = f.text or (write(f.value, f.decimals or 0) if f.share else formats.number(f.value, f.decimals))
    return {"f": f, "text": text, "size": size, "is_missing": f.value is None and not f.text}


@register.inclusion_tag("ui/parts/progress.html")
def progress(value: int, of: int, label: StrOrPromise) -> dict[str, Any]:
    """A bar with its words: '5 of 7'. Works for coverage and for running jobs."""
    return {"value": value, "of": of, "label": label, "share": value / of if of else None}


@register.inclusion_tag("ui/parts/steps.html")
def steps(items: Iterable[StrOrPromise | Mapping[str, Any]], current: int) -> dict[str, Any]:
    """The steps of a wizard; `current` counts from 1. An item is a label, or has label and url."""
    listed = [item if isinstance(item, Mapping) else {"label": item, "url": ""} for item in items]
    numbered = [
        {**item, "number": at, "done": at < current, "current": at == current} for at, item in enumerate(listed, 1)
    ]
    return {"items": numbered, "current": current, "of": len(numbered)}


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """History, newest first. Each entry: at, who, verb, and as it has them reason, changes (field, before, after)."""
    return {"entries": list(entries)}
