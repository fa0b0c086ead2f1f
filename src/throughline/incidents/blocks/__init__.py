"""The documents of armed violence monitoring: what stands in them and in which order.

Each module builds sections from measures; no number is typed in any of them.
"""

from django.utils.translation import gettext_lazy as _

from throughline.incidents.blocks.incidents import at_a_glance, by_jurisdiction, by_type, type_and_place
from throughline.incidents.blocks.method import method
from throughline.incidents.blocks.people import outcomes, people
from throughline.incidents.blocks.trend import trend
from throughline.incidents.blocks.weapons import seizures, weapons
from throughline.kernel.reporting.registry import BlockSpec, Template

SECTIONS = (
    BlockSpec("at-a-glance", _("At a glance"), at_a_glance, new_page=True),
    BlockSpec("by-type", _("Incidents by type"), by_type, new_page=True),
    BlockSpec("by-jurisdiction", _("Incidents by jurisdiction"), by_jurisdiction, new_page=True),
    BlockSpec("type-and-place", _("Types of incident across the region"), type_and_place, new_page=True),
    BlockSpec("outcomes", _("People killed, injured and threatened"), outcomes),
    BlockSpec("people", _("Victims and perpetrators"), people, new_page=True),
    BlockSpec("weapons", _("Weapons"), weapons, new_page=True),
    BlockSpec("seizures", _("Weapon seizures"), seizures, new_page=True),
    BlockSpec("trend", _("Quarter by quarter"), trend, new_page=True),
    BlockSpec("method", _("Method, coverage and sources"), method, new_page=True),
)

TEMPLATES = (
    Template(
        "quarterly-monitor",
        _("Quarterly Armed Violence Monitor"),
        _("Incidents, people and weapons of one quarter, beside the quarter before and the same quarter a year ago."),
        SECTIONS,
    ),
    Template(
        "yearly-overview",
        _("Armed Violence Overview"),
        _("Incidents, people and weapons of one year, beside the year before."),
        SECTIONS,
        periods=("year",),
    ),
)
