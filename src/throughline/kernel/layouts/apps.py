from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LayoutsConfig(AppConfig):
    name = "throughline.kernel.layouts"
    label = "layouts"
    verbose_name = "Templates of documents"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before
        from throughline.kernel.reporting.queries import may_build  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above

        navigation.register(
            station="report",
            label=_("Templates"),
            url_name="layout-list",
            may=may_build,
            order=60,
            menu=navigation.SET_UP,
        )
        verbs.register(
            {
                "template.upload": _("uploaded an edition of a template"),
                "template.activate": _("made a template active"),
                "template.house": _("went back to the house's own template"),
            }
        )
