from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "throughline.kernel.jobs"
    label = "jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first
        from throughline.kernel.ui import navigation  # reason: as above

        navigation.register_personal(label=_("My jobs"), url_name="job-list", order=30)

        verbs.register(
            {
                "job.ask": _("asked for work in the background"),
                "job.cancel": _("cancelled work in the background"),
                "job.resume": _("took work in the background up again"),
                "job.run": _("ran work in the background"),
            }
        )
