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
        from throughline.kernel.resources import registry  # reason: as above
        from throughline.kernel.trace.kinds import follow  # reason: as above
        from throughline.kernel.ui import navigation  # reason: as above
        from throughline.training import line  # reason: as above
        from throughline.training.flow import ACTIVITY, ENTRY  # reason: as above
        from throughline.training.intake import RECIPE  # reason: as above
        from throughline.training.models import Activity, Entry  # reason: as above
        from throughline.training.resources import NOUNS  # reason: as above

        flow(ENTRY)
        flow(ACTIVITY)
        registry.register(*NOUNS)
        recipes.register(RECIPE)
        follow(Entry, left=line.before_entry, right=line.after_entry)
        follow(Activity, left=line.before_activity, right=line.after_activity)
        for order, (label, url_name) in enumerate(PAGES, start=10):
            navigation.register(station="act", label=label, url_name=url_name, order=order)
        verbs.register(dict(SENTENCES))


# Order counts: what one looks into daily stands first. Add yours at the end.
PAGES = (
    (_("Calendar"), "calendar"),
    (_("Activities"), "activity-list"),
    (_("Training catalogue"), "entry-list"),
    (_("Projects"), "project-list"),
    (_("Components"), "component-list"),
)
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
}
