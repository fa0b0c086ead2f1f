from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "throughline.kernel.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        from throughline.kernel.desk.waiting import register  # reason: apps must be loaded first
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above

        navigation.register_personal(label=_("My views"), url_name="view-list", order=30)
        navigation.register_personal(label=_("Opened lately"), url_name="recent-list", order=31)
        navigation.register_personal(label=_("Keyboard shortcuts"), url_name="shortcuts", order=95)
        register()
        verbs.register(
            {
                "view.save": _("shared a view"),
                "view.change": _("changed a shared view"),
                "view.delete": _("deleted a shared view"),
                "view.duplicate": _("copied a view"),
            }
        )
