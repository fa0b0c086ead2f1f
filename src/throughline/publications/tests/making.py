"""A small region with something to report, and a monitor of it on its way."""

from datetime import date

from throughline.incidents.blocks import SECTIONS
from throughline.kernel.flow.services import advance
from throughline.kernel.reporting import services
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.registry import Template, register
from throughline.kernel.testing.worlds import World, make_incident

PERIOD, SCOPE = "2024-Q1", "SEE-7"
MONITOR = "quarterly-monitor"
# The first two sections alone: enough to sign and release, and made in a moment.
BRIEF = Template("brief", "Brief", "The first pages of the monitor.", SECTIONS[:2])
register(BRIEF)


def incidents(world: World) -> None:
    """Three incidents of the quarter, one of the quarter before; two people killed, one injured, one seizure."""
    killed = {"side": "victim", "sex": "men", "outcome": "killed"}
    injured = {"side": "victim", "sex": "women", "outcome": "injured"}
    suspect = {"side": "perpetrator", "sex": "men", "role": "perpetrator", "outcome": "unharmed"}
    make_incident(world, state="verified", handling="green", people=[killed, killed, suspect])
    make_incident(
        world,
        by="charlie",
        state="verified",
        handling="green",
        jurisdiction=world.jurisdictions["AL"],
        people=[injured],
    )
    seized = [{"weapon": world.term("handgun"), "quantity": 7}]
    make_incident(world, state="verified", handling="green", kind="weapon-seizure", weapons=seized)
    make_incident(world, state="verified", handling="green", occurred_on=date(2023, 11, 5), people=[killed])


def build(world: World, who: str = "anna", **changes: str) -> Report:
    asked = {"template": BRIEF.id, "period": PERIOD, "scope": SCOPE, **changes}
    return services.build(world.viewer(who), programme=world.programme, **asked)


def signed(world: World, builder: str = "anna", signer: str = "sofia") -> Report:
    report = build(world, builder)
    advance(world.viewer(builder), record=report, transition="send")
    advance(world.viewer(signer), record=report, transition="sign", comment="Checked.")
    return report
