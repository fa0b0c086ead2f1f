"""What results ask in rounds: indicators once a year, narratives on overall targets each half-year."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.registry import Asking, Source
from throughline.results import forms, takein
from throughline.results.choices import AnsweredBy
from throughline.results.models import Framework


def kept(viewer: Viewer) -> Any:
    """The frameworks a viewer may ask about: those of programmes whose secretariat they are."""
    return Framework.objects.filter(programme__in=viewer.programmes_as(Role.SECRETARIAT))


def kpi_sources(viewer: Viewer) -> list[Source]:
    """For each framework the questionnaire of the authorities, and that of the secretariat."""
    return [Source(f"{one.code}/{who}", f"{one.title}: {who.label}") for one in kept(viewer) for who in AnsweredBy]


def narrative_sources(viewer: Viewer) -> list[Source]:
    return [Source(one.code, one.title) for one in kept(viewer)]


def framework_named(viewer: Viewer, code: str) -> Framework:
    """The framework a form is made from; refused to those who may not ask about it."""
    found: Framework | None = kept(viewer).filter(code=code).first()
    if found is None:
        raise Refused(_("Only the secretariat of its programme makes questionnaires from a framework."))
    return found


def kpi_form(viewer: Viewer, key: str) -> bytes:
    code, _slash, who = key.partition("/")
    if (who or AnsweredBy.AUTHORITY) not in AnsweredBy.values:
        raise Invalid([Problem("source", _("Say who answers: authority or secretariat."), key)])
    return forms.kpi_form(framework_named(viewer, code), who or AnsweredBy.AUTHORITY)


def narrative_form(viewer: Viewer, key: str) -> bytes:
    return forms.narrative_form(framework_named(viewer, key))


KPI = Asking(
    "kpi",
    gettext_lazy("Indicators of a framework"),
    on_accept=takein.on_accept,
    on_reopen=takein.on_reopen,
    sources=kpi_sources,
    make_form=kpi_form,
)
NARRATIVE = Asking(
    "narrative",
    gettext_lazy("Narrative on overall targets"),
    on_accept=takein.on_accept,
    on_reopen=takein.on_reopen,
    sources=narrative_sources,
    make_form=narrative_form,
)
