from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "throughline.kernel.intake"
    label = "intake"
    verbose_name = "Intake"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before
        from throughline.kernel.intake import tasks  # noqa: F401 (reason: as above; registers the tasks)
        from throughline.kernel.intake.queries import may_bring_in  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above

        navigation.register(
            station="collect", label=_("Files brought in"), url_name="import-list", may=may_bring_in, order=60
        )

        verbs.register(
            {
                "batch.apply": _("brought in a file"),
                "batch.undo": _("undid a batch"),
                "profile.keep": _("kept a profile for"),
                "record.import": _("brought in with a file"),
                "record.take-back": _("taken back with its batch"),
                "record.set-back": _("set back with its batch"),
            }
        )
