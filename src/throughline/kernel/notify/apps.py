from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    name = "throughline.kernel.notify"
    label = "notify"
    verbose_name = "Notify"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first
        from throughline.kernel.notify import (  # reason: as above
            digests,  # noqa: F401 (registers the duty)
            queries,
            sending,  # noqa: F401 (registers the duty)
        )
        from throughline.kernel.ui import navigation  # reason: as above

        navigation.register_personal(
            label=_("Inbox"), url_name="notice-list", icon="inbox", count=queries.unread_count, order=10
        )
        verbs.register({"notify.choose-rhythm": _("chose how often to get mail")})
