"""Authorities, networks and accounts of the demonstration. People are functions, never names."""

from collections.abc import Mapping
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note
from throughline.kernel.notify.models import Mail
from throughline.people.models import Membership, RoleGiven, User
from throughline.reference import queries as reference
from throughline.reference import services as reference_services
from throughline.reference.models import Jurisdiction, Network, Organisation, Programme, Scope

PROGRAMME = "AVM"
SCOPE = "SEE-7"
SECRETARIAT = "avm-secretariat"
# Known to everybody, for accounts that exist in a demonstration only.
PASSWORD = "try-throughline-now"  # noqa: S105
DOMAIN = "demo.example"
# The office, which works in every programme of the demonstration.
OFFICE_ROLES = {
    "secretariat": Role.SECRETARIAT,
    "second": Role.SECRETARIAT,
    "analyst": Role.ANALYST,
    "administrator": Role.ADMINISTRATOR,
}


class Part(NamedTuple):
    """A function somebody has: the local part of the address, the name shown, where, and with which role."""

    address: str
    name: str
    organisation: str
    role: Role
    superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.address}@{DOMAIN}"


OFFICE = (
    Part("secretariat", "Programme officer, Secretariat", SECRETARIAT, Role.SECRETARIAT),
    Part("second", "Head of programme, Secretariat", SECRETARIAT, Role.SECRETARIAT),
    Part("analyst", "Analyst, Secretariat", SECRETARIAT, Role.ANALYST),
    Part("administrator", "Administrator, Secretariat", SECRETARIAT, Role.ADMINISTRATOR, superuser=True),
)


def parts(jurisdictions: list[Jurisdiction]) -> list[Part]:
    """Everyone there is: those of the secretariat, then three in each jurisdiction."""
    found = list(OFFICE)
    for one in jurisdictions:
        code = one.code.lower()
        found += [
            Part(f"officer.{code}", f"Officer, Police {one}", f"police-{code}", Role.CONTRIBUTOR),
            Part(f"verifier.{code}", f"Verifier, Police {one}", f"police-{code}", Role.VERIFIER),
            Part(f"commission.{code}", f"Member, SALW Commission {one}", f"salw-{code}", Role.READER),
        ]
    return found


def organisation(actor: Viewer, code: str, name: str, kind: str, jurisdiction: Jurisdiction | None) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    values = {"code": code, "name": name, "kind": kind, "jurisdiction": jurisdiction, "illustrative": True}
    return found or reference_services.create_organisation(actor, values=values)


def organisations(actor: Viewer, jurisdictions: list[Jurisdiction]) -> dict[str, Organisation]:
    """A police directorate and a SALW Commission in each jurisdiction, and the secretariat."""
    found = [organisation(actor, SECRETARIAT, "Secretariat of the programme", "secretariat", None)]
    for one in jurisdictions:
        code = one.code.lower()
        found.append(organisation(actor, f"police-{code}", f"Police directorate, {one}", "police", one))
        found.append(organisation(actor, f"salw-{code}", f"SALW Commission, {one}", "commission", one))
    return {one.code: one for one in found}


def programme(
    actor: Viewer, secretariat: Organisation, *, code: str, name: str, scope: str, publisher: str = "UNDP"
) -> Programme:
    """An illustrative programme of the secretariat, made where it is missing."""
    values = {
        "code": code,
        "name": name,
        "secretariat": secretariat,
        "scope": Scope.objects.get(code=scope),
        "publisher": publisher,
        "default_handling": Handling.GREEN,
        "illustrative": True,
    }
    found = Programme.objects.filter(code=code).first()
    return found or reference_services.create_programme(actor, values=values)


def networks(actor: Viewer, all_: dict[str, Organisation]) -> None:
    wanted = {
        "salw-commissions": ("Network of SALW Commissions", "salw-"),
        "analysts": ("Network of analysts", "police-"),
    }
    for code, (name, prefix) in wanted.items():
        if not Network.objects.filter(code=code).exists():
            members = [one for key, one in all_.items() if key.startswith(prefix)]
            reference_services.create_network(actor, values={"code": code, "name": name}, organisations=members)


def accounts(given: Programme, all_: dict[str, Organisation], people: list[Part]) -> dict[str, User]:
    """Accounts that are missing, all with the one password, hashed once: hashing is made to be slow."""
    found = {user.email: user for user in User.objects.filter(email__in=[part.email for part in people])}
    missing = [part for part in people if part.email not in found]
    password = make_password(PASSWORD) if missing else ""
    for part in missing:
        user = User.objects.create(
            email=part.email, name=part.name, password=password, is_superuser=part.superuser, illustrative=True
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        Membership.objects.create(user=user, organisation=all_[part.organisation], title=part.name.split(",")[0])
        RoleGiven.objects.create(user=user, programme=given, role=part.role)
        note(user, after={"role": part.role, "organisation": str(all_[part.organisation])}, verb="demo.account")
        found[user.email] = user
    return {email.partition("@")[0]: user for email, user in found.items()}


def let_in(given: Programme, roles: Mapping[str, Role]) -> dict[str, User]:
    """Accounts that are there already, by their addresses, with their role in a further programme."""
    known = {user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    for address, role in roles.items():
        _made, new = RoleGiven.objects.get_or_create(user=known[address], programme=given, role=role)
        if new:
            note(known[address], after={"role": role, "programme": given.code}, verb="demo.account")
    return {address: known[address] for address in roles}


def everyone(actor: Viewer) -> tuple[Programme, dict[str, Organisation], dict[str, User]]:
    """Organisations, programme, networks and accounts, made where missing."""
    jurisdictions = reference.scope_members(SCOPE)
    all_ = organisations(actor, jurisdictions)
    given = programme(actor, all_[SECRETARIAT], code=PROGRAMME, name="Armed Violence Monitoring Platform", scope=SCOPE)
    networks(actor, all_)
    return given, all_, accounts(given, all_, parts(jurisdictions))


def let_no_mail_leave() -> None:
    """Mail about what was made up stays here, to whomever of the demonstration it was written."""
    Mail.objects.filter(address__endswith=f"@{DOMAIN}", state=Mail.State.WAITING).delete()
