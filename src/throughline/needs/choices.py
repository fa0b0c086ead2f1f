"""The words of needs that counting depends on. Scales (relevance, urgency, proficiency) are taxonomies instead."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.choices import Role


class Kind(models.TextChoices):
    STNA = "stna", _("Strategic training needs assessment")
    OTNA = "otna", _("Operational training needs analysis")
    FAST_TRACK = "fast-track", _("Fast-track needs analysis")


class Follows(models.TextChoices):
    """What an exercise is to the one it follows."""

    EDITION = "edition", _("Next edition: it takes the place of the earlier one")
    MID_TERM = "mid-term", _("Mid-term review: the earlier one stays in force")


class ExerciseState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Being answered")
    CLOSED = "closed", _("Closed")
    CONSOLIDATED = "consolidated", _("Consolidated")
    ANALYSED = "analysed", _("Analysed")
    REVIEWED = "reviewed", _("Reviewed by experts")
    VALIDATED = "validated", _("Validated")
    RETURNED = "returned", _("Returned by the validating body")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


# In these the answers can still be changed, so that nothing may rest on them yet.
COLLECTING = (ExerciseState.OPEN,)
# From these on the ranking is for everybody who may read the exercise.
IN_FORCE = (ExerciseState.PUBLISHED, ExerciseState.SUPERSEDED)


# Who reads positions and results before that.
ANALYSTS = (Role.ANALYST, Role.SECRETARIAT)


class PositionState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed by the rule")
    AGREED = "agreed", _("Agreed by the contact point")


class Missing(models.TextChoices):
    LEFT_OUT = "left-out", _("“Don't know” and blank are left out")
    LOWEST = "lowest", _("“Don't know” and blank count as the lowest category")


class Vote(models.TextChoices):
    ANSWER = "answer", _("One answer, one vote")
    COUNTRY = "country", _("One country, one vote")


class Merge(models.TextChoices):
    """What is proposed as a country's position where its institutions differ."""

    MEDIAN = "median", _("The middle answer (of two, the higher)")
    HIGHEST = "highest", _("The highest answer")


class Estimate(models.TextChoices):
    NONE = "none", _("No estimate: declared numbers only")
    MEAN = "mean", _("Mean of the countries that declared, times eligible countries")
    MEDIAN = "median", _("Median of the countries that declared, times eligible countries")
    TUKEY = "tukey", _("Mean without outliers (Tukey's fences), times eligible countries")


class Rounding(models.TextChoices):
    HALF_UP = "half-up", _("Half up")
    DOWN = "down", _("Cut off")


class Majority(models.TextChoices):
    CONSENSUS = "consensus", _("Consensus")
    TWO_THIRDS = "two-thirds", _("Two thirds of the votes")
    SIMPLE = "simple", _("Simple majority of the votes")


class Outcome(models.TextChoices):
    VALIDATED = "validated", _("Validated")
    RETURNED = "returned", _("Returned")


class Horizon(models.TextChoices):
    """Within what time a need asks for training, where a method groups them so."""

    SHORT = "short", _("Short term")
    MID = "mid", _("Mid term")
    LONG = "long", _("Long term")


class Asked(models.TextChoices):
    """What a question of the questionnaire asks about its topic (`role` in the form)."""

    RELEVANCE = "relevance", _("Relevance")
    URGENCY = "urgency", _("Urgency")
    PROFICIENCY = "proficiency", _("Proficiency")
    NATIONAL = "national", _("National training exists")
    COMMENT = "comment", _("Comment")


NUMBER = "number:"  # followed by the code of a profile
DONT_KNOW = "dont-know"


class ProposalState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SCREENED = "screened", _("Screened")
    EMPACT = "empact-checked", _("Checked against EMPACT")
    ASSESSED = "assessed", _("Assessed")
    PRESENTED = "presented", _("Presented")
    AGREED = "agreed", _("Agreed")
    DEFERRED = "deferred", _("Deferred")
    REJECTED = "rejected", _("Rejected")
    DEVELOPED = "in-development", _("Package in development")
    CATALOGUE = "in-catalogue", _("In the catalogue")
    DELIVERED = "delivered", _("Delivered")
    REVISED = "revised", _("Revised")
    RETIRED = "retired", _("Retired")


class Consistency(models.TextChoices):
    CONSISTENT = "consistent", _("Consistent with EMPACT")
    ADJUST = "adjust", _("Consistent if adjusted")
    NOT_CONSISTENT = "not-consistent", _("Not consistent with EMPACT")
