"""What a new record is asked beside its own fields: its programme, its owner, its handling code."""

from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.explain import meaning
from throughline.kernel.access.models import Record
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.inputs import Raw
from throughline.kernel.resources.permissions import adding_programmes
from throughline.kernel.resources.values import shown


def programmes_to_add_to(viewer: Viewer, *resources: Resource) -> QuerySet[Any]:
    """The programmes to which this person may add records of these nouns."""
    model = apps.get_model(str(Record._meta.get_field("programme").related_model))
    return model._default_manager.filter(pk__in={key for one in resources for key in adding_programmes(one, viewer)})


def programme_named(resource: Resource, viewer: Viewer, text: str) -> Model | None:
    """The programme a new record goes to: the one named, else the only one open to the viewer."""
    if not resource.is_record:
        return None
    open_: list[Any] = list(programmes_to_add_to(viewer, resource))
    if not text and len(open_) == 1:
        return open_[0]  # type: ignore[no-any-return]
    found: Any = next((one for one in open_ if one.code.lower() == text.strip().lower()), None)
    if found is None:
        known = ", ".join(one.code for one in open_)
        message = _("Name one of the programmes you may add to: %(known)s.") % {"known": known or "–"}
        raise Invalid([Problem("programme", message, shown(text))])
    return found  # type: ignore[no-any-return]


def ownership_form(resource: Resource, viewer: Viewer, raw: dict[str, Any]) -> Raw:
    """Programme and owner only where there is something to choose; the handling code always."""
    form = Raw(data=raw)
    programmes: list[Any] = list(programmes_to_add_to(viewer, resource))
    if len(programmes) > 1:
        form.fields["programme"] = _choice(_("Programme"), [(one.code, str(one)) for one in programmes])
    owners: Any = resource.field("owner").related._default_manager.filter(pk__in=viewer.organisations)
    listed = [(one.code, str(one)) for one in owners]
    if len(listed) > 1:
        form.fields["owner"] = _choice(capfirst(_("owner")), [("", "–"), *listed])
    usual = programmes[0].default_handling if programmes else Handling.STRICT
    usual = next(iter(resource.handlings), usual)
    codes = [(code, f"{Handling(code).label}: {meaning(code)}") for code in resource.handlings or Handling.values]
    first = _("As usual here: %(code)s, %(meaning)s") % {"code": Handling(usual).label, "meaning": meaning(usual)}
    form.fields["handling"] = _choice(_("Handling code"), [("", first), *codes])
    flow = flow_for(resource.model)
    if flow is not None and flow.states[0].private:
        form.fields["handling"].help_text = _("Until it is sent for checking, only your own organisation sees it.")
    return form


def _choice(label: str, pairs: list[tuple[str, Any]]) -> forms.CharField:
    return forms.CharField(label=label, required=True, widget=forms.Select(choices=pairs))
