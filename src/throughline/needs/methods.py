"""The verbs of methods: a version is laid down, and stays once an exercise was asked by it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import verb
from throughline.needs import queries, rules
from throughline.needs.choices import ExerciseState as E
from throughline.needs.models import Method
from throughline.reference import services as reference

KEEPERS = (Role.SECRETARIAT, Role.ADMINISTRATOR)


@verb("method.create")
def create_method(actor: Viewer, *, values: Mapping[str, Any]) -> Method:
    """Lay down a version of a method. Raises Refused, or Invalid with everything that cannot be computed with."""
    _check_keeper(actor)
    _check_method(values)
    return reference.create(Method, values)


@verb("method.change")
def change_method(actor: Viewer, *, method: Method, values: Mapping[str, Any]) -> Method:
    """Change a version nobody was asked by yet; later ones are new versions, so that results stay explained.

    Order: check the role, the code, that no exercise beyond its draft uses it, the rules; write; history.
    """
    _check_keeper(actor)
    used = method.exercises.exclude(state=E.DRAFT).exists()
    if used and any(getattr(method, name) != value for name, value in values.items()):
        raise Refused(_("Exercises were asked by this version. Add another version instead."))
    if "code" in values and values["code"] != method.code:
        raise Invalid([Problem("code", _("The code of a method stays as it is."), str(values["code"]))])
    _check_method({one.name: getattr(method, one.name) for one in method._meta.concrete_fields} | dict(values))
    return reference.change(method, values)


def _check_keeper(actor: Viewer) -> None:
    if not actor.has_role(None, *KEEPERS):
        raise Refused(_("Methods are kept by the secretariat and the administrators."))


def _check_method(values: Mapping[str, Any]) -> None:
    relevance, urgency = (len(queries.scale(values[name])) for name in ("relevance_scale", "urgency_scale"))
    found = list(rules.method_problems(values, relevance, urgency))
    if not queries.scale(values["proficiency_scale"]):
        found.append(Problem("proficiency_scale", _("This scale has no categories.")))
    if found:
        raise Invalid(found)
