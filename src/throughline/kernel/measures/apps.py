from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "throughline.kernel.measures"
    label = "measures"
    verbose_name = "Measures"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before
        from throughline.kernel.measures.lists import behind_condition  # reason: as above
        from throughline.kernel.resources.filters import more_conditions  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above

        more_conditions.append(behind_condition)
        verbs.register({"measure.export": _("downloaded figures")})
        navigation.register(station="measure", label=_("Dashboard"), url_name="dashboard", order=10)
        navigation.register(station="measure", label=_("Ask"), url_name="question", order=20)
