"""A half-year and a year of the Roadmap as six authorities reported it: accepted, nil, sent back, silent, in drafts."""

from collections.abc import Mapping

from throughline.kernel.access.choices import Handling, Role
from throughline.kernel.reporting import services as reporting
from throughline.kernel.reporting.models import Report
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.models import Edition, Return, Round
from throughline.kernel.testing import rounds as given
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people.models import Membership, RoleGiven, User
from throughline.results.tests import making

PERIOD, YEAR, SCOPE = "2019-H1", "2023", "WB-6"
SECRET = "zqdraftsecret"
CONTACTS = {"RS": "bob", "AL": "vera"}
# Statuses on every target; what is not named is 'on track'. 'nil' and 'silent' stand for a whole return.
TOLD: dict[str, str] = {"RS": "full-compliance", "AL": "on-track", "BA": "on-track", "XK": "on-track", "ME": "nil"}


def contacts(world: World) -> None:
    """A verifier for each authority that has none yet."""
    for code in (one for one in ("BA", "XK", "ME", "MK") if contact(one) not in world.users):
        name = f"contact-{code.lower()}"
        user = User.objects.create_user(f"{name}@example.org", PASSWORD, name=name)
        Membership.objects.create(user=user, organisation=world.organisations[f"police-{code.lower()}"])
        RoleGiven.objects.create(user=user, programme=world.programme, role=Role.VERIFIER)
        world.users[name] = user


def contact(code: str) -> str:
    return CONTACTS.get(code, f"contact-{code.lower()}")


def narrative_answers(edition: Edition, status: str, words: str, english: str = "") -> dict[str, str]:
    """The same status and words on every overall target."""
    roles = {"status": status, "text": words, "text-english": english}
    return {
        one.path: f"{roles[one.extra['role']]}"
        for one in edition.form.questions()
        if one.extra.get("role") in roles and roles[one.extra["role"]]
    }


def answered(world: World, asked: Round, code: str, answers: Mapping[str, str], state: str = "accepted") -> Return:
    return given.make_return(world, code, round=asked, answers=answers, state=state, contact=contact(code))


def narrative_round(world: World, *, period: str = PERIOD, told: Mapping[str, str] | None = None) -> Round:
    """Five of six: one in full compliance, three on track (one in its own language), one nil; Skopje is silent.

    Skopje's draft, and the next half-year's submitted report of Belgrade, hold the secret word.
    """
    making.load(world)
    contacts(world)
    edition = making.edition(world, asking="narrative", source=making.CODE)
    everybody = ("AL", "BA", "XK", "ME", "MK", "RS")
    asked = making.open_round(world, edition, period=period, asked=everybody)
    for code, status in (told or TOLD).items():
        if status == "nil":
            ret = given.return_of(asked, world, code)
            rounds.submit_nil(world.viewer(contact(code)), ret=ret, reason="No activity in this period.")
            rounds.accept(world.viewer("simon"), ret=ret)
            continue
        words = {"XK": "Ligji u miratua."}.get(code, f"The law was adopted ({code}).")
        english = "The law was adopted in Pristina." if code == "XK" else ""
        answered(world, asked, code, narrative_answers(edition, status, words, english))
    silent = given.return_of(asked, world, "MK")
    changes = {path: ("", value) for path, value in narrative_answers(edition, "on-track", SECRET).items()}
    rounds.save(world.viewer(contact("MK")), holder=silent, changes=changes)
    return asked


def kpi_round(world: World, *, year: str = YEAR) -> Round:
    """Five of six on seizures and permits; Skopje submitted, which is not accepted."""
    making.load(world)
    contacts(world)
    edition = making.edition(world)
    asked = making.open_round(world, edition, period=year, asked=("AL", "BA", "XK", "ME", "MK", "RS"))
    for number, code in enumerate(("AL", "BA", "XK", "ME", "RS"), start=1):
        found = {"kpi_6": {**making.SEIZED, "value": str(10 * number), "cell__handgun": str(6 * number)}}
        found["kpi_6"]["cell__rifle_shotgun"] = str(4 * number)
        answered(world, asked, code, making.whole(edition, found))
    wanted = {"kpi_6": {"answer": "given", "value": "7777", "cell__handgun": "7777", "cell__rifle_shotgun": "0"}}
    answered(world, asked, "MK", making.whole(edition, wanted), state="submitted")
    return asked


def build(world: World, template: str = "roadmap-narrative", period: str = PERIOD, who: str = "sofia") -> Report:
    return reporting.build(
        world.viewer(who),
        template=template,
        period=period,
        scope=SCOPE,
        programme=world.programme,
        handling=Handling.GREEN,
    )
