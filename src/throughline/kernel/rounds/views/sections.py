"""The sections of a questionnaire as one holder is asked them, and how far each is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.queries import files_of
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.device_models import Attachment
from throughline.kernel.rounds.forms.definition import Form, Item, Question
from throughline.kernel.rounds.forms.evaluating import Evaluation, evaluate
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.rounds.rules import is_contact_point, may_answer
from throughline.kernel.rounds.views.controls import Showing, is_seen
from throughline.kernel.rounds.views.holders import LOOSE, Holder, to
from throughline.kernel.rounds.views.wording import plain

Answers = dict[str, str]


@dataclass(frozen=True)
class Section:
    """A page of questions: a top-level group or repeat, or the questions outside of any."""

    name: str
    title: str
    items: tuple[Item, ...]
    asked: int
    answered: int
    problems: int
    relevant: bool
    url: str = ""
    shared: tuple[Part, ...] = ()

    @property
    def done(self) -> bool:
        return self.asked > 0 and self.asked == self.answered and not self.problems

    @property
    def top(self) -> str:
        """What the engine calls it."""
        return "" if self.name == LOOSE else self.name


def evaluated(holder: Holder, answers: Answers, language: str, *, final: bool = False) -> Evaluation:
    return evaluate(holder.edition.form, answers, language=language, final=final, seed=str(holder.sheet_id))


def sections_of(
    holder: Holder, evaluation: Evaluation, language: str, shared: Iterable[Part] = ()
) -> tuple[Section, ...]:
    """The sections this holder is asked, in the order of the form."""
    wanted = set(holder.sections) if isinstance(holder, Part) else set()
    given = tuple(shared)
    found: dict[str, list[Item]] = {}
    for item in evaluation.form.children:
        name = LOOSE if isinstance(item, Question) else item.name
        if is_seen(item) and (not wanted or item.name in wanted):
            found.setdefault(name, []).append(item)
    return tuple(_section(holder, evaluation, language, name, items, given) for name, items in found.items())


def _section(
    holder: Holder, evaluation: Evaluation, language: str, name: str, items: list[Item], shared: tuple[Part, ...]
) -> Section:
    counts = evaluation.by_section.get("" if name == LOOSE else name)
    asked, answered, problems = counts or (0, 0, 0)
    return Section(
        name=name,
        title=section_title(evaluation, items, language, name),
        items=tuple(items),
        asked=asked,
        answered=answered,
        problems=problems,
        relevant=is_relevant(evaluation, items),
        url=to(holder, "answer", name),
        shared=tuple(part for part in shared if not part.sections or name in part.sections),
    )


def section_title(evaluation: Evaluation, items: list[Item], language: str, name: str) -> str:
    if name == LOOSE:
        return _("Questions") if len(evaluation.form.children) == len(items) else _("General questions")
    stands = evaluation.at(name)
    return plain(stands.label if stands else items[0].label(language)) or name


def is_relevant(evaluation: Evaluation, items: list[Item]) -> bool:
    stands = [evaluation.at(item.name) for item in items]
    known = [one.relevant for one in stands if one is not None]
    return any(known) if known else True


def section_or_404(sections: Iterable[Section], name: str) -> Section:
    for section in sections:
        if section.name == name:
            return section
    raise Http404(_("This questionnaire has no such section."))


def shared_parts(viewer: Viewer, holder: Holder) -> list[Part]:
    """The parts a return was shared out in, as far as this person knows of them."""
    if not isinstance(holder, Return):
        return []
    if is_contact_point(viewer, holder):
        return queries.parts_standing(viewer, holder)
    return list(queries.parts_for(viewer).filter(of=holder).exclude(state=Part.States.WITHDRAWN))


def language_of(request: HttpRequest, holder: Holder) -> str:
    """The language of the questions: the one chosen on this page, the one chosen before, else the reader's own."""
    form, key = holder.edition.form, f"answer-language-{holder.edition.questionnaire_id}"
    asked = request.GET.get("language", "")
    if asked in form.languages:
        if request.session.get(key) != asked:
            request.session[key] = asked
        return asked
    kept = request.session.get(key, "")
    return str(kept) if kept in form.languages else form.language_for(get_language() or "")


def code_of(language: str) -> str:
    """'Shqip (sq)' -> 'sq', for the lang attribute; '' where the form does not say."""
    code = language.rpartition("(")[2].removesuffix(")") if language.endswith(")") else ""
    return code if code.replace("-", "").isalnum() and code[:2].isalpha() else ""


def showing_of(
    viewer: Viewer,
    holder: Holder,
    language: str,
    *,
    answers: Answers | None = None,
    clashes: Any = (),
    final: bool = False,
) -> Showing:
    """What is needed to draw the questions with these answers (by default the working ones)."""
    stored = dict(holder.sheet.answers) if answers is None else answers
    return Showing(
        form=holder.edition.form,
        evaluation=evaluated(holder, stored, language, final=final),
        stored=stored,
        language=language,
        before=queries.before(holder) if isinstance(holder, Return) and may_answer(viewer, holder) else {},
        remarks=queries.remarks_open(holder),
        clashes={clash.place: clash for clash in clashes},
        files=file_addresses(viewer, holder),
    )


def file_addresses(viewer: Viewer, holder: Holder) -> dict[str, str]:
    """Name of a file given as an answer -> where this person may fetch it; the newest of a name."""
    sent: Any = Attachment.objects.visible_to(viewer)
    came = sent.filter(arrival__sheet=holder.sheet_id, file__isnull=False).order_by("arrival__at")
    found = {one.name: reverse("file-download", args=[one.file_id]) for one in came}
    kept = files_of(viewer, holder).order_by("kept_at")
    return found | {one.name: reverse("file-download", args=[one.pk]) for one in kept}


def languages_offered(form: Form, current: str) -> list[dict[str, Any]]:
    """The form's own languages, to switch between; none where there is nothing to choose."""
    if len(form.languages) < 2:
        return []
    return [{"label": name, "code": code_of(name), "current": name == current} for name in form.languages]
