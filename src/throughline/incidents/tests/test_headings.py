"""A file in the region's own words is understood without a hand on it."""

import pytest

from throughline.kernel.intake import services
from throughline.kernel.intake.formats.base import Options
from throughline.kernel.resources import registry
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.django_db
TARGETS = ["external_key", "occurred_on", "place", "kind", "weapons.1.weapon", "people.1.sex", "people.1.outcome"]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Broj;Datum;Mjesto;Vrsta;Oružje;Pol;Posljedica", "K-1;7.3.2024.;Čačak;Public dispute;Handgun;Ž;ranjena"),
        ("Број;Датум;Место;Врста;Оружје;Пол;Последица", "К-1;7.3.2024.;Чачак;Public dispute;Handgun;М;рањен"),
        ("Numri;Data;Vendi;Lloji;Arma;Gjinia;Pasoja", "R-1;07.03.2024;Tiranë;Public dispute;Handgun;Femër;plagosur"),
    ],
    ids=["latin", "cyrillic", "albanian"],
)
def test_headings_of_the_region_are_suggested(world: World, head: str, row: str) -> None:
    sofia = world.viewer("sofia")
    incident = registry.get("incident")
    table = services.read(f"{head}\n{row}\n".encode(), Options(), resource=incident)
    mapping = services.suggest(sofia, resource=incident, table=table)
    titles = head.split(";")
    found = {column: use.target for column in table.columns for use in mapping.of_column(column)}
    assert found == dict(zip(titles, TARGETS, strict=True))
