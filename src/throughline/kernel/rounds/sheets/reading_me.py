"""The first sheet: what is asked, of whom, by when, and how to fill the file."""

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from throughline.kernel.access.choices import Handling
from throughline.kernel.rounds.models import Part

if TYPE_CHECKING:
    from throughline.kernel.rounds.sheets.writing import Writing


def write_read_me(made: "Writing") -> None:
    """The sheet 'Read me'."""
    get = made.styles.get
    sheet: Worksheet = made.book.add_worksheet(_("Read me")[:31])
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L&9{made.holder.reference}&R&9&P / &N")
    sheet.write_string(0, 0, made.holder.round.title, get("title"))
    sheet.set_row(0, 26)
    row = 2
    if made.holder.illustrative:
        sheet.write_string(row, 0, _("Illustrative"), get("warning"))
        sheet.write_string(row, 1, _("Made up to show the program. These are nobody's real answers."), get("warning"))
        row += 2
    for label, text in facts(made):
        sheet.write_string(row, 0, label, get("label"))
        sheet.write_string(row, 1, text, get("text"))
        row += 1
    row += 1
    sheet.write_string(row, 0, _("How to fill it"), get("label"))
    for text in how():
        sheet.write_string(row, 1, text, get("text"))
        row += 1
    row += 1
    sheet.write_string(row, 0, _("Sheets"), get("label"))
    for one in made.layout.sheets:
        sheet.write_url(row, 1, f"internal:'{one.name}'!A1", get("link"), string=one.name)
        row += 1
    sheet.protect("")


def facts(made: "Writing") -> list[tuple[str, str]]:
    """What is asked, of whom, by when."""
    holder = made.holder
    asked_in = holder.round
    found = [
        (_("Asked of"), f"{holder.owner}"),
        (_("Asked by"), str(holder.of.owner if isinstance(holder, Part) else asked_in.owner)),
        (_("Period"), asked_in.period),
        (_("Due"), date_format(holder.due, "DATE_FORMAT")),
        (_("Questionnaire"), f"{made.form.title}, {_('edition %(number)d') % {'number': holder.edition.number}}"),
        (_("Reference"), holder.reference),
        (_("Handling"), _("Drafts: only your organisation. Once accepted: %(code)s.") % {
            "code": Handling(asked_in.opens_to).label
        }),
    ]  # fmt: skip
    if isinstance(holder, Part) and holder.note:
        found.append((_("Note"), holder.note))
    if asked_in.instructions:
        found.append((_("Instructions"), asked_in.instructions))
    if made.remarks.get(""):
        found.append((_("Remark"), made.remarks[""]))
    return found


def how() -> list[str]:
    return [
        _("Fill the shaded cells. Choose from the list where there is one; a code is understood too."),
        _(
            "A blank cell changes nothing: what was answered stays. To take an answer out, write a dash (—) in its cell."
        ),
        _(
            "The sheets are protected without a password. Once you lift it, rows and columns may be moved; leave the headings as they are."
        ),
        _("Rows of a table are added here and removed in the browser."),
        _(
            "Save the file as .xlsx and upload it where you downloaded it. You see what would change before anything does."
        ),
        _("The file belongs to this organisation and this round; it cannot be used for another."),
    ]
