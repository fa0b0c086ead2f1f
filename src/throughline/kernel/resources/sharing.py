"""The part of a record page where its owner gives and takes back rights."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling, Right
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.models import Grant
from throughline.kernel.access.rules import is_owner, may, names
from throughline.kernel.access.viewer import Viewer

RECEIVERS = ("organisation", "network", "person")


@dataclass(frozen=True)
class Sharing:
    """What the sharing form offers and what has been given."""

    grants: list[Grant]
    receivers: list[tuple[str, list[tuple[str, str]]]]
    rights: list[tuple[str, Any]]
    named_only: bool


def may_share(viewer: Viewer, record: Any) -> bool:
    """Whether this viewer gives rights on the record: its owner's people, or who may pass it on."""
    owner = is_owner(viewer, record) and may(viewer, Right.CHANGE, record)
    return owner or may(viewer, Right.RELEASE, record)


def may_know(viewer: Viewer, record: Any, grant: Grant) -> bool:
    """A hidden grant is known to the owner's people and to those it names."""
    return not grant.hidden or is_owner(viewer, record) or names(grant, viewer, handling=record.handling)


def sharing_of(viewer: Viewer, record: Any) -> Sharing:
    grants = Grant.objects.filter(object_id=record.pk).select_related("organisation", "network", "person", "given_by")
    named_only = record.handling == Handling.RED
    kinds = ("person",) if named_only else RECEIVERS
    rights = [(right, label) for right, label in Right.choices if may(viewer, right, record, grants)]
    known = [one for one in grants if may_know(viewer, record, one)]
    return Sharing(known, [(_kind_label(kind), _receivers(kind)) for kind in kinds], rights, named_only)


def _kind_label(kind: str) -> str:
    return {"organisation": _("Organisations"), "network": _("Networks"), "person": _("Persons")}[kind]


def _receivers(kind: str) -> list[tuple[str, str]]:
    """Whom a right can be given to, as 'organisation:police-rs' and a name."""
    rows = receiver_model(kind)._default_manager.all()
    rows = rows.filter(is_active=True) if kind == "person" else rows
    return [(f"{kind}:{receiver_key(kind, row)}", str(row)) for row in rows]


def receiver_model(kind: str) -> type[Model]:
    return Grant._meta.get_field(kind).related_model  # type: ignore[return-value]


def receiver_key(kind: str, row: Any) -> str:
    return str(row.pk if kind == "person" else row.code)


def receiver_named(text: str) -> Model:
    """'organisation:police-rs' -> the organisation. A person is named by key or e-mail address."""
    kind, _colon, key = text.partition(":")
    if kind in RECEIVERS and key:
        names = ("pk", "email") if kind == "person" else ("code",)
        for name in names:
            if name == "pk" and not is_uuid(key):
                continue
            found = receiver_model(kind)._default_manager.filter(**{name: key}).first()
            if found is not None:
                return found  # type: ignore[no-any-return]
    raise Invalid([Problem("to", _("Choose an organisation, a network or a person."), text)])


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def grant_of(record: Any, key: str) -> Grant:
    found = Grant.objects.filter(object_id=record.pk, pk=key).first() if is_uuid(key) else None
    if found is None:
        raise Invalid([Problem("grant", _("There is no such grant on this record."), key)])
    return found
