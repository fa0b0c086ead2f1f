"""Who looks: a frozen description of a person, from which every access decision is made."""

from dataclasses import dataclass, field, replace
from typing import Self
from uuid import UUID

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import CIRCLE, Role
from throughline.kernel.access.errors import Refused


@dataclass(frozen=True)
class Viewer:
    """A person (or nobody) with the organisations, networks and roles they act with.

    `roles` holds pairs (programme, role). A superuser counts as having every role in
    every programme of `all_programmes`, but belongs to no organisation by that and is
    named in no grant: handling codes bind superusers too.
    """

    person: UUID | None = None
    name: str = ""
    organisations: frozenset[UUID] = frozenset()
    networks: frozenset[UUID] = frozenset()
    jurisdictions: frozenset[UUID] = frozenset()
    roles: frozenset[tuple[UUID, str]] = frozenset()
    superuser: bool = False
    all_programmes: frozenset[UUID] = field(default=frozenset(), repr=False)
    shared_only: bool = False

    @classmethod
    def nobody(cls) -> Self:
        return cls()

    def of_what_is_shared(self) -> Self:
        """The same person, reading only what a role in the programme opens to anyone who holds it.

        What goes into a document for others is read so: nothing that is open to the reader alone,
        as a member of an owner, by a grant, or by name (AMBER+STRICT, RED, drafts), is counted in it.
        """
        return replace(self, shared_only=True)

    @property
    def signed_in(self) -> bool:
        return self.person is not None

    @property
    def key(self) -> UUID:
        """The person who acts; nobody cannot act."""
        if self.person is None:
            raise Refused(_("Sign in first."))
        return self.person

    @property
    def programmes(self) -> frozenset[UUID]:
        """Programmes in which this person has any role."""
        held = frozenset(programme for programme, _role in self.roles)
        return held | self.all_programmes if self.superuser else held

    def has_role(self, programme: UUID | None, *roles: str) -> bool:
        """Whether the person holds one of `roles` in the programme (None: in any)."""
        if self.superuser:
            return True
        return any(role in roles and (programme is None or programme == held_in) for held_in, role in self.roles)

    def programmes_as(self, *roles: str) -> frozenset[UUID]:
        """Programmes in which the person holds one of `roles`."""
        held = frozenset(programme for programme, role in self.roles if role in roles)
        return held | self.all_programmes if self.superuser else held

    def tokens(self) -> frozenset[str]:
        """The names under which an audience may list this person (see `audiences`)."""
        if not self.signed_in:
            return frozenset()
        found = {"any"}
        found |= {f"programme:{programme}" for programme in self.programmes}
        found |= {f"circle:{programme}" for programme in self.programmes_as(*CIRCLE)}
        if self.shared_only:
            return frozenset(found)
        found.add(f"person:{self.person}")
        found |= {f"network:{network}" for network in self.networks}
        for organisation in self.organisations:
            found.add(f"organisation:{organisation}")
            # A member of the owner reads its records only where they have work to do.
            found |= {
                f"owner:{organisation}@{programme}" for programme in {programme for programme, _role in self.roles}
            }
        return frozenset(found)


__all__ = ["Role", "Viewer"]
