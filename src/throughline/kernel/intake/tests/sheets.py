"""Sheets of incidents for tests, and the short way through intake."""

from typing import Any

from throughline.kernel.intake import services
from throughline.kernel.intake.formats import Table
from throughline.kernel.intake.mapping import Mapping
from throughline.kernel.intake.models import Batch
from throughline.kernel.intake.preview import Preview
from throughline.kernel.intake.settings_given import Given
from throughline.kernel.resources import registry
from throughline.kernel.testing.worlds import World

HEAD = "key,date,jurisdiction,type,place"
ROWS = (
    "K1,2024-03-05,RS,public-dispute,Niš",
    "K2,2024-03-06,RS,public-dispute,Čačak",
    "K3,2024-03-07,XK,criminal-context,Peć",
)


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *(rows or ROWS)]).encode()


def read_and_map(
    world: World, content: bytes, *settings: str, by: str = "sofia", noun: str = "incident"
) -> tuple[Table, Mapping]:
    resource = registry.get(noun)
    given = Given.of(resource, settings)
    table = services.read(content, given.options(), resource=resource)
    return table, given.mapping(services.suggest(world.viewer(by), resource=resource, table=table))


def look(world: World, content: bytes, *settings: str, by: str = "sofia", noun: str = "incident") -> Preview:
    table, mapping = read_and_map(world, content, *settings, by=by, noun=noun)
    resource = registry.get(noun)
    return services.preview(
        world.viewer(by), resource=resource, table=table, mapping=mapping, programme=world.programme
    )


def bring(
    world: World, content: bytes, *settings: str, by: str = "sofia", noun: str = "incident", **more: Any
) -> Batch:
    table, mapping = read_and_map(world, content, *settings, by=by, noun=noun)
    resource = registry.get(noun)
    return services.apply(
        world.viewer(by),
        resource=resource,
        table=table,
        mapping=mapping,
        programme=world.programme,
        name="sheet.csv",
        **more,
    )


def wrong(preview: Preview) -> list[tuple[int, str, str, str]]:
    """(row, column, value, reason) of everything in the way."""
    return [(one.row or 0, one.field, one.value, str(one.message)) for one in services.problems_of(preview)]
