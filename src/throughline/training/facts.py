"""What counting knows of training: a row an activity, a row a place whose person took part."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from throughline.kernel.measures.declare import Column, Dimension, Fact
from throughline.training.choices import TOOK_PART, ActivityState, Sex

DONE = ngettext_lazy("from %(count)s activity that is done", "from %(count)s activities that are done", "number")


def sex_words() -> dict[str, str]:
    return {str(value): str(label) for value, label in Sex.choices}


def state_words() -> dict[str, str]:
    return {str(value): str(label) for value, label in ActivityState.choices}


def about_activity(path: str = "") -> tuple[Column, ...]:
    """The columns every fact carries about its activity, so that no question needs a join for them."""
    return (
        Column("activity_kind", f"{path}kind"),
        Column("mode", f"{path}mode"),
        Column("priority", Coalesce(F(f"{path}priority__parent__code"), F(f"{path}priority__code"))),
        Column("project", f"{path}project__code"),
        Column("component", f"{path}component__code"),
    )


ACTIVITY = Fact(
    name="training_activity",
    noun="activity",
    model="training.Activity",
    date="starts_on",
    counted=(ActivityState.DONE,),
    counted_words=DONE,
    own=(Dimension("state", _("State"), state_words, every_state=True),),
    columns=(
        Column("jurisdiction", "venue_jurisdiction__code"),
        *about_activity(),
        Column("came_unlisted", "came_unlisted", "integer"),
    ),
)
# Sex, sector and jurisdiction are those kept with the place: what becomes of the person changes nothing here.
PLACE = Fact(
    name="training_place",
    noun="activity",
    model="training.Place",
    record="activity",
    date="starts_on",
    counted=(ActivityState.DONE,),
    counted_words=DONE,
    only=Q(state__in=TOOK_PART),
    reports=True,
    # Women and men are not shown as nought where a source names neither.
    own=(Dimension("sex", _("Sex"), sex_words, fill=False),),
    columns=(
        Column("jurisdiction", "jurisdiction__code"),
        Column("sex", "sex"),
        Column("sector", "sector"),
        Column("person", "person_id", "key"),
        *about_activity("activity__"),
    ),
)
FACTS = (ACTIVITY, PLACE)
