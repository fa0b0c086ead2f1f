from django.apps import AppConfig
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    name = "throughline.kernel.following"
    label = "following"
    verbose_name = "Following"

    def ready(self) -> None:
        from throughline.kernel.access.viewer import Viewer  # reason: apps must be loaded first
        from throughline.kernel.following import duties  # noqa: F401  reason: registers itself
        from throughline.kernel.following.services import end_address  # reason: as above
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.measures import offers  # reason: as above
        from throughline.kernel.measures.links import question_url  # reason: as above
        from throughline.kernel.measures.questions import Question  # reason: as above
        from throughline.kernel.notify import feet  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above

        def offer(viewer: Viewer, question: Question) -> offers.Offer | None:
            url = f"{reverse('following-add')}?{urlencode({'address': question_url(question)})}"
            return offers.Offer(_("Follow"), "bell", url) if viewer.signed_in else None

        offers.register(offer)
        feet.register("following.following", end_address)
        navigation.register_personal(label=_("What I follow"), url_name="following-list", order=30)
        verbs.register(
            {
                "following.follow": _("began to follow something"),
                "following.change": _("changed how often to be told"),
                "following.end": _("stopped following something"),
            }
        )
