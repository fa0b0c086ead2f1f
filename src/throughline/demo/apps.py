from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "throughline.demo"
    label = "demo"
    verbose_name = "Demonstration"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before

        verbs.register(
            {
                "demo.account": _("made a demonstration account"),
                "demo.incidents": _("entered as part of the demonstration"),
                "demo.dates": _("dated as part of the demonstration"),
                "demo.training": _("entered as part of the demonstration"),
                "demo.pact": _("loaded the training programme of the demonstration"),
                "demo.roadmap": _("loaded the Roadmap of the demonstration"),
                "demo.loaded": _("loaded the demonstration"),
            }
        )
