"""Verbs on questionnaires: keep one, add an edition to it."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.services import begin
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.rounds import registry
from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.models import Edition, EditionMedia, Questionnaire
from throughline.kernel.rounds.rules import may_prepare, may_run


@verb("questionnaire.keep")
def keep_questionnaire(
    actor: Viewer, *, programme: Any, title: str, code: str = "", asking: str = "general", note_text: str = ""
) -> Questionnaire:
    """Start a questionnaire of a programme; its first edition follows.

    Order: check the role, the title and the code; take a reference; write; history. Everyone in the programme
    may know what can be asked of them, so it is GREEN. Raises Refused or Invalid.
    """
    if not may_prepare(actor, programme.pk):
        raise Refused(_("Only the secretariat of the programme makes questionnaires."))
    code = slugify(code or title)[:60]
    problems = []
    if not title.strip():
        problems.append(Problem("title", _("Give the questionnaire a title.")))
    if not code:
        problems.append(Problem("code", _("Give the questionnaire a code of letters, digits and dashes.")))
    elif Questionnaire.objects.filter(code=code).exists():
        problems.append(Problem("code", _("There is a questionnaire with this code already."), code))
    if asking not in {one.code for one in registry.everything()}:
        problems.append(Problem("asking", _("Choose one of the kinds of questionnaire."), asking))
    if problems:
        raise Invalid(problems)
    made = begin(
        actor,
        Questionnaire,
        programme=programme,
        owner=programme.secretariat_id,
        handling=Handling.GREEN,
        state="in-use",
        title=title.strip(),
        code=code,
        asking=asking,
        note=note_text,
    )
    if not may_run(actor, made):
        raise Refused(_("Only people of the programme's secretariat make questionnaires."))
    made.save(force_insert=True)
    note(made, after={"title": made.title, "code": made.code, "asking": made.asking})
    return made


@verb("questionnaire.add-edition")
def add_edition(
    actor: Viewer,
    *,
    questionnaire: Questionnaire,
    content: bytes,
    name: str,
    origin: str = Edition.Origin.UPLOAD,
    media: Iterable[tuple[str, str, bytes]] = (),
) -> Edition:
    """Add an edition from an XLSForm file; rounds that are open keep the one they ask.

    Order: check the role; read the form (nothing is kept of one with problems); number it; write the edition and
    its media (name, type, content); history. Raises Refused, Invalid with sheet and row of every problem, or
    Conflict where the newest edition is the same form.
    """
    fresh = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
    if not may_run(actor, fresh):
        raise Refused(_("Only the secretariat that keeps a questionnaire adds an edition."))
    read = read_xlsform(content, name)
    if read.problems:
        raise Invalid([Problem("file", str(one), row=one.row) for one in read.problems])
    latest = fresh.latest
    if latest and latest.xform == read.xform:
        raise Conflict(_("This form is the same as edition %(number)d.") % {"number": latest.number})
    edition = Edition.objects.create(
        questionnaire=fresh,
        number=latest.number + 1 if latest else 1,
        form_id=read.form_id,
        form_version=read.version,
        name=name[:200],
        source=content,
        xform=read.xform,
        warnings=[str(one) for one in read.warnings],
        origin=origin,
        made_by_id=actor.key,
    )
    EditionMedia.objects.bulk_create(
        [
            EditionMedia(edition=edition, name=medium, media_type=media_type, content=data)
            for medium, media_type, data in media
        ]
    )
    note(fresh, after={"edition": edition.number, "file": edition.name, "form": edition.form_id})
    return edition
