from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "throughline.reference"
    label = "reference"
    verbose_name = "Reference"

    def ready(self) -> None:
        from throughline.kernel.charts import palette
        from throughline.kernel.history import verbs
        from throughline.kernel.measures import registry as measures
        from throughline.kernel.resources import registry
        from throughline.kernel.ui import navigation
        from throughline.reference.colours import groups
        from throughline.reference.measures import DIMENSIONS, PLACES
        from throughline.reference.resources import JURISDICTION, ORGANISATION, TERM

        verbs.register({**SENTENCES})
        registry.register(ORGANISATION, JURISDICTION, TERM)
        for order, (label, noun) in enumerate(PAGES, start=80):
            navigation.register(
                station="collect", label=label, url_name=f"{noun}-list", order=order, menu=navigation.SET_UP
            )
        measures.register(*DIMENSIONS, PLACES)
        for group in groups():
            palette.register(group)


PAGES = ((_("Organisations"), "organisation"), (_("Jurisdictions"), "jurisdiction"), (_("Terms"), "term"))
SENTENCES = {
    "reference.load": _("added the reference data that comes with the program"),
    "reference.end": _("ended the validity"),
    "organisation.create": _("added an organisation"),
    "organisation.change": _("changed an organisation"),
    "jurisdiction.create": _("added a jurisdiction"),
    "jurisdiction.change": _("changed a jurisdiction"),
    "footnote.set": _("set a footnote"),
    "term.create": _("added a term"),
    "term.change": _("changed a term"),
    "scope.create": _("added a scope"),
    "programme.create": _("began a programme"),
    "network.create": _("founded a network"),
}
