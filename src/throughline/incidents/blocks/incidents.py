"""Incidents: the page of key figures, by type, by jurisdiction, and both together."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from throughline.incidents.blocks.wording import (
    KEY,
    against,
    bold_note,
    compared_heads,
    compared_row,
    pairs,
    ranked,
    row,
    under_names,
)
from throughline.kernel.measures.answers import ALL, Answer
from throughline.kernel.measures.questions import PREVIOUS
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import Block, Charts, Figure, FigureRow, Table, Text
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.sentences import joined, sentence

MOST_FREQUENT = 6


def at_a_glance(context: Context) -> Iterator[Block]:
    """The page a minister reads: five figures with their changes, then what they mean."""
    incidents, killed, injured, threatened, suicide = (context.figure(context.compared(one)) for one in KEY)
    share = context.figure(context.ask("share-seizures"))
    yield FigureRow(
        tuple(context.key(measure) for measure in KEY),
        message=sentence(
            _("Incidents verified in {scope}: {incidents}. People killed: {killed}; people injured: {injured}."),
            incidents=incidents,
            scope=context.scope_label,
            killed=killed,
            injured=injured,
        ),
    )
    yield Text(
        (
            joined(
                sentence(_("{share} of the incidents were weapon seizures, which have no victims."), share=share),
                sentence(_("{threatened} people were threatened."), threatened=threatened),
                sentence(
                    _("{suicide} people died by suicide; they are counted apart from the people killed."),
                    suicide=suicide,
                ),
            ),
        )
    )


def by_type(context: Context) -> Iterator[Block]:
    answer = context.compared("incidents", "type")
    found = ranked(context, answer)
    if not found:
        return
    total, (_key, label, first) = context.figure(answer), found[0]
    yield Charts(
        "incidents-by-type",
        _("Incidents by type"),
        (panels.bars(_("Incidents by type"), pairs(found), answer.unit),),
        message=sentence(
            _("{type}: {count} of {total} incidents ({share}), more than any other type."),
            type=label,
            count=first,
            total=total,
            share=context.share(first, total, _("incidents")),
        ),
    )
    rows = [compared_row(context, answer, name, key) for key, name, _figure in found]
    rows.append(compared_row(context, answer, _("All types"), total=True))
    heads = compared_heads(context, answer, _("Type"))
    yield context.table("types", _("Incidents by type, compared"), heads, rows, notes=[bold_note()])


def by_jurisdiction(context: Context) -> Iterator[Block]:
    answer = context.compared("incidents", "jurisdiction")
    found = ranked(context, answer)
    if not found:
        return
    _key, label, most = found[0]
    yield Charts(
        "incidents-by-jurisdiction",
        _("Incidents by jurisdiction"),
        (panels.places(context, _("Incidents by jurisdiction"), answer),),
        message=sentence(
            _("{place} recorded {count} of {total} incidents, more than any other jurisdiction."),
            place=label,
            count=most,
            total=context.figure(answer),
        ),
        notes=(
            _("Boundaries and names on the map imply no opinion on the status of any territory."),
            *under_names(context),
        ),
    )
    yield _jurisdictions(context, answer)


def _jurisdictions(context: Context, answer: Answer) -> Table:
    people = [context.ask(measure, "jurisdiction") for measure in KEY[1:]]
    rows = [
        row(
            name,
            context.cell(answer, code),
            context.change_cell(answer, PREVIOUS, code),
            *(context.cell(one, code) for one in people),
        )
        for code, name in answer.axes[0].values
    ]
    whole = [context.cell(answer), context.change_cell(answer, PREVIOUS), *(context.cell(one) for one in people)]
    rows.append(row(context.scope_label, *whole, total=True))
    change = _("Change on %(period)s") % {"period": against(context, PREVIOUS)}
    heads = [
        _("Jurisdiction"),
        _("Incidents"),
        change,
        _("Killed"),
        _("Injured"),
        _("Threatened"),
        _("Died by suicide"),
    ]
    notes = [bold_note(), *under_names(context)]
    return context.table("jurisdictions", _("Incidents and people by jurisdiction"), heads, rows, notes=notes)


def type_and_place(context: Context) -> Iterator[Block]:
    """Small multiples of the most frequent types over the same jurisdictions, then every cell."""
    answer = context.ask("incidents", "type", "jurisdiction")
    types, places = answer.axes
    used = [(code, label, context.figure(answer, code, ALL)) for code, label in types.values]
    used = [one for one in used if one[2].value]
    if not used:
        return
    most = sorted(used, key=lambda one: -(one[2].value or 0))[:MOST_FREQUENT]
    yield Charts(
        "type-and-place",
        _("Incidents by type and jurisdiction, the most frequent types"),
        tuple(
            panels.bars(label, _across(context, answer, code), answer.unit, small=True) for code, label, _figure in most
        ),
        columns=2,
        message=sentence(_("Where each kind of incident was recorded.")),
        notes=(_("Each panel has its own scale."), *under_names(context)),
    )
    rows = [
        row(
            label,
            *(context.cell(answer, code, place) for place, _name in places.values),
            context.cell(answer, code, ALL),
        )
        for code, label, _figure in used
    ]
    whole = [context.cell(answer, ALL, place) for place, _name in places.values]
    rows.append(row(_("All types"), *whole, context.cell(answer), total=True))
    heads = [_("Type"), *(name for _code, name in places.values), _("All")]
    notes = under_names(context)
    yield context.table("type-and-place-table", _("Incidents by type and jurisdiction"), heads, rows, notes=notes)


def _across(context: Context, answer: Answer, code: str | None) -> list[tuple[str, Figure]]:
    return [(name, context.figure(answer, code, place)) for place, name in answer.axes[1].values]
