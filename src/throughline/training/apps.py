from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "throughline.training"
    label = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        """Each part of training adds its lines: flows, nouns, pages, verbs."""
        from throughline.kernel.flow.registry import register as flow  # reason: models are loaded by now, not before
        from throughline.kernel.history import verbs  # reason: as above
        from throughline.kernel.intake import recipes  # reason: as above
        from throughline.kernel.measures import registry as measures  # reason: as above
        from throughline.kernel.reporting.registry import register as document  # reason: as above
        from throughline.kernel.resources import registry  # reason: as above
        from throughline.kernel.trace.kinds import follow  # reason: as above
        from throughline.kernel.ui import navigation, waiting  # reason: as above
        from throughline.people import leaving  # reason: as above
        from throughline.publications import counters  # reason: as above
        from throughline.training import duties, evaluations, jobs, line, mine, teaching  # noqa: F401 - reason: as above; duties and jobs register themselves
        from throughline.training.blocks import ACHIEVEMENTS  # reason: as above
        from throughline.training.certified import own_part  # reason: as above
        from throughline.training.counting import WAYS, OfProject  # reason: as above
        from throughline.training.facts import FACTS  # reason: as above
        from throughline.training.flow import ACTIVITY, ENTRY  # reason: as above
        from throughline.training.home import to_do  # reason: as above
        from throughline.training.intake import RECIPE  # reason: as above
        from throughline.training.measures import DIMENSIONS, MEASURES  # reason: as above
        from throughline.training.models import Activity, Entry  # reason: as above
        from throughline.training.resources import NOUNS  # reason: as above
        from throughline.training.services.feeds import end_all  # reason: as above
        from throughline.training.team import may_nominate  # reason: as above

        leaving.when_leaving(end_all)
        flow(ENTRY)
        flow(ACTIVITY)
        registry.register(*NOUNS)
        document(ACHIEVEMENTS)
        measures.register(*FACTS, *DIMENSIONS, *MEASURES)
        recipes.register(RECIPE)
        for way in WAYS:
            counters.register(way, OfProject.of)
        follow(Entry, left=line.before_entry, right=line.after_entry)
        follow(Activity, left=line.before_activity, right=line.after_activity)
        for order, (label, url_name) in enumerate(PAGES, start=10):
            navigation.register(station="act", label=label, url_name=url_name, order=order)
        for order, (label, url_name) in enumerate(SET_UP_PAGES, start=80):
            navigation.register(station="act", label=label, url_name=url_name, order=order, menu=navigation.SET_UP)
        verbs.register(dict(SENTENCES))
        navigation.register(
            station="measure", label=_("Training achievements"), url_name="training-achievements", order=30
        )
        navigation.register(
            station="act",
            label=_("People of your organisation"),
            url_name="training-person-list",
            order=20,
            may=may_nominate,
        )
        mine.register("training/parts/own_certificates.html", own_part)
        teaching.register()
        evaluations.register()
        waiting.register("act", to_do)
        navigation.register_personal(label=_("My training"), url_name="training-mine", order=15)


# Order counts: what one looks into daily stands first. Add yours at the end.
PAGES = (
    (_("Calendar"), "calendar"),
    (_("Activities"), "activity-list"),
    (_("Training catalogue"), "entry-list"),
)
SET_UP_PAGES = ((_("Projects"), "project-list"), (_("Components"), "component-list"))
SENTENCES = {
    "entry.create": _("drafted a catalogue entry"),
    "entry.change": _("changed a catalogue entry"),
    "activity.create": _("planned the activity"),
    "activity.change": _("changed the activity"),
    "activity.add-sessions": _("added sessions"),
    "feed.make": _("made a calendar address"),
    "feed.revoke": _("revoked a calendar address"),
    "project.create": _("began a project"),
    "project.change": _("changed a project"),
    "component.create": _("added a component"),
    "component.change": _("changed a component"),
    "place.nominate": _("nominated"),
    "place.nominate-sheet": _("nominated by a sheet"),
    "place.order": _("changed the order of nominations"),
    "place.change": _("changed a nomination"),
    "place.substitute": _("sent somebody else instead"),
    "place.score": _("scored a nomination"),
    "place.decide": _("decided on nominations"),
    "place.select-by-rule": _("selected by the rule"),
    "place.invite": _("sent invitations"),
    "place.release": _("released unfilled places"),
    "place.release-by-date": _("released unfilled places on their day"),
    "place.expire": _("ended offers nobody answered"),
    "place.accept": _("accepted a place"),
    "place.decline": _("declined a place"),
    "place.withdraw": _("withdrew"),
    "place.tell-needs": _("told travel and special needs"),
    "person.add": _("added a person"),
    "person.change": _("changed what is kept of a person"),
    "person.correct": _("corrected their own data"),
    "person.claim": _("found what is kept of them"),
    "person.consent": _("changed a consent"),
    "person.ask-erasure": _("asked for erasure"),
    "person.erase": _("erased a person"),
    "person.erase-by-date": _("erased what was kept long enough"),
    "person.settle-teams": _("brought the readers of names in step with the teams"),
    "attendance.take": _("wrote attendance"),
    "attendance.show-badge": _("marked a badge at the door"),
    "attendance.print": _("took a paper with names"),
    "certificate.review": _("approved certificates"),
    "certificate.issue": _("issued a certificate"),
    "certificate.revoke": _("revoked a certificate"),
    "certificate.restore": _("made a certificate valid again"),
    "certificate.print-again": _("made the file of a certificate anew"),
    "certificate.hand-out": _("took all certificates"),
    "certificate.download": _("took a certificate"),
    "certificate.choose": _("chose what the public sees of a certificate"),
    "certificate.badge": _("made an open badge"),
}
