"""The figures of training, each defined once.

Participations and persons are two figures: whoever attended three courses is three participations and one person.
Those who came where no list was kept, and those whom trainers reached at home, are counted apart and never added.
"""

from collections.abc import Callable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from throughline.kernel.measures.declare import Condition, Dimension, Measure
from throughline.reference.measures import term_words
from throughline.training.choices import ActivityState, Kind, Mode, Sector, Sex
from throughline.training.models import Component, Project

GROUP = _("Training")
ACTIVITY, PLACE = "training_activity", "training_place"
SECTORS = tuple(one for one in Sector if one != Sector.NOT_REPORTED)


def _choice_words(choice: type[TextChoices]) -> Callable[[], Mapping[str, str]]:
    return lambda: {str(value): str(label) for value, label in choice.choices}


def _projects() -> Mapping[str, str]:
    return dict(Project.objects.order_by("code").values_list("code", "title"))


def _components() -> Mapping[str, str]:
    return {one.code: str(one) for one in Component.objects.all()}


def _is(column: str, *values: str) -> Condition:
    return lambda rows: rows[column].isin([str(value) for value in values])


DIMENSIONS = (
    Dimension("sector", _("Sector"), _choice_words(Sector), fill=False),
    Dimension("activity-kind", _("Kind of activity"), _choice_words(Kind), fill=False),
    Dimension("mode", _("On site or online"), _choice_words(Mode)),
    Dimension("priority", _("Training priority"), term_words("training-priority"), empty=_("no priority"), fill=False),
    Dimension("project", _("Project"), _projects, empty=_("no project"), fill=False, whole=True),
    Dimension("component", _("Component"), _components, empty=_("no component"), fill=False),
)


def _activities(
    identity: str, label: StrOrPromise, description: StrOrPromise, where: Condition | None = None
) -> Measure:
    return Measure(
        identity, label, _("activities"), ACTIVITY, description, where, every_state=where is not None, group=GROUP
    )


def _share(
    identity: str, label: StrOrPromise, part: Condition, base: Condition, base_label: StrOrPromise, fact: str = PLACE
) -> Measure:
    return Measure(identity, label, "%", fact, part=part, base=base, base_label=base_label, group=GROUP)


COUNTS = (
    _activities("training-activities", _("Training activities"), _("Activities that are done.")),
    _activities(
        "training-activities-planned",
        _("Training activities planned"),
        _("All activities that were ever planned: those done, those ahead and those cancelled."),
        lambda rows: rows.state.notnull(),
    ),
    _activities(
        "training-activities-cancelled",
        _("Training activities cancelled"),
        _("Activities that were planned and do not take place."),
        _is("state", ActivityState.CANCELLED),
    ),
    Measure(
        "training-activities-attended",
        _("Training activities attended"),
        _("activities"),
        PLACE,
        _("Activities that are done and in which at least one such person took part. Each is one, whoever came."),
        distinct="record",
        group=GROUP,
    ),
    Measure(
        "training-participations",
        _("Participations"),
        _("participations"),
        PLACE,
        _("Places whose holder attended, wholly or in part, in activities that are done. Enrolments, not persons."),
        group=GROUP,
    ),
    Measure(
        "training-persons",
        _("Persons trained"),
        _("persons"),
        PLACE,
        _("Different persons who took part. Whoever attended several activities is one. Never added up."),
        distinct="person",
        group=GROUP,
    ),
    Measure(
        "training-unlisted",
        _("Came without a list"),
        _("people"),
        ACTIVITY,
        _(
            "Participants of activities where no list was kept, as the team counted them. Never added to participations."
        ),
        value="came_unlisted",
        group=GROUP,
    ),
)
SECTOR_KNOWN = _is("sector", *SECTORS)
SHARES = (
    *(
        _share(
            f"share-training-{sector.value}",
            {
                Sector.POLICE: _("Police among participations"),
                Sector.JUDICIARY: _("Judiciary among participations"),
                Sector.CUSTOMS_TAX: _("Customs and tax among participations"),
                Sector.BORDER: _("Border among participations"),
                Sector.OTHER: _("Other sectors among participations"),
            }[sector],
            _is("sector", sector),
            SECTOR_KNOWN,
            _("participations whose sector was reported"),
        )
        for sector in SECTORS
    ),
    _share(
        "share-training-women",
        _("Women among participations"),
        _is("sex", Sex.WOMEN),
        _is("sex", Sex.WOMEN, Sex.MEN),
        _("participations of women and men"),
    ),
    *(
        _share(
            identity,
            label,
            _is("sex", sex),
            _is("sex", Sex.FIRST_UNNAMED, Sex.SECOND_UNNAMED),
            _("participations whose source tells two shares and not which sex is which"),
        )
        for identity, label, sex in (
            ("share-training-first-sex", _("Larger of two shares of sex the source does not name"), Sex.FIRST_UNNAMED),
            (
                "share-training-second-sex",
                _("Smaller of two shares of sex the source does not name"),
                Sex.SECOND_UNNAMED,
            ),
        )
    ),
    _share(
        "training-online-share",
        _("Online among training activities"),
        _is("mode", Mode.ONLINE),
        lambda rows: rows["mode"].notnull(),
        _("activities"),
        ACTIVITY,
    ),
    Measure(
        "share-training-implemented",
        _("Implementation rate"),
        "%",
        ACTIVITY,
        _("Activities done among all that were planned, cancelled ones included."),
        part=_is("state", ActivityState.DONE),
        base=lambda rows: rows.state.notnull(),
        base_label=_("activities planned"),
        every_state=True,
        group=GROUP,
    ),
)
MEASURES = (*COUNTS, *SHARES)
