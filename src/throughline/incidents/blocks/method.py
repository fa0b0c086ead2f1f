"""How the document was made: what is counted, from where, and what the words about changes mean."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from throughline.kernel.reporting.blocks import Block, Definitions, Footnotes, Item, Note
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.sentences import joined, sentence
from throughline.reference.queries import footnotes, scope_members


def method(context: Context) -> Iterator[Block]:
    yield Definitions((*_counting(), *_coverage(context), *_reading()))
    notes = footnotes(context.programme.publisher, scope_members(context.scope, context.period.end), context.period.end)
    if notes:
        yield Footnotes(tuple(Note(note.jurisdiction.mark, note.text) for note in notes))


def _item(term: str, *sentences: str) -> Item:
    return Item(term, joined(*(sentence("{words}", words=one) for one in sentences)))


def _counting() -> Iterator[Item]:
    yield _item(
        _("What is counted"),
        _("Incidents with firearms, ammunition, explosives, pyrotechnics, gas pistols and air guns."),
        _("An incident counts once a second person has verified it. Weapon seizures are incidents without victims."),
    )
    yield _item(
        _("Killed and suicide"),
        _("People who died by suicide are counted apart and are never among the people killed."),
    )


def _coverage(context: Context) -> Iterator[Item]:
    answer = context.ask("incidents")
    yield Item(
        _("Coverage"),
        joined(
            sentence(
                _("{count} verified incidents; records from {coverage}."),
                count=context.figure(answer),
                coverage=answer.coverage.words,
            ),
            *(sentence("{words}", words=note) for note in answer.notes),
        ),
    )
    shares = [context.ask(measure) for measure in ("share-men-victims", "share-men-perpetrators")]
    known = [sentence("{label}: {base}.", label=one.label, base=one.base) for one in shares if one.value is not None]
    yield Item(_("Shares"), joined(sentence(_("Every share is of those for whom the thing was reported.")), *known))


def _reading() -> Iterator[Item]:
    yield _item(
        _("Changes"),
        _("Two counts are compared by the exact conditional interval of their ratio (Poisson, 95 %)."),
        _("Where 'no change' lies inside it, the text says 'could be chance'; below ten cases, 'too few to say'."),
    )
    yield _item(
        _("Sources"),
        _("Media reports, and official reports where there are any; each incident keeps its sources."),
        _("The authorities of each jurisdiction and the secretariat enter them."),
    )
    yield _item(
        _("Later corrections"),
        _("The figures are as of the time on the cover. This document never changes; a new edition may follow."),
    )
    yield _item(
        _("From a figure to its records"),
        _("Each figure is a link to the question it answers and, for those who may read them, to the incidents."),
        _("The Excel file lists every figure with its question."),
    )
