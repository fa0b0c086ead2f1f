from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "throughline.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from throughline.api.services import end_all  # reason: models are loaded by now, not before
        from throughline.kernel.history import verbs  # reason: models are loaded by now, not before
        from throughline.kernel.ui import navigation  # reason: as above
        from throughline.people import leaving  # reason: as above

        leaving.when_leaving(end_all)
        verbs.register({"token.make": _("made an API key"), "token.revoke": _("revoked an API key")})
        navigation.register_personal(label=_("API keys"), url_name="token-list", order=60)
