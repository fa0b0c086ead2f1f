"""Who is told: those who may answer a return, those who approve it, those who run the round."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from throughline.kernel.access.choices import Role
from throughline.kernel.rounds.models import Part, Return, Round
from throughline.kernel.rounds.rules import ANSWER, CONTACT_POINT


def members(organisation: Any, programme: Any, *roles: str) -> QuerySet[Any]:
    """Active people of an organisation who hold one of the roles in the programme."""
    return (
        get_user_model()
        ._default_manager.filter(
            memberships__organisation_id=organisation,
            roles__programme_id=programme,
            roles__role__in=roles,
            is_active=True,
        )
        .distinct()
    )


def answerers(holder: Return | Part) -> QuerySet[Any]:
    return members(holder.owner_id, holder.programme_id, *ANSWER)


def contact_points(ret: Return) -> QuerySet[Any]:
    return members(ret.owner_id, ret.programme_id, *CONTACT_POINT)


def runners(asked_in: Round) -> QuerySet[Any]:
    return members(asked_in.owner_id, asked_in.programme_id, Role.SECRETARIAT)
