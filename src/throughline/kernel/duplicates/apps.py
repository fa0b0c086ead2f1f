from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DuplicatesConfig(AppConfig):
    name = "throughline.kernel.duplicates"
    label = "duplicates"
    verbose_name = "Duplicates"

    def ready(self) -> None:
        from throughline.kernel.duplicates import (  # reason: apps must be loaded first
            followers,
            queries,
            tasks,  # noqa: F401 (registers the sweep)
        )
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above

        followers.register(
            followers.Follower("trace.Link", "left_type", "left_id"),
            followers.Follower("trace.Link", "right_type", "right_id"),
            followers.Follower("files.StoredFile", "content_type", "object_id"),
        )
        navigation.register(
            station="collect", label=_("Duplicates"), url_name="duplicates", order=60, may=queries.looks_for_any
        )
        verbs.register(
            {
                "duplicates.merge": _("merged two records"),
                "duplicates.undo": _("took a merge back"),
                "duplicates.different": _("declared two records different"),
                "duplicates.reopen": _("put a pair back to be looked at"),
                "duplicates.close": _("closed it"),
                "duplicates.take-in": _("took in what a duplicate said"),
                "duplicates.put-back": _("set it back to what it said before a merge"),
                "duplicates.open-again": _("opened it again"),
                "duplicates.state-back": _("set back the state"),
            }
        )
