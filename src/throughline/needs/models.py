"""Methods, exercises with their topics and profiles, answers taken in, positions of countries, and frozen results."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.models import Record
from throughline.kernel.access.querysets import RecordManager
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ids import new_id
from throughline.needs.choices import (
    ANALYSTS,
    IN_FORCE,
    Estimate,
    ExerciseState,
    Follows,
    Kind,
    Majority,
    Merge,
    Missing,
    Outcome,
    PositionState,
    Rounding,
    Vote,
)
from throughline.reference.models import Dated

WEIGHTS_HELP = _("One for each category of the scale, the lowest first, such as 0, 1, 2, 3, 4.")


class Method(Dated):
    """One version of the parameters by which needs are measured. What an exercise was analysed by is never changed."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    note = models.TextField(_("note"), blank=True, help_text=_("Where the parameters come from."))
    relevance_scale = models.ForeignKey(
        "reference.Taxonomy", on_delete=models.PROTECT, related_name="+", verbose_name=_("scale of relevance")
    )
    relevance_weights = models.CharField(
        _("weights of relevance"), max_length=120, default="0, 1, 2, 3, 4", help_text=WEIGHTS_HELP
    )
    urgency_scale = models.ForeignKey(
        "reference.Taxonomy", on_delete=models.PROTECT, related_name="+", verbose_name=_("scale of urgency")
    )
    urgency_weights = models.CharField(
        _("weights of urgency"), max_length=120, default="0, 1, 2, 3, 4", help_text=WEIGHTS_HELP
    )
    proficiency_scale = models.ForeignKey(
        "reference.Taxonomy", on_delete=models.PROTECT, related_name="+", verbose_name=_("scale of proficiency")
    )
    asked_from = models.PositiveSmallIntegerField(
        _("further questions from category"), default=3,
        help_text=_("Counted from 1: who finds a topic at least this relevant is asked how urgent, how many and so on."),
    )  # fmt: skip
    missing = models.CharField(_("what is missing"), max_length=10, choices=Missing, default=Missing.LEFT_OUT)
    votes = models.CharField(_("votes"), max_length=10, choices=Vote, default=Vote.COUNTRY)
    merge = models.CharField(_("position proposed for a country"), max_length=10, choices=Merge, default=Merge.MEDIAN)
    cutoff = models.DecimalField(
        _("cut-off, percent"), max_digits=5, decimal_places=2, null=True, blank=True,
        help_text=_("Topics with a lower relevance rate are not ranked among the needs. Empty: no cut-off."),
    )  # fmt: skip
    estimate = models.CharField(_("estimate of officials"), max_length=10, choices=Estimate, default=Estimate.NONE)
    chain = models.CharField(
        _("order of ties"), max_length=60, default="rate, urgency, demand, list",
        help_text=_("What decides first, second and so on: rate, urgency, demand, list."),
    )  # fmt: skip
    horizons = models.CharField(
        _("short and mid term from urgency, percent"), max_length=20, blank=True,
        help_text=_("Two urgency rates, such as 66, 33: from the first a need is short term, from the second mid term, below long term. Empty: needs are not grouped."),
    )  # fmt: skip
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=1)
    rounding = models.CharField(_("rounding"), max_length=10, choices=Rounding, default=Rounding.HALF_UP)
    alternatives = models.TextField(
        _("other weights to try"), blank=True, default="1, 2, 3, 4, 5\n0, 1, 4, 9, 16",
        help_text=_("One set a line; the sensitivity check ranks again with each."),
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["title", "number"], name="one_method_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"


class Body(Dated):
    """Who decides on the results of a programme's exercises, and the rule by which its votes carry."""

    programme = models.ForeignKey(
        "reference.Programme", on_delete=models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    majority = models.CharField(_("it decides by"), max_length=12, choices=Majority, default=Majority.CONSENSUS)
    votes = models.PositiveSmallIntegerField(
        _("votes there are"), null=True, blank=True,
        help_text=_("Of all members, present or not. Leave empty if it changes from meeting to meeting."),
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["title"]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.title


class Exercise(Record):
    """One analysis of training needs: what it is about, whom it asks, by which method, and who validates it."""

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OTNA)
    scope = models.ForeignKey(
        "reference.Scope", on_delete=models.PROTECT, related_name="+", verbose_name=_("eligible countries")
    )
    about = models.TextField(_("what it is about"), blank=True)
    baseline = models.TextField(
        _("baseline documents"), blank=True, help_text=_("One a line. Attach the files on the page of the exercise.")
    )
    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="exercises", verbose_name=_("method"))
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("validating body"))
    results_from = models.DateField(_("results valid from"))
    results_to = models.DateField(_("results valid to"))
    aim_weeks = models.PositiveSmallIntegerField(
        _("weeks from asking to publication"), null=True, blank=True,
        help_text=_("What is aimed at, such as 7 for a fast track. Empty: nothing is."),
    )  # fmt: skip
    published_on = models.DateField(_("published"), null=True, editable=False)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("follows")
    )
    follows_as = models.CharField(_("as"), max_length=10, choices=Follows, default=Follows.EDITION)
    round = models.ForeignKey(
        "rounds.Round", on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("round")
    )

    States = ExerciseState
    reference_prefix = "TN"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-results_from", "title"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="exercise_valid_in_order", condition=models.Q(results_to__gte=models.F("results_from"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Topic(models.Model):
    """A topic (or, with `part_of`, a subtopic) of the closed list; an addition stands in no baseline document."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="topics")
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    part_of = models.CharField(
        _("part of"), max_length=40, blank=True, help_text=_("For a subtopic: the code of its topic.")
    )
    added = models.BooleanField(
        _("addition"), default=False, help_text=_("Not in the baseline documents, added for this exercise.")
    )
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exercise", "code"], name="one_topic_a_code"),
        ]

    def __str__(self) -> str:
        return self.title


class Profile(models.Model):
    """A group of officials for whom numbers are asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="profiles")
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=160)
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exercise", "code"], name="one_profile_a_code"),
        ]

    def __str__(self) -> str:
        return self.title


class ContactPoint(models.Model):
    """The organisation that speaks for a country in an exercise where several of its institutions answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="contacts")
    organisation = models.ForeignKey(
        "reference.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exercise", "organisation"], name="one_contact_an_organisation"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Said(models.Model):
    """What is said about one topic: codes of the scales ('' is blank or 'don't know'), numbers by profile."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    relevance = models.CharField(_("relevance"), max_length=60, blank=True)
    urgency = models.CharField(_("urgency"), max_length=60, blank=True)
    proficiency = models.CharField(_("proficiency"), max_length=60, blank=True)
    numbers = models.JSONField(_("officials by profile"), default=dict, blank=True)
    national = models.BooleanField(_("national training exists"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        abstract = True

    @property
    def officials(self) -> int:
        return sum(int(one) for one in self.numbers.values())


class Answer(Said):
    """What one accepted return said about one topic. Whoever may read the return may read it."""

    ret = models.ForeignKey("rounds.Return", on_delete=models.PROTECT, related_name="+")
    handed_in = models.ForeignKey("rounds.Version", on_delete=models.PROTECT, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="answers")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="answers")
    jurisdiction = models.ForeignKey("reference.Jurisdiction", on_delete=models.PROTECT, null=True, related_name="+")
    counted = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ret", "topic"], name="one_answer_a_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.ret_id}: {self.topic}"


class Position(Record):
    """What a country says in an exercise, put together from its institutions' answers.

    It belongs to the country's contact point, who adjusts it with a reason and agrees to it.
    """

    exercise = models.ForeignKey(
        Exercise, on_delete=models.PROTECT, related_name="positions", verbose_name=_("exercise")
    )
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, related_name="+", verbose_name=_("jurisdiction")
    )
    answers_from = models.PositiveSmallIntegerField(_("answers"), default=0)

    States = PositionState
    reference_prefix = "TP"
    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["exercise", "jurisdiction__order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exercise", "jurisdiction"], name="one_position_a_country"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise}: {self.jurisdiction}"


class PositionLine(Said):
    """A country's position on one topic; `proposed` is what the rule gave, `reason` why it was adjusted."""

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="said")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    proposed = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["topic__order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["position", "topic"], name="one_line_a_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.topic}"


class Written(models.Model):
    """Something written once: the model refuses to change it, and so does the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Refused(_("Results and decisions are written once. Rank the topics again instead."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Refused(_("Results and decisions are written once. Rank the topics again instead."))


class Analysis(Written):
    """One run of the arithmetic over the positions: the method as it was, coverage, sensitivity; topics are its rows."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="analyses")
    number = models.PositiveSmallIntegerField(_("run"))
    method = models.JSONField()
    eligible = models.JSONField()
    answering = models.JSONField()
    answers = models.PositiveIntegerField()
    agreed = models.PositiveSmallIntegerField()
    sensitivity = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exercise", "number"], name="one_analysis_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise}, {self.number}"


class ResultManager(models.Manager["TopicResult"]):
    """Results are read by whoever reads the exercise once it is published, by those who assess it before."""

    def visible_to(self, viewer: Viewer) -> models.QuerySet["TopicResult"]:
        open_ = models.Q(analysis__exercise__state__in=IN_FORCE)
        assessed = models.Q(analysis__exercise__programme__in=viewer.programmes_as(*ANALYSTS))
        found = self.filter(open_ | assessed, analysis__exercise__in=Exercise.objects.visible_to(viewer))
        return found.select_related("topic", "analysis__exercise")


class TopicResult(Written):
    """The frozen numbers of one topic and the formulas that made them. Rates are kept as fractions ('82/1')."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="results")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="results")
    rank = models.PositiveSmallIntegerField()
    kept = models.BooleanField()
    decided_by = models.CharField(max_length=20, blank=True)
    relevance = models.CharField(max_length=60, blank=True)
    relevance_counts = models.JSONField()
    relevance_formula = models.TextField()
    urgency = models.CharField(max_length=60, blank=True)
    urgency_counts = models.JSONField()
    urgency_formula = models.TextField()
    demand = models.PositiveIntegerField()
    demand_countries = models.PositiveSmallIntegerField()
    demand_formula = models.TextField()
    estimate = models.CharField(max_length=60, blank=True)
    by_profile = models.JSONField()
    by_level = models.JSONField()
    national = models.JSONField()
    missing = models.PositiveSmallIntegerField()

    objects: ClassVar[ResultManager] = ResultManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["rank"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["analysis", "topic"], name="one_result_a_topic"),
        ]
        verbose_name = _("training need")

    def __str__(self) -> str:
        return str(self.topic)

    def get_absolute_url(self) -> str:
        return reverse("exercise-topic", args=[self.analysis.exercise.reference, self.topic.code])

    @property
    def from_where(self) -> str:
        """The exercise, in a list of what can be answered."""
        return str(self.analysis.exercise)


class ExpertReview(Written):
    """What experts said of an analysis, on the whole or on one topic. They comment; they do not rank again."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="reviews")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, related_name="+")
    experts = models.CharField(_("experts"), max_length=200)
    on = models.DateField(_("date"))
    text = models.TextField(_("opinion"))
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return self.text


class Validation(Written):
    """What the validating body decided, where and when, by which votes and by which rule, as both were then."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="validations")
    body = models.CharField(_("body"), max_length=200)
    meeting = models.CharField(_("meeting"), max_length=200)
    on = models.DateField(_("date"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    majority = models.CharField(_("it decided by"), max_length=12, choices=Majority)
    votes = models.PositiveSmallIntegerField(_("votes there are"), null=True)
    votes_for = models.PositiveSmallIntegerField(_("votes in favour"), null=True)
    votes_against = models.PositiveSmallIntegerField(_("votes against"), null=True)
    abstained = models.PositiveSmallIntegerField(_("abstained"), null=True)
    proxies = models.PositiveSmallIntegerField(_("of these by proxy"), null=True)
    needed = models.PositiveSmallIntegerField(_("votes needed"), null=True)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.body}, {self.on}"


class Adjustment(Written):
    """A topic the validating body put to another place, and why."""

    validation = models.ForeignKey(Validation, on_delete=models.PROTECT, related_name="adjustments")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    reason = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["order"]

    def __str__(self) -> str:
        return f"{self.topic}: {self.before} → {self.after}"


from throughline.needs.rapid_models import Proposal  # noqa: E402, F401 (a model of this app)
