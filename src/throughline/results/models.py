"""Frameworks and their indicators as they were laid down, and the values taken in from accepted returns."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ids import new_id
from throughline.kernel.rounds.models import Return
from throughline.reference.models import Dated
from throughline.results.choices import STATUSES, AnsweredBy, Kind, Origin, Places, Relation, Times, Way
from throughline.results.scales import from_on, scale

CODE_HELP = _("Never changes: sheets, forms and crosswalks name it by this.")


class Framework(Dated):
    """A results framework in one version, such as a Roadmap for some years."""

    programme = models.ForeignKey(
        "reference.Programme", on_delete=models.PROTECT, related_name="frameworks", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40, unique=True, help_text=CODE_HELP)
    title = models.CharField(_("title"), max_length=200)
    vision = models.TextField(_("vision"), blank=True)
    baseline_period = models.CharField(_("baseline period"), max_length=30, blank=True, help_text=_("Such as 2018."))
    statuses = models.TextField(
        _("status scale of narrative reports"),
        default=STATUSES,
        help_text=_("One a line, 'code: Label', from the first step to the last."),
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def scale(self) -> dict[str, str]:
        return scale(self.statuses)


class Goal(Dated):
    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="goals", verbose_name=_("framework")
    )
    code = models.CharField(_("code"), max_length=60, unique=True, help_text=CODE_HELP)
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    titles = models.JSONField(_("titles in other languages"), default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["framework", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["framework", "number"], name="one_goal_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Indicator(Dated):
    """What is followed, through all its definitions."""

    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="indicators", verbose_name=_("framework")
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("goal")
    )
    code = models.CharField(_("code"), max_length=60, unique=True, help_text=CODE_HELP)
    label = models.CharField(_("label"), max_length=30, help_text=_("As it is printed: KPI 5."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["framework", "order", "label"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["framework", "label"], name="one_indicator_a_label"),
        ]

    def __str__(self) -> str:
        return f"{self.framework.code} {self.label}"


class OverallTarget(Dated):
    """What a goal sets out to reach, in words; the narrative reports go through these one by one."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="overall_targets", verbose_name=_("goal"))
    code = models.CharField(_("code"), max_length=60, unique=True, help_text=CODE_HELP)
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))
    texts = models.JSONField(_("texts in other languages"), default=dict, blank=True)
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="overall_targets",
        verbose_name=_("indicator that shows it"),
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["goal", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["goal", "number"], name="one_overall_target_a_number"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def label(self) -> str:
        return f"{self.goal.number}.{self.number}"


class IndicatorVersion(Dated):
    """What an indicator means for some years: definition, unit, rules. A new definition is a new version."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="versions", verbose_name=_("indicator")
    )
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    code = models.CharField(_("code"), max_length=70, unique=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=300)
    titles = models.JSONField(_("titles in other languages"), default=dict, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.COUNT)
    direction = models.CharField(_("direction"), max_length=6, choices=Way, default=Way.NONE)
    cumulative = models.BooleanField(
        _("cumulative"), default=False, help_text=_("Each value holds what came before: values are never added up.")
    )
    across_places = models.CharField(_("across jurisdictions"), max_length=20, choices=Places, default=Places.SUM)
    across_periods = models.CharField(_("across periods"), max_length=10, choices=Times, default=Times.SUM)
    answered_by = models.CharField(_("answered by"), max_length=12, choices=AnsweredBy, default=AnsweredBy.AUTHORITY)
    origin = models.CharField(_("comes from"), max_length=10, choices=Origin, default=Origin.REPORTED)
    measure = models.CharField(
        _("measure"), max_length=60, blank=True, help_text=_("For what is computed: the measure that is asked.")
    )
    where = models.TextField(
        _("of which"), blank=True, help_text=_("Conditions of the measure, one a line: 'type: weapon-seizure'.")
    )
    numerator = models.CharField(_("numerator"), max_length=300, blank=True)
    denominator = models.CharField(_("denominator"), max_length=300, blank=True)
    disaggregation = models.TextField(
        _("disaggregation"), blank=True, help_text=_("The parts of the total, one a line: 'handgun: Handguns'.")
    )
    statuses = models.TextField(
        _("status scale"), blank=True, help_text=_("One a line, 'code: Label', from the first step to the last.")
    )
    met = models.CharField(
        _("status that counts"), max_length=40, blank=True, help_text=_("It and those after it; empty: the last.")
    )
    change_note = models.TextField(
        _("what changed"), blank=True, help_text=_("Compared with the version before; shown on the trend.")
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["indicator", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["indicator", "number"], name="one_definition_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.label}: {self.title}"

    @property
    def scale(self) -> dict[str, str]:
        return scale(self.statuses)

    @property
    def cells(self) -> dict[str, str]:
        return scale(self.disaggregation)

    @property
    def statuses_met(self) -> tuple[str, ...]:
        """The statuses that count as reached."""
        return from_on(self.scale, self.met)


class Set(Dated):
    """A figure that was laid down, for one jurisdiction or for the region."""

    code = models.CharField(_("code"), max_length=110, unique=True, blank=True, editable=False)
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("jurisdiction"),
        help_text=_("Empty: for the region."),
    )
    period = models.CharField(_("period"), max_length=30, blank=True)
    number = models.DecimalField(_("number"), max_digits=20, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(_("numerator"), max_digits=20, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(_("denominator"), max_digits=20, decimal_places=4, null=True, blank=True)
    status = models.CharField(_("status"), max_length=40, blank=True)
    text = models.TextField(_("in words"), blank=True)

    class Meta:
        abstract = True


class Baseline(Set):
    """Where an indicator started, if that was laid down.

    Otherwise it is what was reported, or is computed, for the framework's baseline period.
    """

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="baselines", verbose_name=_("indicator")
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class Target(Set):
    """What an indicator shall reach in a period, or, without one, in the framework's whole time: as it was set."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="targets", verbose_name=_("indicator")
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class Crosswalk(Dated):
    """What became of an indicator in another framework."""

    code = models.CharField(_("code"), max_length=130, unique=True, blank=True, editable=False)
    before = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="became", verbose_name=_("from indicator")
    )
    after = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="came_from",
        verbose_name=_("to indicator"),
        help_text=_("Empty: it has no counterpart."),
    )
    relation = models.CharField(_("relation"), max_length=10, choices=Relation, default=Relation.SAME)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class TakenInQuerySet(models.QuerySet["TakenIn"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Values follow their return: who may read the one may read the others, at every moment."""
        return self.filter(ret__in=Return.objects.visible_to(viewer).values("pk"))

    def counting(self) -> Self:
        """Only what stands in an accepted return."""
        return self.filter(counted=True, ret__state="accepted")


class TakenIn(models.Model):
    """Something answered in an accepted return. While the return is open again it does not count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ret = models.ForeignKey("rounds.Return", on_delete=models.PROTECT, related_name="+", verbose_name=_("return"))
    handed_in = models.ForeignKey("rounds.Version", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("question"), max_length=400)
    jurisdiction = models.ForeignKey(
        "reference.Jurisdiction", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("jurisdiction")
    )
    period = models.CharField(_("period"), max_length=30)
    period_end = models.DateField()
    status = models.CharField(_("status"), max_length=40, blank=True)
    text = models.TextField(_("text"), blank=True)
    text_english = models.TextField(_("text in English"), blank=True)
    nil = models.BooleanField(_("nothing to report"), default=False)
    counted = models.BooleanField(default=True)
    taken_in_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class IndicatorValue(TakenIn):
    """What was reported on an indicator; `cell` names a part of the total ('' is the total)."""

    definition = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="values")
    cell = models.CharField(_("part"), max_length=60, blank=True)
    number = models.DecimalField(_("number"), max_digits=20, decimal_places=4, null=True)
    numerator = models.DecimalField(_("numerator"), max_digits=20, decimal_places=4, null=True)
    denominator = models.DecimalField(_("denominator"), max_digits=20, decimal_places=4, null=True)

    objects = TakenInQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ret", "definition", "cell"], name="one_value_a_return"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["definition", "period_end"])]

    def __str__(self) -> str:
        return f"{self.definition.code} {self.period} {self.cell}".strip()


class Progress(TakenIn):
    """What was reported on an overall target: a status and words, in the original and in English."""

    target = models.ForeignKey(OverallTarget, on_delete=models.PROTECT, related_name="progress")

    objects = TakenInQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "progress"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ret", "target"], name="one_progress_a_return"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["target", "period_end"])]

    def __str__(self) -> str:
        return f"{self.target.code} {self.period}"


from throughline.results.summary_models import SummaryText  # noqa: E402, F401 (a model of this app)
