from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "throughline.reference"
    label = "reference"
    verbose_name = "Reference"

    def ready(self) -> None:
        from throughline.kernel.history import verbs
        from throughline.kernel.measures import registry as measures
        from throughline.reference.measures import DIMENSIONS, PLACES

        verbs.register(SENTENCES)
        measures.register(*DIMENSIONS, PLACES)


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
