"""The access rule a second time, read off docs/kernel/access.md sentence by sentence.

Deliberately without tokens or audiences: tests compare it with what the program does.
"""

from collections.abc import Iterable
from typing import Any

from throughline.kernel.access.viewer import Viewer


def may_read(viewer: Viewer, record: Any, grants: Iterable[Any]) -> bool:
    """Whether this viewer may read this record."""
    if viewer.person is None:
        return False
    named = any(grant.person_id == viewer.person for grant in grants)
    if record.handling == "red":
        return named or record.created_by_id == viewer.person
    if named or _own(viewer, record):
        return True
    if record.private:
        return False
    if any(
        grant.organisation_id in viewer.organisations or grant.network_id in viewer.networks
        for grant in grants
        if grant.person_id is None
    ):
        return True
    return _by_code(viewer, record)


def _own(viewer: Viewer, record: Any) -> bool:
    works_there = any(programme == record.programme_id for programme, _ in viewer.roles)
    return works_there and record.owner_id in viewer.organisations


def _by_code(viewer: Viewer, record: Any) -> bool:
    roles = {role for programme, role in viewer.roles if programme == record.programme_id}
    boss = viewer.superuser and record.programme_id in viewer.all_programmes
    match record.handling:
        case "clear":
            return True
        case "green":
            return bool(roles) or boss
        case "amber":
            return bool(roles & {"analyst", "secretariat"}) or boss
        case _:
            return False
