from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposingConfig(AppConfig):
    name = "throughline.kernel.proposing"
    label = "proposing"
    verbose_name = "Proposed changes"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first
        from throughline.kernel.proposing.queries import to_decide  # reason: as above
        from throughline.kernel.ui import navigation, waiting  # reason: as above

        navigation.register_personal(label=_("Proposed changes"), url_name="proposed-change-list", order=31)
        waiting.register(waiting.ANYWHERE, to_decide)
        verbs.register(
            {
                "proposal.propose": _("proposed a change"),
                "proposal.accept": _("accepted a proposed change"),
                "proposal.decline": _("declined a proposed change"),
                "proposal.withdraw": _("withdrew a proposed change"),
            }
        )
