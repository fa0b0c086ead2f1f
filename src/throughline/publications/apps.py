from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "throughline.publications"
    label = "publications"
    verbose_name = "Publications"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before
        from throughline.kernel.measures import offers  # reason: as above
        from throughline.kernel.reporting import registry as documents  # reason: as above
        from throughline.kernel.reporting.models import Report  # reason: as above
        from throughline.kernel.resources import registry  # reason: as above
        from throughline.kernel.trace.kinds import follow  # reason: as above
        from throughline.kernel.ui import navigation, waiting  # reason: as above
        from throughline.publications import duties, jobs  # noqa: F401  reason: they register themselves
        from throughline.publications.blocks import IN_FOCUS  # reason: as above
        from throughline.publications.line import releases_of, report_of  # reason: as above
        from throughline.publications.models import Release  # reason: as above
        from throughline.publications.offers import document_of  # reason: as above
        from throughline.publications.resources import RELEASE, REPORT  # reason: as above
        from throughline.publications.waiting import to_release, to_settle  # reason: as above

        registry.register(REPORT, RELEASE)
        documents.register(IN_FOCUS)
        offers.register(document_of)
        navigation.register(station="report", label=_("Reports"), url_name="report-list", order=10)
        navigation.register(station="report", label=_("Releases"), url_name="release-list", order=20)
        waiting.register("report", to_release)
        waiting.register("report", to_settle)
        follow(Report, right=releases_of)
        follow(Release, left=report_of)
        verbs.register(
            {
                "release.release": _("released"),
                "release.check": _("compared the release with today's records"),
                "release.download": _("took a file of the release"),
                "report.release": _("released"),
            }
        )
