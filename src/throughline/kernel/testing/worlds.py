"""A small programme to test in: Alice owns, Bob is her colleague, Charlie works elsewhere, the outsider nowhere."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.access.viewer import Viewer
from throughline.people.models import Membership, RoleGiven, User
from throughline.people.queries import viewer_for
from throughline.reference.models import (
    Jurisdiction,
    Network,
    Organisation,
    Programme,
    Scope,
    ScopeMember,
    Taxonomy,
    Term,
)

PASSWORD = "correct horse battery"  # noqa: S105 (of test accounts only)
JURISDICTIONS = (
    ("AL", "ALB", "Albania", "", "Tirana"),
    ("BA", "BIH", "Bosnia and Herzegovina", "", "Sarajevo"),
    ("XK", "XKX", "Kosovo", "*", "Pristina"),
    ("MD", "MDA", "Moldova", "", "Chisinau"),
    ("ME", "MNE", "Montenegro", "", "Podgorica"),
    ("MK", "MKD", "North Macedonia", "", "Skopje"),
    ("RS", "SRB", "Serbia", "", "Belgrade"),
)
TERMS: dict[str, tuple[str, ...]] = {
    "incident-type": (
        "weapon-seizure", "weapon-seizure/large-seizure", "criminal-context", "criminal-context/armed-robbery",
        "criminal-context/organised-crime", "public-dispute", "domestic-violence", "undetermined",
        "undetermined/undetermined-shooting", "accidental-shooting", "celebratory-shooting", "suicide", "other",
    ),
    "weapon-type": ("handgun", "rifle-shotgun", "automatic-military", "explosive", "explosive/hand-grenade", "gas-pistol"),
    "place-type": ("home-yard", "street", "other-place"),
    "age-band": ("up-to-18", "19-35", "36-60", "61-and-older"),
    "relation": ("intimate-partner", "family", "acquaintance", "stranger"),
}  # fmt: skip
PEOPLE = (
    ("alice", "police-rs", (Role.CONTRIBUTOR,)),
    ("bob", "police-rs", (Role.VERIFIER,)),
    ("charlie", "police-al", (Role.CONTRIBUTOR,)),
    ("vera", "police-al", (Role.VERIFIER,)),
    ("anna", "secretariat", (Role.ANALYST,)),
    ("sofia", "secretariat", (Role.SECRETARIAT,)),
    ("simon", "secretariat", (Role.SECRETARIAT,)),
    ("adam", "secretariat", (Role.ADMINISTRATOR,)),
    ("rita", "police-rs", (Role.READER,)),
    ("outsider", "police-me", ()),
)


@dataclass
class World:
    """Everything made, by short name."""

    programme: Programme
    jurisdictions: dict[str, Jurisdiction]
    organisations: dict[str, Organisation]
    users: dict[str, User]
    terms: dict[str, Term] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)

    def user(self, name: str) -> User:
        return self.users[name]

    def viewer(self, name: str) -> Viewer:
        """A fresh look at what this person may do now."""
        return viewer_for(User.objects.get(pk=self.users[name].pk))

    def term(self, code: str) -> Term:
        return self.terms[code]


def make_world() -> World:
    """The programme AVM in a region of seven jurisdictions. About sixty rows; no incidents."""
    jurisdictions = {
        code: Jurisdiction.objects.create(code=code, alpha3=alpha3, name=name, mark=mark, capital=capital, order=order)
        for order, (code, alpha3, name, mark, capital) in enumerate(JURISDICTIONS, start=1)
    }
    organisations = _organisations(jurisdictions)
    scope = _scope("SEE-7", "South East Europe", list(jurisdictions.values()))
    _scope("WB-6", "Western Balkans", [one for code, one in jurisdictions.items() if code != "MD"])
    programme = Programme.objects.create(
        code="AVM",
        name="Armed Violence Monitoring Platform",
        secretariat=organisations["secretariat"],
        scope=scope,
        default_handling=Handling.GREEN,
    )
    network = Network.objects.create(code="analysts", name="Network of analysts")
    network.organisations.add(organisations["police-rs"], organisations["police-me"])
    world = World(programme, jurisdictions, organisations, {}, _terms(), {"analysts": network})
    world.users = {name: _user(world, name, place, roles) for name, place, roles in PEOPLE}
    return world


def _organisations(jurisdictions: dict[str, Jurisdiction]) -> dict[str, Organisation]:
    police = {
        f"police-{code.lower()}": Organisation.objects.create(
            code=f"police-{code.lower()}", name=f"Police {one.name}", kind="police", jurisdiction=one
        )
        for code, one in jurisdictions.items()
    }
    secretariat = Organisation.objects.create(code="secretariat", name="Secretariat", kind="secretariat")
    return {**police, "secretariat": secretariat}


def _scope(code: str, name: str, members: list[Jurisdiction]) -> Scope:
    scope = Scope.objects.create(code=code, name=name)
    ScopeMember.objects.bulk_create([ScopeMember(scope=scope, jurisdiction=one) for one in members])
    return scope


def _terms() -> dict[str, Term]:
    made: dict[str, Term] = {}
    for taxonomy_code, codes in TERMS.items():
        taxonomy = Taxonomy.objects.create(code=taxonomy_code, name=taxonomy_code.replace("-", " ").capitalize())
        for order, path in enumerate(codes):
            parent, _, code = path.rpartition("/")
            label = code.replace("-", " ").capitalize()
            made[code] = Term.objects.create(
                taxonomy=taxonomy, code=code, label=label, parent=made.get(parent), order=order
            )
    return made


def _user(world: World, name: str, place: str, roles: tuple[Role, ...]) -> User:
    user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.capitalize())
    Membership.objects.create(user=user, organisation=world.organisations[place])
    RoleGiven.objects.bulk_create([RoleGiven(user=user, programme=world.programme, role=role) for role in roles])
    return user


def make_incident(world: World, by: str = "alice", *, state: str = "draft", **given: Any) -> Incident:
    """An incident entered by one of the people, moved to a state as the flow would."""
    from throughline.kernel.testing import steps  # reason: services load the apps this module describes

    lines: dict[str, Any] = {name: given.pop(name) for name in ("sources", "weapons", "people") if name in given}
    values = {
        "jurisdiction": world.jurisdictions["RS"],
        "occurred_on": date(2024, 3, 7),
        "kind": world.term("public-dispute"),
        "place": "Novi Grad",
        "narrative": "Shots were fired after a quarrel.",
        **{name: world.term(value) if name in {"kind", "place_kind"} else value for name, value in given.items()},
    }
    return steps.enter(world, by, values, lines, state)
