"""Reading: what a viewer may see of rounds, returns, parts and answers.

Answers being worked on belong to those who write them. Who runs a round sees from here how far each
organisation is (`standing`), in words, counts and times, and never what it wrote before it was handed in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.notify.models import Mail
from throughline.kernel.notify.queries import undelivered
from throughline.kernel.rounds.choices import OPEN_RETURN, PartState, ReturnState, RoundState
from throughline.kernel.rounds.forms.places import path_of
from throughline.kernel.rounds.models import Part, Questionnaire, Remark, Return, Round, Version
from throughline.kernel.rounds.rules import ANSWER, is_contact_point, may_answer, may_run

Answers = dict[str, str]


@dataclass(frozen=True)
class Standing:
    """How far one organisation is with a round."""

    reference: str
    organisation: str
    jurisdiction: Any
    state: str
    label: str
    tone: str
    late: bool
    due: date
    opened_at: datetime | None
    started_at: datetime | None
    submitted_at: datetime | None
    decided_at: datetime | None
    nil: bool
    reopened: int
    versions: int
    parts: int
    parts_in: int
    reminded: int
    reminded_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """The answers a viewer gets to see of a return or part: the working ones, or the version last handed in."""

    answers: Answers
    version: Version | None
    working: bool
    nil: bool = False
    nil_reason: str = ""


def questionnaires_for(viewer: Viewer) -> QuerySet[Questionnaire]:
    return Questionnaire.objects.visible_to(viewer).select_related("programme", "owner")  # type: ignore[no-any-return]


def rounds_for(viewer: Viewer) -> QuerySet[Round]:
    found = Round.objects.visible_to(viewer).select_related("programme", "owner", "edition__questionnaire")
    return found.defer("edition__source", "edition__xform")  # type: ignore[no-any-return]


def returns_for(viewer: Viewer) -> QuerySet[Return]:
    """Returns the viewer may read. Of those not handed in yet, that is the own organisation's."""
    found = Return.objects.visible_to(viewer).select_related(
        "owner__jurisdiction", "programme", "round__edition__questionnaire", "round__owner", "sheet"
    )
    return found.defer("round__edition__source")  # type: ignore[no-any-return]


def parts_for(viewer: Viewer) -> QuerySet[Part]:
    found = Part.objects.visible_to(viewer).select_related(
        "owner__jurisdiction", "programme", "of__owner__jurisdiction", "of__round__edition__questionnaire", "sheet"
    )
    return found.defer("of__round__edition__source").past_the_wall("round")  # type: ignore[no-any-return]


def standing(viewer: Viewer, round: Round) -> list[Standing]:  # noqa: A002 (the users' word)
    """Where every organisation asked stands, for those who run the round. No answer is read.

    Raises Refused for others: that a neighbour is late is the secretariat's business.
    """
    if not may_run(viewer, round):
        raise Refused(_("Only those who run this round see who has answered."))
    returns = (
        Return.objects.past_the_wall("round")
        .filter(round=round)
        .exclude(state=ReturnState.WITHDRAWN)
        .select_related("owner__jurisdiction", "round")
        .annotate(
            version_count=Count("sheet__versions", distinct=True),
            part_count=Count("parts", filter=~Q(parts__state=PartState.WITHDRAWN), distinct=True),
            part_in=Count("parts", filter=Q(parts__state=PartState.HANDED_IN), distinct=True),
            reminder_count=Count("reminded", distinct=True),
            reminder_last=Max("reminded__at"),
        )
        .order_by("owner__jurisdiction__order", "owner__name")
    )
    return [_standing(ret) for ret in returns]


def _standing(ret: Any) -> Standing:
    label, tone = progress_words(ret)
    return Standing(
        reference=ret.reference,
        organisation=str(ret.owner),
        jurisdiction=ret.owner.jurisdiction,
        state=ret.state,
        label=label,
        tone=tone,
        late=ret.late,
        due=ret.due,
        opened_at=ret.opened_at,
        started_at=ret.started_at,
        submitted_at=ret.submitted_at,
        decided_at=ret.decided_at,
        nil=ret.nil,
        reopened=ret.reopened,
        versions=ret.version_count,
        parts=ret.part_count,
        parts_in=ret.part_in,
        reminded=ret.reminder_count,
        reminded_at=ret.reminder_last,
    )


def not_reached(viewer: Viewer, round: Round) -> list[Mail]:  # noqa: A002 (the users' word)
    """Mails to those asked that were given up since the round was prepared, for those who run it."""
    if not may_run(viewer, round):
        raise Refused(_("Only those who run this round see whom no mail reached."))
    asked = Return.objects.filter(round=round).exclude(state=ReturnState.WITHDRAWN).values("owner")
    people = get_user_model()._default_manager.filter(memberships__organisation__in=asked)
    return undelivered(people, round.created_at)


def progress_words(ret: Return) -> tuple[str, str]:
    """How far a return is, in words, and the tone of it."""
    if ret.state == ReturnState.ASKED:
        if ret.started_at:
            return _("Being answered"), "waiting"
        return (_("Opened"), "waiting") if ret.opened_at else (_("Not opened"), "neutral")
    words = {
        ReturnState.READY: (_("Ready for approval in the country"), "waiting"),
        ReturnState.SUBMITTED: (_("Nothing to report, submitted") if ret.nil else _("Submitted"), "waiting"),
        ReturnState.RETURNED: (_("Returned with comments"), "attention"),
        ReturnState.ACCEPTED: (_("Nothing to report, accepted") if ret.nil else _("Accepted"), "good"),
        ReturnState.WITHDRAWN: (_("No longer asked"), "stop"),
    }
    return words[ReturnState(ret.state)]


def parts_standing(viewer: Viewer, ret: Return) -> list[Part]:
    """The parts a return was shared out in, for the contact point: who has what, and how far they are.

    Read the answers of a part through `answers_shown`, which keeps to what was handed in.
    """
    if not is_contact_point(viewer, ret):
        raise Refused(_("Only the national contact point sees how a return was shared out."))
    return list(
        ret.parts.past_the_wall("round")
        .exclude(state=PartState.WITHDRAWN)
        .select_related("owner", "of__round", "sheet")
    )


def latest_version(holder: Return | Part) -> Version | None:
    """What was handed in last."""
    return holder.sheet.versions.select_related("by", "edition").order_by("-number").first()


def versions_of(holder: Return | Part) -> list[Version]:
    """All that was handed in, the newest first, for whoever reads the holder."""
    return list(holder.sheet.versions.select_related("by").prefetch_related("remarks__by").order_by("-number"))


def remarks_open(holder: Return | Part) -> list[Remark]:
    """Comments on single questions that the next version has to answer."""
    found = Remark.objects.filter(version__sheet_id=holder.sheet_id, settled_at=None)
    return list(found.select_related("by", "version").order_by("at"))


def answers_shown(viewer: Viewer, holder: Return | Part) -> Shown:
    """The answers this viewer may see: the working ones for those who write them, else the last version.

    Whoever writes them sees the version too once nothing more can be written.
    """
    version = latest_version(holder)
    open_states: Iterable[str] = (*OPEN_RETURN, PartState.SENT_BACK)
    if may_answer(viewer, holder) and holder.state in open_states:
        return Shown(dict(holder.sheet.answers), version, working=True)
    if version is None:
        return Shown({}, None, working=False)
    return Shown(dict(version.answers), version, working=False, nil=version.nil, nil_reason=version.nil_reason)


def before(ret: Return) -> Answers:
    """What the same organisation answered last time and was accepted, as far as this form still asks it.

    The round says which one that is; else it is the newest accepted return to the same questionnaire.
    """
    last = return_before(ret)
    version = latest_version(last) if last else None
    if version is None or version.nil:
        return {}
    known = ret.edition.form.items
    return {place: value for place, value in version.answers.items() if path_of(place) in known}


def return_before(ret: Return) -> Return | None:
    """The accepted return of the same organisation that this one is compared with."""
    accepted = Return.objects.filter(owner_id=ret.owner_id, state=ReturnState.ACCEPTED).exclude(pk=ret.pk)
    if ret.round.before_id:
        return accepted.filter(round_id=ret.round.before_id).select_related("sheet", "round").first()
    same = accepted.filter(
        round__edition__questionnaire=ret.edition.questionnaire_id, round__due_on__lt=ret.round.due_on
    )
    return same.select_related("sheet", "round").order_by("-round__due_on").first()


def owed(viewer: Viewer) -> QuerySet[Return]:
    """What the viewer's organisations still owe, in rounds that are open, the most urgent first."""
    return (
        returns_for(viewer)
        .filter(
            owner__in=viewer.organisations,
            state__in=OPEN_RETURN,
            round__state=RoundState.OPEN,
            programme__in=viewer.programmes_as(*ANSWER),
        )
        .order_by("round__due_on")
    )


def parts_owed(viewer: Viewer) -> QuerySet[Part]:
    """The parts the viewer's organisations still owe."""
    return (
        parts_for(viewer)
        .filter(
            owner__in=viewer.organisations,
            state__in=(PartState.ASKED, PartState.SENT_BACK),
            of__state__in=OPEN_RETURN,
            of__round__state=RoundState.OPEN,
            programme__in=viewer.programmes_as(*ANSWER),
        )
        .order_by("of__round__due_on")
    )
