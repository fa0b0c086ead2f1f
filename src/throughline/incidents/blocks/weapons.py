"""Weapons in incidents, and seizures. Kinds of weapon are counted by case: pieces of unlike things are never added."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from throughline.incidents.blocks.wording import (
    against,
    bold_note,
    compared_heads,
    compared_row,
    pairs,
    ranked,
    row,
    under_names,
)
from throughline.incidents.measures import SEIZURE
from throughline.kernel.measures.questions import PREVIOUS
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import Block, Cell, Charts, Table
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.sentences import sentence

FIREARMS = ("handgun", "rifle-shotgun", "automatic-military")


def weapons(context: Context) -> Iterator[Block]:
    answer = context.compared("weapon-lines", "weapon")
    found = ranked(context, answer)
    if not found:
        return
    _key, label, first = found[0]
    yield Charts(
        "weapons",
        _("Incidents by weapon recorded"),
        (panels.bars(_("Incidents by weapon recorded"), pairs(found), _("incidents")),),
        message=sentence(
            _("{weapon}: recorded in {count} incidents, more than any other weapon."), weapon=label, count=first
        ),
        notes=(_("An incident with several kinds of weapon counts once for each kind."),),
    )
    rows = [compared_row(context, answer, name, key) for key, name, _figure in found]
    heads = compared_heads(context, answer, _("Weapon"))
    share = context.figure(context.ask("share-illegal-possession"))
    words = _("Where possession was reported, the weapon was held illegally in {share} of the incidents.")
    yield context.table(
        "weapons-table",
        _("Incidents by weapon recorded, compared"),
        heads,
        rows,
        message=sentence(words, share=share) if share.value is not None else (),
        notes=[bold_note()],
    )


def seizures(context: Context) -> Iterator[Block]:
    answer = context.compared("seizures")
    if not answer.value:
        return
    message = sentence(
        _(
            "{count} weapon seizures, {large} of them of five weapons or more; {firearms} firearms were reported seized."
        ),
        count=context.figure(answer),
        large=context.figure(context.ask("large-seizures")),
        firearms=context.figure(context.ask("weapons-seized", where={"weapon": FIREARMS})),
    )
    kinds = ranked(context, context.ask("weapon-lines", "weapon", where={"type": SEIZURE}))
    if kinds:
        title = _("Seizures by weapon recorded")
        note = _("A seizure of several kinds of weapon counts once for each kind.")
        panel = panels.bars(title, pairs(kinds), _("seizures"))
        yield Charts("seizures-by-weapon", title, (panel,), message=message, notes=(note,))
    yield _by_jurisdiction(context)


def _by_jurisdiction(context: Context) -> Table:
    answer = context.compared("seizures", "jurisdiction")
    large = context.ask("large-seizures", "jurisdiction")
    firearms = context.ask("weapons-seized", "jurisdiction", where={"weapon": FIREARMS})

    def cells(*keys: str | None) -> list[Cell]:
        return [
            context.cell(answer, *keys),
            context.earlier_cell(answer, PREVIOUS, *keys),
            context.change_cell(answer, PREVIOUS, *keys),
            context.cell(large, *keys),
            context.cell(firearms, *keys),
        ]

    rows = [row(name, *cells(code)) for code, name in answer.axes[0].values]
    rows.append(row(context.scope_label, *cells(), total=True))
    heads = [
        _("Jurisdiction"),
        _("Seizures"),
        against(context, PREVIOUS),
        _("Change"),
        _("Large seizures"),
        _("Firearms seized"),
    ]
    notes = [
        bold_note(),
        _(
            "Large seizures: five weapons or more. Firearms: handguns, rifles, shotguns and automatic weapons, as reported."
        ),
        *under_names(context),
    ]
    return context.table("seizures", _("Weapon seizures by jurisdiction"), heads, rows, notes=notes)
