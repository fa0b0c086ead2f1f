from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WatchConfig(AppConfig):
    name = "throughline.kernel.watch"
    label = "watch"
    verbose_name = "Early warning"

    def ready(self) -> None:
        from throughline.kernel.following import registry as following  # reason: apps must be loaded first
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.ui import navigation, waiting  # reason: as above
        from throughline.kernel.watch import (  # reason: as above
            duties,  # noqa: F401 (registers itself)
            queries,
        )
        from throughline.kernel.watch.queries import may_watch  # reason: as above
        from throughline.kernel.watch.queries import waiting as to_look_at  # reason: as above

        navigation.register(
            station="assess", label=_("Early warning"), url_name="warning-list", may=may_watch, order=15
        )
        following.register(queries.told_of)
        waiting.register("assess", to_look_at)
        verbs.register(
            {
                "watch.flag": _("found an unusual count"),
                "watch.acknowledge": _("acknowledged an unusual count"),
                "watch.subscribe": _("subscribed to early warning"),
                "watch.unsubscribe": _("ended a subscription to early warning"),
            }
        )
