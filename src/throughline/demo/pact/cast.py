"""Who is there in the training programme: national contact points, a participant, a trainer, and the office."""

from dataclasses import dataclass

from throughline.demo.cast_of_people import OFFICE_ROLES, SECRETARIAT, Part, accounts, let_in, organisation, programme
from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import verb
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.reference import queries as reference
from throughline.reference.models import Jurisdiction, Organisation, Programme

PROGRAMME = "WBPACT"
NAME = "Western Balkans Partnership against Crime and Terrorism (illustrative)"
SCOPE = "WB-6"
PUBLISHER = "EU"
HOME = "RS"
SHOWN = ("ncp.rs", "ncp.al", "ncp.ba", "trainee.rs", "trainer.rs")


@dataclass(frozen=True)
class Cast:
    """The programme, its organisations by code, its accounts and what each of them may do."""

    programme: Programme
    jurisdictions: dict[str, Jurisdiction]
    organisations: dict[str, Organisation]
    users: dict[str, User]
    viewers: dict[str, Viewer]

    @property
    def office(self) -> Viewer:
        return self.viewers["secretariat"]

    def point(self, code: str) -> Organisation:
        """The national contact point: who nominates, and whom people's records belong to."""
        return self.organisations[f"ncp-{code.lower()}"]

    def contact(self, code: str) -> Viewer:
        return self.viewers[f"ncp.{code.lower()}"]


@verb("demo.people")
def load_cast(actor: Viewer) -> Cast:
    """The programme, its contact points and its accounts that are missing. The authorities have to be there."""
    members = {one.code: one for one in reference.scope_members(SCOPE)}
    found = {one.code: one for one in Organisation.objects.filter(illustrative=True)}
    for code, one in members.items():
        name = f"National contact point for training, {one} (illustrative)"
        found[f"ncp-{code.lower()}"] = organisation(actor, f"ncp-{code.lower()}", name, "agency", one)
    academy = f"academy-{HOME.lower()}"
    found[academy] = organisation(
        actor, academy, f"Police academy, {members[HOME]} (illustrative)", "other", members[HOME]
    )
    given = programme(actor, found[SECRETARIAT], code=PROGRAMME, name=NAME, scope=SCOPE, publisher=PUBLISHER)
    users = everyone(given, found, members)
    return Cast(given, members, found, users, {address: viewer_for(user) for address, user in users.items()})


def everyone(
    given: Programme, organisations: dict[str, Organisation], members: dict[str, Jurisdiction]
) -> dict[str, User]:
    """The office, a contact point in each jurisdiction, one participant and one trainer.

    The last two work for a police directorate: so they read of the people of their country themselves alone.
    """
    known = let_in(given, OFFICE_ROLES)
    people = [
        Part(f"ncp.{code.lower()}", f"National contact point, {one}", f"ncp-{code.lower()}", Role.VERIFIER)
        for code, one in members.items()
    ]
    police = f"police-{HOME.lower()}"
    people += [
        Part(
            f"academy.{HOME.lower()}",
            f"Officer, Police academy {members[HOME]}",
            f"academy-{HOME.lower()}",
            Role.VERIFIER,
        ),
        Part(f"trainee.{HOME.lower()}", f"Participant, Police {members[HOME]}", police, Role.READER),
        Part(f"trainer.{HOME.lower()}", f"Trainer, Police {members[HOME]}", police, Role.READER),
    ]
    return known | accounts(given, organisations, people)
