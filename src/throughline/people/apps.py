from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "throughline.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from throughline.kernel.access import lookup  # reason: apps must be loaded first
        from throughline.kernel.access.choices import Role  # reason: as above
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.rounds.openrosa.keys import end_all  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above
        from throughline.people import leaving, signins  # noqa: F401 - reason: connects the signals
        from throughline.people.queries import viewer_of_key  # reason: as above

        lookup.register(viewer_of_key)
        leaving.when_leaving(end_all)
        navigation.register_personal(label=_("Profile"), url_name="people-profile", order=20)
        navigation.register_personal(
            label=_("People"), url_name="people-list", may=lambda viewer: viewer.has_role(None, Role.ADMINISTRATOR)
        )
        verbs.register(
            {
                "person.invite": _("invited"),
                "person.withdraw-invitation": _("withdrew an invitation"),
                "person.accept": _("accepted an invitation"),
                "person.give-role": _("gave a role"),
                "person.withdraw-role": _("withdrew a role"),
                "programme.demand-second-factor": _("said whether a second factor is asked"),
                "person.deactivate": _("closed the account"),
                "person.reactivate": _("opened the account again"),
                "person.change": _("changed the profile"),
                "person.connect": _("connected the account with single sign-on"),
                "person.disconnect": _("disconnected the account from single sign-on"),
                "person.end-session": _("ended a session"),
                "person.end-other-sessions": _("ended all other sessions"),
                "person.end-everything": _("ended all sessions, keys and phones"),
                "person.sign-in": _("signed in"),
                "person.sign-in-failed": _("failed to sign in"),
                "person.sign-out": _("signed out"),
                "person.change-password": _("changed the password"),
                "person.reset-password": _("set a new password by mail"),
                "person.add-second-factor": _("added a second factor"),
                "person.remove-second-factor": _("removed a second factor"),
                "person.renew-recovery-codes": _("made new recovery codes"),
            }
        )
