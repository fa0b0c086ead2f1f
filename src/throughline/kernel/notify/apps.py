from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "throughline.kernel.notify"
    label = "notify"
    verbose_name = "Notify"

    def ready(self) -> None:
        from throughline.kernel.notify import (  # reason: apps must be loaded first
            queries,
            sending,  # noqa: F401 (registers the duty)
        )
        from throughline.kernel.ui import navigation  # reason: as above

        navigation.register_personal(
            label=_("Inbox"), url_name="notice-list", icon="inbox", count=queries.unread_count, order=10
        )
