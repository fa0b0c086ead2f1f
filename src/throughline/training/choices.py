"""The words of training. What users may extend (priorities, levels, methods) are terms of taxonomies instead."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    COURSE = "course", _("Course")
    SEMINAR = "seminar", _("Seminar")
    WORKSHOP = "workshop", _("Workshop")
    CONFERENCE = "conference", _("Conference")
    WEBINAR = "webinar", _("Webinar")
    ONLINE = "online", _("Online course")
    EXCHANGE = "exchange", _("Exchange")
    STUDY_VISIT = "study-visit", _("Study visit")
    MENTORING = "mentoring", _("Mentoring")
    TRAIN_THE_TRAINER = "train-the-trainer", _("Train the trainer")
    MULTIPLICATION = "multiplication", _("Multiplication")
    SIMULATION = "simulation", _("Simulation or exercise")
    AWARENESS = "awareness", _("Awareness meeting")
    OTHER = "other", _("Other")


class Mode(models.TextChoices):
    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    BLENDED = "blended", _("Blended")


class EntryState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AGREED = "agreed", _("In the catalogue")
    RETIRED = "retired", _("Retired")


class ActivityState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Sex(models.TextChoices):
    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    NOT_REPORTED = "not-reported", _("Not reported")
    # Of sources that print two shares and not whose they are. Never a choice for people one can ask.
    FIRST_UNNAMED = "unnamed-a", _("Sex not named by the source, larger group")
    SECOND_UNNAMED = "unnamed-b", _("Sex not named by the source, smaller group")


# What a person may be asked; what forms, sheets and the API take.
ASKED_SEX = (Sex.WOMEN, Sex.MEN, Sex.NOT_REPORTED)


class Sector(models.TextChoices):
    POLICE = "police", _("Police")
    JUDICIARY = "judiciary", _("Judiciary")
    CUSTOMS_TAX = "customs-tax", _("Customs/Tax")
    BORDER = "border", _("Border")
    OTHER = "other", _("Other")
    NOT_REPORTED = "not-reported", _("Not reported")


class PlaceState(models.TextChoices):
    """Where a person stands on the way to a place in an activity."""

    NOMINATED = "nominated", _("Nominated")
    RESERVE = "reserve", _("In reserve")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Offered a place")
    SELECTED = "selected", _("Selected")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Offer expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REJECTED = "rejected", _("Not selected")
    ATTENDED = "attended", _("Attended")
    PARTLY = "partly", _("Attended in part")
    NO_SHOW = "no-show", _("Did not come")


# Who takes one of the places; who counts as a participation.
HOLDS = (
    PlaceState.OFFERED, PlaceState.SELECTED, PlaceState.CONFIRMED,
    PlaceState.ATTENDED, PlaceState.PARTLY, PlaceState.NO_SHOW,
)  # fmt: skip
TOOK_PART = (PlaceState.ATTENDED, PlaceState.PARTLY)


class WaitingRule(models.TextChoices):
    """How the one waiting list is served; the same function does both (`training.waiting`)."""

    STRICT = "strict", _("Strict order: the first waits until all it asked for is free")
    FILL = "fill", _("Fill the room: the first whom a free place suffices gets it")


# Who appears on the sheets of a session and in its attendance.
COMES = (PlaceState.CONFIRMED, PlaceState.ATTENDED, PlaceState.PARTLY, PlaceState.NO_SHOW)


class CertificateShows(models.TextChoices):
    """What the public page of a certificate says of the person. The person chooses; nothing is the default."""

    NOTHING = "nothing", _("Nothing: only that it was issued")
    INITIALS = "initials", _("My initials")
    NAME = "name", _("My name")


class Role(models.TextChoices):
    PARTICIPANT = "participant", _("Participant")
    TRAINER = "trainer", _("Trainer")
    LINE_MANAGER = "line-manager", _("Line manager")


class Level(models.IntegerChoices):
    REACTION = 1, _("Reaction")
    LEARNING = 2, _("Learning")
    BEHAVIOUR = 3, _("Behaviour")
    RESULTS = 4, _("Results")


class CallSort(models.TextChoices):
    """What a call is: asking for an opinion, or a test before or after. Order counts: so they stand on pages."""

    PRE_TEST = "pre-test", _("Pre-test")
    POST_TEST = "post-test", _("Post-test")
    SURVEY = "survey", _("Survey")
