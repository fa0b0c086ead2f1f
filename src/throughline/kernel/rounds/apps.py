from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "questionnaire.keep": _("started the questionnaire"),
    "questionnaire.add-edition": _("added an edition"),
    "round.prepare": _("prepared the round"),
    "round.change": _("changed the round"),
    "round.ask-also": _("asked one more"),
    "round.ask-no-longer": _("no longer asks"),
    "round.open": _("opened the round"),
    "round.reopen": _("opened the round again"),
    "round.close": _("closed the round"),
    "round.remind": _("reminded"),
    "round.remind-by-date": _("reminded by date"),
    "round.extend": _("gave more time"),
    "return.open": _("looked at the questions"),
    "return.save": _("saved answers"),
    "return.replace": _("brought in answers"),
    "return.add-row": _("added a row"),
    "return.remove-row": _("removed a row"),
    "return.prefill": _("took over last time's answers"),
    "return.hand-out-file": _("took the Excel file"),
    "round.export-answers": _("exported answers"),
    "return.ready": _("asked for approval"),
    "return.submit": _("submitted"),
    "return.submit-nil": _("submitted: nothing to report"),
    "return.take-back": _("took back"),
    "return.share-out": _("shared out a part"),
    "return.take-over": _("put the parts together"),
    "return.accept": _("accepted"),
    "return.give-back": _("returned with comments"),
    "return.reopen": _("opened again"),
    "part.hand-in": _("handed in"),
    "part.send-back": _("sent back"),
    "part.withdraw": _("withdrew the part"),
    "phone.make-key": _("set up a phone"),
    "phone.revoke-key": _("revoked a phone"),
    "phone.take": _("sent answers from a phone"),
}


class RoundsConfig(AppConfig):
    name = "throughline.kernel.rounds"
    label = "rounds"
    verbose_name = "Rounds"

    def ready(self) -> None:
        from throughline.kernel.files import purposes  # reason: models are loaded by now, not before
        from throughline.kernel.flow.registry import register  # reason: as above
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.resources import registry  # reason: as above
        from throughline.kernel.rounds import duties  # noqa: F401 (reason: registers the reminders)
        from throughline.kernel.rounds.flow import PART, RETURN, ROUND  # reason: as above
        from throughline.kernel.rounds.openrosa.purposes import PHONE  # reason: as above
        from throughline.kernel.rounds.resources import NOUNS  # reason: as above
        from throughline.kernel.rounds.rules import ANSWER  # reason: as above
        from throughline.kernel.rounds.waiting import to_do  # reason: as above
        from throughline.kernel.ui import navigation, waiting  # reason: as above

        for flow in (ROUND, RETURN, PART):
            register(flow)
        purposes.register(PHONE)
        navigation.register_personal(label=_("Phones"), url_name="device-keys", order=65)
        registry.register(*NOUNS)
        waiting.register("collect", to_do)
        navigation.register(
            station="collect",
            label=_("What is asked of you"),
            url_name="return-asked",
            may=lambda viewer: viewer.has_role(None, *ANSWER),
            order=14,
        )
        navigation.register(station="collect", label=_("Rounds"), url_name="round-list", order=15)
        navigation.register(station="collect", label=_("Questionnaires"), url_name="questionnaire-list", order=16)
        verbs.register(WORDS)
