"""May this person change, mark or release this record? Short predicates, closed by default."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from throughline.kernel.access.choices import Handling, Right, Role
from throughline.kernel.access.models import Grant
from throughline.kernel.access.viewer import Viewer

if TYPE_CHECKING:
    from throughline.kernel.access.models import Record

# The table of who may do what to the records of their own organisation. It fits a page.
OWN = {
    Right.READ: frozenset(Role),
    Right.CHANGE: frozenset({Role.CONTRIBUTOR, Role.VERIFIER, Role.SECRETARIAT}),
    Right.MARK: frozenset({Role.VERIFIER, Role.SECRETARIAT}),
    Right.RELEASE: frozenset({Role.VERIFIER, Role.SECRETARIAT}),
}
# What the secretariat may release of others without asking: what is already meant to travel.
TRAVELS = frozenset({Handling.CLEAR, Handling.GREEN})


def can_read(viewer: Viewer, record: "Record") -> bool:
    """The same rule as `visible_to`, for one record in hand."""
    return bool(viewer.tokens() & set(record.audience.tokens))


def is_owner(viewer: Viewer, record: "Record") -> bool:
    """Whether the record belongs to an organisation of the viewer's."""
    return record.owner_id in viewer.organisations


def may(viewer: Viewer, right: str, record: "Record", grants: Iterable[Grant] | None = None) -> bool:
    """Whether the viewer has the right on the record: as its owner in a fitting role, or by a grant.

    Whoever holds the record's grants already may hand them in.
    """
    if not can_read(viewer, record):
        return False
    if right == Right.READ:
        return True
    roles = OWN[Right(right)]
    if is_owner(viewer, record) and viewer.has_role(record.programme_id, *roles):
        return True
    if right == Right.RELEASE and record.handling in TRAVELS and viewer.has_role(record.programme_id, Role.SECRETARIAT):
        return True
    return any(
        grant.right == right and names(grant, viewer, handling=record.handling)
        for grant in (Grant.objects.filter(object_id=record.pk) if grants is None else grants)
    ) and viewer.has_role(record.programme_id, *Role)


def names(grant: Grant, viewer: Viewer, *, handling: str) -> bool:
    """Whether the grant is given to this viewer; RED reaches named people only."""
    if grant.person_id:
        return grant.person_id == viewer.person
    if handling == Handling.RED:
        return False
    return grant.organisation_id in viewer.organisations or grant.network_id in viewer.networks


def granted(grants: Iterable[Grant], viewer: Viewer, *, handling: str) -> list[Grant]:
    return [grant for grant in grants if names(grant, viewer, handling=handling)]
