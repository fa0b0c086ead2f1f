from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    name = "throughline.publications.public"
    label = "public"
    verbose_name = "Public editions"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before

        verbs.register(
            {
                "release.propose-public": _("proposed to open to the public"),
                "release.open-public": _("opened to the public"),
                "release.close-public": _("closed to the public"),
            }
        )
