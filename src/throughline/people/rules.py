"""Who may manage people: short rules, closed by default (docs/nouns/person.md says them in prose)."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import CIRCLE, Role
from throughline.kernel.access.viewer import Viewer

# Roles that open other organisations' records, or the door to these roles: others are told when they are given.
POWERFUL = CIRCLE | {Role.ADMINISTRATOR}


def may_manage(viewer: Viewer, programme: UUID) -> bool:
    """Whether the viewer administers the programme."""
    return viewer.has_role(programme, Role.ADMINISTRATOR)


def not_managing(viewer: Viewer, programme: UUID) -> str:
    """Why the viewer may not manage people there; empty if they may."""
    if may_manage(viewer, programme):
        return ""
    return _("Only an administrator of the programme may manage its people.")


def not_changing_roles(viewer: Viewer, programme: UUID, person: UUID) -> str:
    """Why the viewer may not give this person a role, or take one; empty if they may.

    Nobody changes their own roles, superusers included: an administrator keeps the keys and does not
    thereby read what is AMBER; to become an analyst, someone else must say so.
    """
    if why := not_managing(viewer, programme):
        return why
    if viewer.person == person:
        return _("Nobody changes their own roles. Another administrator must do it.")
    return ""


def not_ending(viewer: Viewer, *, person: UUID, programmes: Iterable[UUID], superuser: bool) -> str:
    """Why the viewer may not end this person's sessions, keys and phones; empty if they may.

    It protects the person and takes nothing away that they cannot get back by signing in, so an administrator of any
    of their programmes may, where closing the account takes all of them.
    """
    if viewer.person == person:
        return ""
    if superuser and not viewer.superuser:
        return _("Only a superuser may sign out a superuser.")
    if viewer.superuser or any(may_manage(viewer, programme) for programme in programmes):
        return ""
    return _("Only the person or an administrator of their programme may end their sessions.")


def not_deactivating(viewer: Viewer, *, person: UUID, programmes: Iterable[UUID], superuser: bool) -> str:
    """Why the viewer may not close this account; empty if they may.

    An account can belong to several programmes, and closing it closes it in all.
    """
    if viewer.person == person:
        return _("Nobody closes their own account. Another administrator must do it.")
    if superuser and not viewer.superuser:
        return _("Only a superuser may close the account of a superuser.")
    programmes = list(programmes)
    if not programmes and not viewer.superuser:
        return _("This person has no role in a programme you administer.")
    if not all(may_manage(viewer, programme) for programme in programmes):
        return _("This person also works in a programme you do not administer. Withdraw their roles in yours instead.")
    return ""
