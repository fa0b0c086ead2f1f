from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "throughline.kernel.comments"
    label = "comments"
    verbose_name = "Comments"

    def ready(self) -> None:
        from throughline.kernel.history import verbs  # reason: apps must be loaded first

        verbs.register(
            {
                "comment.write": _("wrote a comment"),
                "comment.answer": _("answered a comment"),
                "comment.edit": _("put a comment right"),
                "comment.take-back": _("took a comment back"),
                "comment.settle": _("settled a comment"),
                "comment.reopen": _("opened a comment again"),
                "comment.request": _("asked for a change"),
                "comment.settle-request": _("decided on a change asked for"),
            }
        )
