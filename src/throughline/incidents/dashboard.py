"""The dashboard of armed violence: six figures, eight charts, a map, all of them measures."""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.measures.dashboards import Dashboard, Panel

ARMED_VIOLENCE = Dashboard(
    id="armed-violence",
    title=_("Armed violence"),
    figures=("incidents", "seizures", "people-killed", "people-injured", "people-threatened", "people-suicide"),
    panels=(
        Panel("incidents", ("quarter",), _("Incidents, this and the seven quarters before"), back=7),
        Panel("incidents", ("jurisdiction",), _("Incidents by jurisdiction"), as_map=True),
        Panel("incidents", ("jurisdiction", "type"), _("Incidents by jurisdiction and type"), kind="heat"),
        Panel("incidents", ("type",), _("Incidents by type")),
        Panel("people-killed", ("quarter", "sex"), _("People killed by quarter and sex"), back=7),
        Panel("persons", ("jurisdiction", "outcome"), _("People by jurisdiction and outcome")),
        Panel("incidents", ("weapon",), _("Incidents by weapon")),
        Panel("perpetrators", ("age-band", "sex"), _("Perpetrators by age and sex")),
    ),
    points="incidents",
)
