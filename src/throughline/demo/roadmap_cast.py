"""Who is there in the Roadmap's programme: the SALW Commissions, institutions of one jurisdiction, their accounts."""

from dataclasses import dataclass

from throughline.demo.cast_of_people import OFFICE_ROLES, SECRETARIAT, Part, accounts, let_in, organisation, programme
from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import verb
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.reference import queries as reference
from throughline.reference.models import Jurisdiction, Organisation, Programme

PROGRAMME = "ROADMAP"
NAME = "Western Balkans SALW Control Roadmap (illustrative)"
SCOPE = "WB-6"
SHOWN = ("commission.rs", "commission.ba", "reporter.ba", "border.ba", "reporter.al")

# Bodies of Bosnia and Herzegovina that answer in parts: key, kind, name, the function of its account.
BODIES = (
    ("agency", "agency", "State investigation agency", "Officer"),
    ("border", "border", "Border police", "Officer"),
    ("fbih", "ministry", "Ministry of the interior, Federation of Bosnia and Herzegovina", "Officer"),
    ("rs", "ministry", "Ministry of the interior, Republika Srpska", "Officer"),
    ("canton", "ministry", "Ministry of the interior of a canton", "Officer"),
    ("brcko", "police", "Police of Brčko District", "Officer"),
)
SHARED_BY = "BA"


@dataclass(frozen=True)
class Cast:
    """The programme, its organisations by code, and what each account may do."""

    programme: Programme
    jurisdictions: tuple[Jurisdiction, ...]
    organisations: dict[str, Organisation]
    viewers: dict[str, Viewer]

    def commission(self, code: str) -> Organisation:
        return self.organisations[f"salw-{code.lower()}"]

    def contact(self, code: str) -> Viewer:
        """The national contact point: approves and sends."""
        return self.viewers[f"commission.{code.lower()}"]

    def reporter(self, code: str) -> Viewer:
        """The one who writes for the Commission."""
        return self.viewers[f"reporter.{code.lower()}"]

    def body(self, key: str) -> Organisation:
        return self.organisations[body_code(key)]


def body_code(key: str) -> str:
    return f"{key}-{SHARED_BY.lower()}"


def body_account(key: str) -> str:
    return f"{key}.{SHARED_BY.lower()}"


@verb("demo.people")
def load_cast(actor: Viewer) -> Cast:
    """The programme, the institutions and the accounts of the Roadmap that are missing.

    It builds on the authorities and the office of the incidents, which have to be there.
    """
    jurisdictions = tuple(reference.scope_members(SCOPE))
    found = {one.code: one for one in Organisation.objects.filter(illustrative=True).select_related("jurisdiction")}
    for one in bodies(actor, jurisdictions):
        found[one.code] = one
    given = programme(actor, found[SECRETARIAT], code=PROGRAMME, name=NAME, scope=SCOPE)
    users = everyone(given, found, jurisdictions)
    return Cast(given, jurisdictions, found, {address: viewer_for(user) for address, user in users.items()})


def bodies(actor: Viewer, jurisdictions: tuple[Jurisdiction, ...]) -> list[Organisation]:
    place = next(one for one in jurisdictions if one.code == SHARED_BY)
    return [
        organisation(actor, body_code(key), f"{name} (illustrative)", kind, place) for key, kind, name, _what in BODIES
    ]


def everyone(
    given: Programme, organisations: dict[str, Organisation], jurisdictions: tuple[Jurisdiction, ...]
) -> dict[str, User]:
    """Two people in each Commission, one in each institution, and the office: accounts made where missing."""
    there = OFFICE_ROLES | {f"commission.{one.code.lower()}": Role.VERIFIER for one in jurisdictions}
    known = let_in(given, there)
    people = [
        Part(
            f"reporter.{one.code.lower()}",
            f"Reporting officer, SALW Commission {one}",
            f"salw-{one.code.lower()}",
            Role.CONTRIBUTOR,
        )
        for one in jurisdictions
    ]
    people += [
        Part(body_account(key), f"{what}, {name}", body_code(key), Role.CONTRIBUTOR)
        for key, _kind, name, what in BODIES
    ]
    return known | accounts(given, organisations, people)
