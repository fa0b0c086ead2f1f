"""A quarter with large and small numbers, released for everyone, and opened by two people."""

from throughline.incidents.blocks import SECTIONS
from throughline.kernel.flow.services import advance
from throughline.kernel.reporting.registry import Template, register
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications import services as releases
from throughline.publications.models import Release
from throughline.publications.public.models import PublicEdition
from throughline.publications.public.services import open_to_public, propose
from throughline.publications.tests.making import build

# The sections with tables by jurisdiction, type and sex.
TABLES = Template("tables", "Tables", "The tables of the monitor.", (SECTIONS[0], *SECTIONS[2:5]))
register(TABLES)
RECORDED = {"RS": 12, "AL": 9, "BA": 8, "XK": 2}
KILLED = {"side": "victim", "sex": "women", "outcome": "killed"}


def quarter(world: World) -> None:
    """31 incidents: two of them in one jurisdiction, in which two people were killed."""
    for code, number in RECORDED.items():
        for place in range(number):
            make_incident(
                world,
                state="verified",
                handling="green",
                jurisdiction=world.jurisdictions[code],
                people=[KILLED] if code == "XK" or place < 6 else [],
            )


def released(world: World, handling: str = "clear") -> Release:
    report = build(world, "anna", template=TABLES.id, handling=handling)
    advance(world.viewer("anna"), record=report, transition="send")
    advance(world.viewer("sofia"), record=report, transition="sign", comment="Checked.")
    return releases.release(world.viewer("simon"), report=report)


def opened(world: World, release: Release) -> PublicEdition:
    made = propose(world.viewer("sofia"), release=release, reason="The quarter is complete.")
    return open_to_public(world.viewer("simon"), edition=made, reason="Checked what is withheld.")
