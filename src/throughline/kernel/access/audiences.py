"""The access rule, written once: a record's handling code, owner and grants become a set of tokens.

A viewer reads a record exactly when one of `Viewer.tokens()` stands in the record's audience.
Django, the facts and (one day) the database's own row security all ask that same question.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.models import Audience, Grant
from throughline.kernel.access.viewer import Viewer

if TYPE_CHECKING:
    from throughline.kernel.access.models import Record


def tokens_for(
    *,
    handling: str,
    owner: UUID,
    programme: UUID,
    author: UUID | None,
    private: bool,
    grants: Iterable[Grant] = (),
) -> frozenset[str]:
    """The readers of a record with these properties (docs/kernel/access.md says it in prose)."""
    people = {f"person:{grant.person_id}" for grant in grants if grant.person_id}
    if handling == Handling.RED:
        return frozenset(people | {f"person:{author}"})
    members = {f"owner:{owner}@{programme}"}
    if private:
        return frozenset(members | people)
    granted = people
    granted |= {f"organisation:{grant.organisation_id}" for grant in grants if grant.organisation_id}
    granted |= {f"network:{grant.network_id}" for grant in grants if grant.network_id}
    by_code = {
        Handling.CLEAR: {"any"},
        Handling.GREEN: {f"programme:{programme}"},
        Handling.AMBER: {f"circle:{programme}"},
        Handling.STRICT: set(),
    }
    return frozenset(members | granted | by_code[Handling(handling)])


def audience_id(tokens: Iterable[str]) -> int:
    """The key of the audience with exactly these tokens, made when it is new."""
    audience, _ = Audience.objects.get_or_create(tokens=sorted(tokens))
    return audience.pk


def audience_for(record: "Record") -> int:
    """The audience a record should have now, from its own fields and its grants."""
    grants = list(Grant.objects.filter(object_id=record.pk)) if not record._state.adding else []
    return audience_id(tokens_of(record, grants))


def tokens_of(record: "Record", grants: Iterable[Grant]) -> frozenset[str]:
    """The tokens of a record as it stands, with these of its grants."""
    return tokens_for(
        handling=record.handling,
        owner=record.owner_id,
        programme=record.programme_id,
        author=record.created_by_id,
        private=record.private,
        grants=grants,
    )


def readable_audiences(viewer: Viewer) -> list[int]:
    """The audiences the viewer stands in: the whole of the access predicate for the facts."""
    tokens = sorted(viewer.tokens())
    if not tokens:
        return []
    return sorted(Audience.objects.filter(tokens__overlap=tokens).values_list("pk", flat=True))
