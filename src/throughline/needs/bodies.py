"""The verbs of validating bodies: who decides in a programme, and by which rule. Decisions keep the rule of their day."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import verb
from throughline.needs import rules
from throughline.needs.models import Body
from throughline.reference import services as reference

KEEPERS = (Role.SECRETARIAT, Role.ADMINISTRATOR)


def may_keep(viewer: Viewer, body: Body | None = None) -> bool:
    """The secretariat and the administrators of the body's programme (none named: of any)."""
    return viewer.has_role(body.programme_id if body else None, *KEEPERS)


@verb("body.create")
def create_body(actor: Viewer, *, values: Mapping[str, Any]) -> Body:
    """Name a body that validates, with its rule. Raises Refused or Invalid."""
    _check(actor, Body(**values), values)
    return reference.create(Body, values)


@verb("body.change")
def change_body(actor: Viewer, *, body: Body, values: Mapping[str, Any]) -> Body:
    """Change a body's name, rule or votes; what it decided keeps those of the day. Raises Refused or Invalid."""
    after = {one.name: getattr(body, one.name) for one in body._meta.concrete_fields} | dict(values)
    _check(actor, body, after)
    for name in ("code", "programme"):
        if after[name] != getattr(body, name):
            raise Invalid([Problem(name, _("The code and the programme of a body stay as they are."))])
    return reference.change(body, values)


def _check(actor: Viewer, body: Body, values: Mapping[str, Any]) -> None:
    if not may_keep(actor, body):
        raise Refused(_("Bodies are kept by the secretariat and the administrators of their programme."))
    if found := list(rules.body_problems(values)):
        raise Invalid(found)
