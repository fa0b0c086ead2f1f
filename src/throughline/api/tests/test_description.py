"""The API describes itself: OpenAPI 3.1 and a page."""

from django.test import Client

from throughline.kernel.resources import registry
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World


def test_every_noun_is_described(world: World) -> None:
    told = Client().get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    for resource in registry.all():
        assert "get" in told["paths"][f"/api/v1/{resource.plural}/"]
        assert ("post" in told["paths"][f"/api/v1/{resource.plural}/"]) == (resource.create is not None)


def test_every_reference_inside_leads_somewhere(world: World) -> None:
    told = Client().get("/api/openapi.json").json()

    def references(part: object) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [found for value in part.values() for found in references(value)]
        return [found for value in part for found in references(value)] if isinstance(part, list) else []

    names = {found.rpartition("/")[2] for found in references(told)}
    assert names - set(told["components"]["schemas"]) == set()


def test_operations_have_names_of_their_own(world: World) -> None:
    told = Client().get("/api/openapi.json").json()
    names = [one["operationId"] for path in told["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))


def test_the_incident_is_described_from_its_declaration(world: World) -> None:
    schemas = Client().get("/api/openapi.json").json()["components"]["schemas"]
    incident = schemas["IncidentNew"]
    assert incident["required"] == ["jurisdiction", "occurred_on", "kind"]
    assert incident["properties"]["setting"]["enum"] == ["urban", "rural", "not-reported", "", None]
    assert "killed" not in incident["properties"]
    assert set(incident["properties"]["people"]["items"]["properties"]) >= {"side", "sex", "outcome"}


def test_the_page_says_the_same_to_people_who_signed_in(world: World) -> None:
    page = signed_in(world, "alice").get("/api/").content.decode()
    assert "POST /api/v1/incidents/" in page
    assert Client().get("/api/").status_code == 302
