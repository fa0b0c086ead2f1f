"""What the page of a return or part shows: where it stands, what to do next, how far it is, who can see it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.explain import explain, who_can_see
from throughline.kernel.access.rules import is_owner
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources import registry
from throughline.kernel.resources.story import entries_told, told
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.choices import ReturnState, RoundState
from throughline.kernel.rounds.device_models import Arrival
from throughline.kernel.rounds.forms.places import section_of
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.rounds.rules import is_contact_point, is_open, may_answer, may_decide, may_submit
from throughline.kernel.rounds.views.holders import Holder, anchor, noun_of, to, to_if_there
from throughline.kernel.rounds.views.reading import chapters
from throughline.kernel.rounds.views.sections import (
    Section,
    code_of,
    languages_offered,
    sections_of,
    shared_parts,
    showing_of,
)
from throughline.kernel.rounds.views.wording import plain

ENTRIES_BESIDE = 8
# What sends a return or part back to those who answer; its reason is what they have to read first.
SENDS_BACK = ("return.give-back", "return.reopen", "return.take-back", "part.send-back")


@dataclass(frozen=True)
class Action:
    """A button on the page."""

    label: str
    url: str
    icon: str
    main: bool = False


def overview(viewer: Viewer, holder: Holder, language: str) -> dict[str, Any]:
    """Everything in the middle of the page."""
    shown = queries.answers_shown(viewer, holder)
    showing = showing_of(viewer, holder, language, answers=shown.answers)
    parts = shared_parts(viewer, holder)
    sections = sections_of(holder, showing.evaluation, language, parts)
    label, tone = state_words(holder)
    answering = may_answer(viewer, holder) and is_open(holder)
    versions = queries.versions_of(holder)
    return {
        "holder": holder,
        "is_return": isinstance(holder, Return),
        "state_label": label,
        "state_tone": tone,
        "shown": shown,
        "answering": answering,
        "own": is_owner(viewer, holder) or isinstance(holder, Part),
        "box": box_of(viewer, holder),
        "comment": comment_of(viewer, holder),
        "sections": [one for one in sections if one.relevant],
        "asked": sum(one.asked for one in sections),
        "answered": sum(one.answered for one in sections),
        "chapters": () if shown.working else chapters(showing, sections),
        "remarks": remarks_told(holder, showing, sections) if answering or not shown.working else [],
        "prefill": answering and any(place not in shown.answers for place in showing.before),
        "before": queries.return_before(holder) if answering and isinstance(holder, Return) else None,
        "parts": [{"part": one, "words": state_words(one), "url": to(one, "detail")} for one in parts],
        "take_over_url": take_over_url(viewer, holder, parts) if answering else "",
        "versions": versions,
        "compare_url": to(holder, "compare") if len(versions) > 1 or (versions and shown.working) else "",
        "actions": actions_of(viewer, holder, answering=answering),
        "may_take_back": may_take_back(viewer, holder),
        "language_code": code_of(language),
        "form_languages": [] if shown.working else languages_offered(showing.form, language),
        "url": {name: to(holder, name) for name in ("begin", "detail", "submit")},
    }


def beside(viewer: Viewer, holder: Holder) -> dict[str, Any]:
    """The panels at the side: who can see this, and what happened."""
    resource: Any = registry.for_model(type(holder))
    entries = entries_told(viewer, holder, limit=ENTRIES_BESIDE + 1)
    more = to_if_there(holder, "history") if len(entries) > ENTRIES_BESIDE else ""
    return {
        "record": holder,
        "readers": who_can_see(viewer, holder),
        "because": explain(viewer, holder),
        "entries": [told(resource, holder, entry) for entry in entries[:ENTRIES_BESIDE]] if resource else [],
        "history_url": more,
        "panels": [(one.template, one.context(viewer, holder)) for one in resource.panels] if resource else [],
        "phones_url": phones_url(viewer, holder),
    }


def phones_url(viewer: Viewer, holder: Holder) -> str:
    """What phones sent, for those who answer, once something came."""
    sent: Any = Arrival.objects.visible_to(viewer)  # type: ignore[attr-defined]
    came = may_answer(viewer, holder) and sent.filter(sheet=holder.sheet_id).exists()
    return reverse("phone-arrivals", args=[holder.reference]) if came else ""


def state_words(holder: Holder) -> tuple[str, str]:
    """How far it is, in words, and the tone of it."""
    if isinstance(holder, Return):
        return queries.progress_words(holder)
    flow = flow_for(Part)
    state = flow.by_code[holder.state] if flow else None
    return (str(state.label), state.tone) if state else (str(holder.state), "neutral")


def box_of(viewer: Viewer, holder: Holder) -> tuple[str, str, str] | None:
    """What a person who comes here has to know first: tone, title, text."""
    if holder.round.state == RoundState.PREPARED:
        return "neutral", _("This round is not open yet"), _("You will be told when it opens.")
    if isinstance(holder, Part):
        return _box_of_part(holder)
    if holder.state == ReturnState.ACCEPTED:
        return None
    if holder.round.state == RoundState.CLOSED:
        return (
            "neutral",
            _("This round is closed"),
            _("Ask the secretariat to open it again if something has to change."),
        )
    if holder.state == ReturnState.READY and may_answer(viewer, holder):
        if may_submit(viewer, holder):
            return "waiting", _("Waiting for your approval"), _("Look through the answers, then approve and send.")
        return "waiting", _("Waiting for your national contact point"), _("If you change an answer, it waits no more.")
    return None


def _box_of_part(part: Part) -> tuple[str, str, str] | None:
    if part.state == Part.States.WITHDRAWN:
        return "neutral", _("You are no longer asked for this"), _("What you wrote stays your own.")
    if not is_open(part) and part.state != Part.States.HANDED_IN:
        return "neutral", _("This was sent without your part"), _("The whole return has left the country.")
    return None


def comment_of(viewer: Viewer, holder: Holder) -> dict[str, Any] | None:
    """Why it came back, in the words of who sent it back."""
    if holder.state not in {ReturnState.RETURNED, Part.States.SENT_BACK}:
        return None
    entry = next((one for one in entries_told(viewer, holder) if one.verb in SENDS_BACK), None)
    return {"who": entry.actor_text, "at": entry.at, "text": entry.reason} if entry and entry.reason else None


def remarks_told(holder: Holder, showing: Any, sections: tuple[Section, ...]) -> list[dict[str, Any]]:
    """Remarks that wait for an answer, each with its question and the way there."""
    by_top = {one.top: one for one in sections}
    found = []
    for remark in showing.remarks:
        section = by_top.get(section_of(remark.place)) or by_top.get("")
        stands = showing.evaluation.at(remark.place)
        url = f"{section.url}#{anchor(remark.place)}" if section and remark.place else ""
        found.append({"remark": remark, "label": plain(stands.label) if stands else "", "url": url})
    return found


def actions_of(viewer: Viewer, holder: Holder, *, answering: bool) -> list[Action]:
    """What this person can do with it now, the main thing first."""
    noun = noun_of(holder)
    if isinstance(holder, Return) and may_decide(viewer, holder):
        return _there(Action(_("Decide"), to_if_there(holder, "decide"), "gavel", main=True))
    if not answering:
        return []
    approving = isinstance(holder, Return) and holder.state == ReturnState.READY and may_submit(viewer, holder)
    started = holder.started_at is not None
    found = [
        Action(_("Go on answering") if started else _("Answer"), to(holder, "begin"), "pencil", main=not approving),
        Action(_("Answer in Excel"), to_if_there(holder, "excel"), "file-spreadsheet"),
        Action(_send_label(viewer, holder), to(holder, "submit"), "send", main=approving),
    ]
    if noun == "return" and isinstance(holder, Return) and is_contact_point(viewer, holder):
        found.insert(2, Action(_("Share out"), to_if_there(holder, "share-out"), "users"))
    if isinstance(holder, Return) and may_submit(viewer, holder):
        found.append(Action(_("Nothing to report"), to(holder, "nothing"), "circle-slash"))
    return _there(*sorted(found, key=lambda one: not one.main))


def _there(*actions: Action) -> list[Action]:
    return [one for one in actions if one.url]


def _send_label(viewer: Viewer, holder: Holder) -> str:
    if isinstance(holder, Part):
        return _("Check and hand in")
    return _("Approve and send") if may_submit(viewer, holder) else _("Check, then ask for approval")


def take_over_url(viewer: Viewer, holder: Holder, parts: list[Part]) -> str:
    """Where the contact point puts the parts together, once one is in."""
    handed_in = any(part.state == Part.States.HANDED_IN for part in parts)
    ours = isinstance(holder, Return) and is_contact_point(viewer, holder)
    return to_if_there(holder, "take-over") if ours and handed_in else ""


def locked_context(holder: Holder) -> dict[str, Any]:
    """Why nothing can be answered now."""
    return {
        "holder": holder,
        "closed": holder.round.state == RoundState.CLOSED,
        "prepared": holder.round.state == RoundState.PREPARED,
        "detail_url": to(holder, "detail"),
    }


def may_take_back(viewer: Viewer, holder: Holder) -> bool:
    return (
        isinstance(holder, Return)
        and holder.state == ReturnState.SUBMITTED
        and holder.round.state == RoundState.OPEN
        and may_submit(viewer, holder)
    )


def all_returns_url() -> str:
    """The list of all returns one may read, where the noun has its pages."""
    return reverse("return-list") if registry.for_model(Return) else ""
