"""Who may run a round, answer, submit and decide. Short predicates, closed by default."""

from throughline.kernel.access.choices import Right, Role
from throughline.kernel.access.rules import is_owner, may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.choices import OPEN_PART, OPEN_RETURN, Approval, ReturnState, RoundState
from throughline.kernel.rounds.models import Part, Questionnaire, Return, Round

ANSWER = (Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT)
CONTACT_POINT = (Role.VERIFIER, Role.SECRETARIAT)


def may_prepare(viewer: Viewer, programme_id: object) -> bool:
    """The secretariat of a programme asks."""
    return viewer.has_role(programme_id, Role.SECRETARIAT)  # type: ignore[arg-type]


def may_run(viewer: Viewer, round: Round | Questionnaire) -> bool:  # noqa: A002 (the users' word)
    """Secretariat of the programme, in the organisation that asks."""
    return viewer.has_role(round.programme_id, Role.SECRETARIAT) and is_owner(viewer, round)


def may_answer(viewer: Viewer, holder: Return | Part) -> bool:
    """Whether the viewer may look at and write the working answers (whatever state they are in)."""
    return is_owner(viewer, holder) and may(viewer, Right.CHANGE, holder)


def is_open(holder: Return | Part) -> bool:
    """Whether the working answers may be changed now."""
    states: tuple[str, ...] = OPEN_RETURN if isinstance(holder, Return) else OPEN_PART
    if isinstance(holder, Part) and holder.of.state not in OPEN_RETURN:
        return False
    return holder.round.state == RoundState.OPEN and holder.state in states


def is_contact_point(viewer: Viewer, ret: Return) -> bool:
    """Who speaks for the organisation asked: shares out, approves."""
    return is_owner(viewer, ret) and viewer.has_role(ret.programme_id, *CONTACT_POINT)


def may_submit(viewer: Viewer, ret: Return) -> bool:
    """Whether the viewer may let the return leave the country, by the round's own rule."""
    if ret.round.approval == Approval.ANYONE:
        return may_answer(viewer, ret)
    if ret.round.approval == Approval.SECOND_PERSON and last_writer(ret) == str(viewer.person):
        return False
    return is_contact_point(viewer, ret)


def may_decide(viewer: Viewer, ret: Return) -> bool:
    """Who runs the round decides on a return, unless they submitted it themselves."""
    return may_run(viewer, ret.round) and ret.state == ReturnState.SUBMITTED and ret.submitted_by_id != viewer.person


def last_writer(ret: Return) -> str:
    """The key of the person who wrote the newest answer, or ''."""
    newest = max(ret.sheet.stamps.values(), key=lambda stamp: stamp[1], default=["", "", ""])
    return str(newest[0])
