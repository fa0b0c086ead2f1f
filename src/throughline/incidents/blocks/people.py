"""People: what happened to them by sex, and who victims and perpetrators were, of those reported."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from throughline.incidents.blocks.wording import row
from throughline.incidents.choices import Outcome, Sex
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.declare import NOT_REPORTED
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import MISSING, Block, Cell, Charts, Figure, Sentence, Table
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.sentences import sentence

OUTCOMES = (Outcome.KILLED, Outcome.INJURED, Outcome.THREATENED, Outcome.SUICIDE)
MEASURES = ("victims", "perpetrators")


def outcomes(context: Context) -> Iterator[Block]:
    answer = context.ask("persons", "outcome", "sex")
    labels, sexes = dict(answer.axes[0].values), [one for one in answer.axes[1].values if one[0] in Sex.values]
    whole = {one: context.figure(context.ask("persons", where={"outcome": one})) for one in OUTCOMES}
    if not any(figure.value for figure in whole.values()):
        return
    parts = [
        (labels.get(one, one), label, context.figure(answer, one, sex)) for one in OUTCOMES for sex, label in sexes
    ]
    title = _("People by outcome and sex")
    yield Charts(
        "outcomes",
        title,
        (panels.stacked(title, parts, {label: str(code) for code, label in sexes}, _("people")),),
        message=sentence(
            _("Women were {share} of the people killed whose sex was reported."),
            share=context.figure(context.ask("share-women-killed")),
        ),
    )
    rows = [
        row(
            labels.get(one, one), *(context.cell(answer, one, sex) for sex, _label in sexes), Cell(figure=whole[one].id)
        )
        for one in OUTCOMES
    ]
    heads = [_("Outcome"), *(label for _code, label in sexes), _("All")]
    notes = [_("Victims and perpetrators together. People who died by suicide are not among the people killed.")]
    yield context.table("outcomes-table", title, heads, rows, notes=notes)


def people(context: Context) -> Iterator[Block]:
    sex = Sides.ask(context, "sex", _("people whose sex was reported"))
    age = Sides.ask(context, "age-band", _("people whose age was reported"))
    if not any(answer.value for answer in sex.answers):
        return
    men = context.figure(context.ask("share-men-perpetrators"))
    yield sex.table(
        _("Victims and perpetrators by sex"),
        _("Sex"),
        sentence(_("Men were {share} of the perpetrators whose sex was reported."), share=men),
    )
    title = _("Victims and perpetrators by age")
    yield Charts("people-by-age", title, age.panels(), columns=2, message=age.largest())
    yield age.table(title, _("Age"))


@dataclass(frozen=True)
class Sides:
    """Victims beside perpetrators over one dimension, with shares of those for whom it was reported."""

    context: Context
    dimension: str
    answers: tuple[Answer, ...]
    known: tuple[tuple[str | None, str], ...]
    base: str

    @classmethod
    def ask(cls, context: Context, dimension: str, base: str) -> "Sides":
        answers = tuple(context.ask(measure, dimension) for measure in MEASURES)
        known = tuple(one for one in answers[0].axes[0].values if one[0] not in (None, NOT_REPORTED))
        return cls(context, dimension, answers, known, base)

    def parts(self, answer: Answer) -> list[Figure]:
        return [self.context.figure(answer, key) for key, _label in self.known]

    def unknown(self, answer: Answer) -> Figure:
        return self.context.figure(answer, NOT_REPORTED)

    def share(self, answer: Answer, key: str | None) -> Figure:
        part = self.context.figure(answer, key)
        return self.context.share(part, self.parts(answer), self.base, self.unknown(answer))

    def panels(self) -> tuple[panels.Panel, ...]:
        labels = [label for _key, label in self.known]
        return tuple(
            panels.bars(answer.label, list(zip(labels, self.parts(answer), strict=True)), _("people"), small=True)
            for answer in self.answers
        )

    def largest(self) -> Sentence:
        victims = self.answers[0]
        key, label = max(self.known, key=lambda one: self.context.figure(victims, one[0]).value or 0)
        words = _("Of the victims whose age was reported, {share} were {band}.")
        return sentence(words, share=self.share(victims, key), band=label)

    def table(self, title: str, head: str, message: Sentence = ()) -> Table:
        rows = [row(label, *self._beside(key)) for key, label in self.known]
        unknown = [cell for one in self.answers for cell in (Cell(figure=self.unknown(one).id), Cell(text=MISSING))]
        rows.append(row(_("Not reported"), *unknown))
        whole = [cell for answer in self.answers for cell in (self.context.cell(answer), Cell())]
        rows.append(row(_("All"), *whole, total=True))
        share = _("Share of reported")
        heads = [head, *(text for answer in self.answers for text in (answer.label, share))]
        notes = [_("Shares are of those for whom it was reported.")]
        name = f"people-by-{self.dimension}"
        return self.context.table(name, title, heads, rows, message=message, notes=notes)

    def _beside(self, key: str | None) -> list[Cell]:
        return [
            cell
            for answer in self.answers
            for cell in (self.context.cell(answer, key), Cell(figure=self.share(answer, key).id))
        ]
