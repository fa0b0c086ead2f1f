"""What lists, forms, sheets and the API know of reference data."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Resource, Section
from throughline.reference import services
from throughline.reference.models import Jurisdiction, Organisation, Term

VALIDITY = (
    Field("valid_from"),
    Field("valid_to", help=_("Nothing is deleted: it ends. Records made before keep it.")),
    Field("source", help=_("Where this is laid down.")),
    Field("to_be_verified"),
)
VALID = Section(_("Validity"), tuple(field.name for field in VALIDITY))


def create_organisation(actor: Viewer, /, *, programme: Any, draft: Draft) -> Organisation:
    return services.create_organisation(actor, values=draft.values)


def change_organisation(actor: Viewer, /, *, record: Any, draft: Draft) -> Organisation:
    return services.change_organisation(actor, organisation=record, values=draft.values)


def create_jurisdiction(actor: Viewer, /, *, programme: Any, draft: Draft) -> Jurisdiction:
    return services.create_jurisdiction(actor, values=draft.values)


def change_jurisdiction(actor: Viewer, /, *, record: Any, draft: Draft) -> Jurisdiction:
    return services.change_jurisdiction(actor, jurisdiction=record, values=draft.values)


def create_term(actor: Viewer, /, *, programme: Any, draft: Draft) -> Term:
    return services.create_term(actor, values=draft.values)


def change_term(actor: Viewer, /, *, record: Any, draft: Draft) -> Term:
    return services.change_term(actor, term=record, values=draft.values)


def keeper(viewer: Viewer, record: Any = None) -> bool:
    return services.may_edit(viewer)


ORGANISATION = Resource(
    noun="organisation",
    plural="organisations",
    model=Organisation,
    title=_("organisation"),
    title_plural=_("organisations"),
    station="collect",
    order="name",
    search=("name", "code"),
    related=("jurisdiction", "parent"),
    fields=(
        Field("name", column=True),
        Field("code", column=True),
        Field("kind", column=True, filter=True),
        Field("jurisdiction", column=True, filter=True),
        Field("parent", column=True),
        *VALIDITY,
    ),
    sections=(Section(_("Organisation"), ("name", "code", "kind", "jurisdiction", "parent")), VALID),
    create=create_organisation,
    change=change_organisation,
    adders=keeper,
    changers=keeper,
)
JURISDICTION = Resource(
    noun="jurisdiction",
    plural="jurisdictions",
    model=Jurisdiction,
    title=_("jurisdiction"),
    title_plural=_("jurisdictions"),
    station="collect",
    order="order",
    search=("name", "code", "capital"),
    fields=(
        Field("name", column=True),
        Field("mark", column=True),
        Field("code", column=True),
        Field("alpha3", column=True),
        Field("capital", column=True),
        Field("order"),
        *VALIDITY,
    ),
    sections=(Section(_("As it is printed"), ("name", "mark", "code", "alpha3", "capital", "order")), VALID),
    create=create_jurisdiction,
    change=change_jurisdiction,
    adders=keeper,
    changers=keeper,
)
TERM = Resource(
    noun="term",
    plural="terms",
    model=Term,
    title=_("term"),
    title_plural=_("terms"),
    station="collect",
    order="taxonomy",
    search=("label", "code", "definition"),
    related=("taxonomy", "parent"),
    fields=(
        Field("label", column=True),
        Field("code", column=True),
        Field("taxonomy", column=True, filter=True),
        Field("parent", column=True, of="reference", by="pk"),
        Field("definition"),
        Field("order"),
        *VALIDITY,
    ),
    sections=(Section(_("Term"), ("taxonomy", "parent", "label", "code", "definition", "order")), VALID),
    create=create_term,
    change=change_term,
    adders=keeper,
    changers=keeper,
)
