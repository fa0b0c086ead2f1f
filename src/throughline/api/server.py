"""The API: every noun's routes and those of figures, imports, reports and jobs, described in one place."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from throughline.api import (
    achievements,
    comments,
    delivery,
    desk,
    documents,
    duplicates,
    errors,
    evaluations,
    figures,
    following,
    imports,
    layouts,
    places,
    proposing,
    public,
    returns,
    rounds,
    scorecards,
    warnings,
    work,
)
from throughline.api.auth import Key
from throughline.api.nouns import router_of
from throughline.api.schemas import components
from throughline.kernel.resources import registry

VERSION = "1"
DESCRIPTION = """Everything a person can do in the pages, a program can do here for that person.

Send an API key with each call: `Authorization: Bearer tl_…`. You see and may do exactly what the person
the key belongs to sees and may do; what they may not see is 'not found' (404).
What goes wrong is told as `application/problem+json`, with the field (and the row) and what to do.
Lists are cut into pages: follow `next`. Codes and printed names are both understood when sent; codes come back.
"""
TEXT: dict[str, Any] = {"type": "string"}
SMALL_BODIES: dict[str, Any] = {
    "Transition": {
        "type": "object",
        "required": ["transition"],
        "properties": {"transition": TEXT, "comment": TEXT, "version": {"type": "integer"}},
    },
    "Mark": {"type": "object", "required": ["handling"], "properties": {"handling": TEXT, "reason": TEXT}},
    "Grant": {
        "type": "object",
        "required": ["to"],
        "properties": {
            "to": {"type": "string", "description": "organisation:CODE, network:CODE or person:E-MAIL"},
            "right": {"type": "string", "enum": ["read", "change", "mark", "release"]},
            "hidden": {"type": "boolean"},
            "reason": TEXT,
        },
    },
    "Build": documents.BUILD,
    **rounds.BODIES,
    **returns.BODIES,
    **places.BODIES,
    **delivery.BODIES,
    **evaluations.BODIES,
    **duplicates.BODIES,
    **comments.BODIES,
    **proposing.BODIES,
    **following.BODIES,
    **desk.BODIES,
    **public.BODIES,
    **layouts.BODIES,
}


class Api(NinjaAPI):
    """Ninja's API with our schemas in its description."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        described = super().get_openapi_schema(**given)
        described["components"].setdefault("schemas", {}).update(components(registry.all()) | SMALL_BODIES)
        return described


def build() -> Api:
    """Put the API together from what the apps declared."""
    api = Api(
        title="Throughline",
        version=VERSION,
        description=DESCRIPTION,
        auth=Key(),
        docs_url=None,
        openapi_url=None,
        urls_namespace="api",
    )
    errors.install(api)
    # Before the nouns: /reports/build is no report called 'build'.
    for router in (
        figures.router,
        imports.router,
        documents.router,
        layouts.router,
        public.router,
        rounds.router,
        returns.router,
        places.router,
        delivery.router,
        evaluations.router,
        achievements.router,
        scorecards.router,
        duplicates.router,
        desk.router,
        work.router,
        warnings.router,
        comments.router,
        proposing.router,
        following.router,
    ):
        api.add_router("/v1", router)
    for resource in registry.all():
        api.add_router(f"/v1/{resource.plural}", router_of(resource))
    return api
