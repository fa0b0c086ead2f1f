"""The training programme of the demonstration, step by step; each step is whole or not at all, and done once."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.demo.cast_of_people import let_no_mail_leave
from throughline.demo.pact.analyses import load_analyses
from throughline.demo.pact.cast import HOME, Cast, load_cast
from throughline.demo.pact.evaluations import load_evaluations
from throughline.demo.pact.finished import load_first, load_regional
from throughline.demo.pact.multiplying import load_multiplying
from throughline.demo.pact.projects import FIRST, SECOND, load_entries, load_projects
from throughline.demo.pact.proposals import load_proposals
from throughline.demo.pact.underway import TRAINEE, TRAINER, Stage, load_underway
from throughline.demo.records import Desk
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.history.unit import note, verb
from throughline.kernel.notify.models import Notice
from throughline.kernel.rounds.models import Return
from throughline.training.web import places_address

Told = Callable[[int, int, str], None]
LOADED = "demo.pact"


def is_loaded() -> bool:
    """Whether the training programme came to its end here once."""
    return Entry.objects.filter(verb=LOADED).exists()


def load(actor: Viewer, desk: Desk, told: Told) -> Cast:
    """People, projects, what is over, what is under way, needs: what is missing."""
    since = timezone.now()
    told(0, 0, _("Training: people and projects"))
    cast = load_cast(actor)
    projects = load_projects(cast)
    told(0, 0, _("Training: what is over"))
    load_first(actor, cast, projects[FIRST])
    load_regional(actor, desk.programme, desk.organisations, desk.users)
    told(0, 0, _("Training: needs"))
    entries = load_entries(cast, SECOND)
    load_analyses(cast, entries)
    load_proposals(cast, entries)
    told(0, 0, _("Training: what is under way"))
    stage = load_underway(cast, projects[SECOND], entries)
    load_multiplying(stage)
    load_evaluations(stage)
    keep_quiet(stage, since)
    finish(actor, cast=cast)
    return cast


def keep_quiet(stage: Stage, since: datetime) -> None:
    """No mail of what was made up leaves; of the messages only those stay that ask somebody for something."""
    let_no_mail_leave()
    asks = [places_address(stage.activities[key]) for key in ("SELECT", "WEBINAR")]
    own_pages = [stage.cast.users[f"{who}.{HOME.lower()}"] for who in (TRAINEE, TRAINER)]
    told = Notice.objects.filter(person__illustrative=True, told_at__gte=since).exclude(person__in=own_pages)
    told.exclude(url__in=asks).exclude(content_type=ContentType.objects.get_for_model(Return)).delete()


@verb("demo.pact")
def finish(actor: Viewer, *, cast: Cast) -> None:
    """Write down that the training programme stands."""
    if not is_loaded():
        note(cast.programme, after={"projects": [FIRST, SECOND]})
