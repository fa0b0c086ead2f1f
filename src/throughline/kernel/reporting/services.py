"""Verbs on reports: build, build again, hand out as a file. Signing off is `flow.services.advance`."""

import hashlib
import json
from dataclasses import replace
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.rules import can_read
from throughline.kernel.access.services import begin
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.services import carry_on
from throughline.kernel.history.unit import note, verb
from throughline.kernel.layouts.queries import active_content
from throughline.kernel.measures import facts, words
from throughline.kernel.measures import registry as measures
from throughline.kernel.periods import KINDS, NotAPeriodError, Period, Span
from throughline.kernel.reporting.blocks import Snapshot
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.focus import Focus, focus_of
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import BUILDERS, SAME, last_edition, next_edition, programmes_for
from throughline.kernel.reporting.registry import Cover, Template
from throughline.kernel.reporting.registry import template as template_of
from throughline.kernel.reporting.render import FORMATS, render

KEEP_SECONDS = 900


@verb("report.build")
def build(
    actor: Viewer,
    *,
    template: str,
    period: Period | str,
    scope: str,
    programme: Any = None,
    handling: str = "",
    language: str = "en-gb",
    focus: str = "",
) -> Report:
    """Build a document from the figures this person may see now, as a draft of their organisation.

    What was built before of the same document stays as it is; this is then its next edition, and says what it follows.
    Order: check template, period, scope, focus, programme and role; ask every measure from one state of the
    facts; freeze blocks and figures as plain data; take a reference; write the report; write history.
    Raises Refused or Invalid (nothing written).
    """
    declared = template_of(template)
    when = _period(declared, period)
    _check(declared, scope, handling, language, focus)
    programme = _programme(actor, programme)
    owner = _owner(actor, programme)
    with translation.override(language):
        about = focus_of(focus) if focus else None
        wanted = Wanted(declared, when, scope, programme, handling or declared.handling, language, about)
        snapshot = _snapshot(actor, wanted)
    report = begin(
        actor,
        Report,
        programme=programme,
        owner=owner,
        template=template,
        title=f"{snapshot.subtitle}: {snapshot.title}" if declared.focused and snapshot.subtitle else snapshot.title,
        period=str(when),
        scope=scope,
        focus=snapshot.focus,
        language=language,
        marking=snapshot.handling,
        handling=Handling.STRICT,
        illustrative=snapshot.illustrative,
        data_time=snapshot.data_time,
        facts_version=snapshot.facts_version,
        run_as=snapshot.run_as,
    )
    _number(report)
    report.snapshot = replace(snapshot, reference=report.reference, edition=report.edition).to_json()
    report.fingerprint = fingerprint(report.snapshot)
    report.save(force_insert=True)
    facts.keep(facts.named(report.facts_version), reason=f"report {report.reference}")
    built = {"template": template, "period": str(when), "scope": scope, "figures": len(snapshot.figures)}
    note(report, after=built | {"edition": report.edition} | ({"focus": report.focus} if report.focus else {}))
    if report.follows is not None:
        note(report.follows, after={"followed by": report.reference, "edition": report.edition}, verb="report.follow")
    return report


@verb("report.rebuild")
def rebuild(actor: Viewer, *, report: Report) -> Report:
    """The same document from today's figures: a new report beside the old one, which stays as it is. What was asked
    to be changed in the old one and is not settled there waits in the new one too.
    """
    if not can_read(actor, report):
        raise Refused(_("You cannot see this report."))
    made = build(
        actor,
        template=report.template,
        period=report.period,
        scope=report.scope,
        programme=report.programme,
        handling=report.marking,
        language=report.language,
        focus=report.focus,
    )
    if made.owner_id == report.owner_id:  # requests are for who reads the document: they never go to another's
        carry_on(actor, report, made)
    return made


@verb("report.download")
def hand_out(actor: Viewer, *, report: Report, fmt: str) -> bytes:
    """The document as a file, and a line in history that this person took it."""
    if not can_read(actor, report):
        raise Refused(_("You cannot see this report."))
    if fmt not in FORMATS:
        raise Invalid([Problem("format", _("Choose one of: %(all)s") % {"all": ", ".join(FORMATS)}, fmt)])
    content = rendered(stamped(report), fmt, active_content(report.programme_id, report.template, fmt))
    note(report, after={"format": fmt})
    return content


def stamped(report: Report) -> dict[str, Any]:
    """The snapshot with the state of the report on it, so that a draft says so on every page."""
    state = report.state if report.state in ("ready", "signed", "released") else "draft"
    return {**report.snapshot, "state": state}


def rendered(snapshot: dict[str, Any], fmt: str, look: bytes | None = None) -> bytes:
    """The file of a snapshot, kept for a while: pages ask for the same one more than once."""
    printed_with = hashlib.sha256(look).hexdigest() if look else "house"
    key = f"report:{fmt}:{printed_with}:{fingerprint(snapshot)}"
    content: bytes | None = caches["local"].get(key)
    if content is None:
        content = render(snapshot, fmt, look)
        caches["local"].set(key, content, KEEP_SECONDS)
    return content


def fingerprint(snapshot: dict[str, Any]) -> str:
    """SHA-256 of a snapshot's content, whatever the order of its keys."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_name(snapshot: dict[str, Any], fmt: str) -> str:
    """'quarterly-monitor_2023-Q4_SEE-7_edition-1.pdf'."""
    parts = [
        snapshot["template"],
        *([focus] if (focus := _focus_in_name(snapshot)) else []),
        snapshot["period"].replace("..", "_"),
        snapshot["scope"],
        f"edition-{snapshot['edition']}",
    ]
    draft = [] if snapshot["state"] == "released" else [_("draft")]
    return "_".join([*parts, *draft]) + f".{fmt}"


def _focus_in_name(snapshot: dict[str, Any]) -> str:
    """The code of a ready focus; of any other question its title, for an address makes no name."""
    focus = snapshot.get("focus", "")
    return focus if "=" not in focus else slugify(snapshot["title"])[:60]


# ---- how a snapshot is made


class Wanted(NamedTuple):
    """What a document is to be: checked, and not yet built."""

    declared: Template
    period: Period
    scope: str
    programme: Any
    handling: str
    language: str
    focus: Focus | None = None


def _number(report: Report) -> None:
    """The next edition, following the one before. Two people building the same at once wait for each other here."""
    with connection.cursor() as cursor:
        same = ":".join(str(getattr(report, name)) for name in SAME)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"edition {same}"])
    report.follows = last_edition(report)
    report.edition = next_edition(report)


def _snapshot(actor: Viewer, wanted: Wanted) -> Snapshot:
    declared, period, scope, programme = wanted.declared, wanted.period, wanted.scope, wanted.programme
    context = Context.open(actor, programme=programme, period=period, scope=scope, focus=wanted.focus)
    blocks = [block for spec in declared.blocks for block in spec.blocks(context)]
    if not context.figures:
        raise Invalid([Problem("template", _("This document has no figures to build from."), declared.id)])
    first = next(iter(context.answers.values()), None)
    cover = declared.cover(context) if declared.cover else Cover(str(declared.title))
    return Snapshot(
        template=declared.id,
        title=cover.title,
        subtitle=cover.subtitle,
        period=str(period),
        period_label=cover.period or words.period_words(period),
        scope=scope,
        scope_label=cover.scope or context.scope_label,
        scope_members=tuple(context.places.values()),
        programme=str(programme),
        publisher=str(programme.secretariat),
        handling=wanted.handling,
        handling_label=str(Handling(wanted.handling).label),
        language=wanted.language,
        focus=wanted.focus.id if wanted.focus else "",
        run_as=first.run_as if first else actor.name,
        data_time=(first.asked_at if first else context.opened).isoformat(),
        facts_version=", ".join(first.as_of) if first else "",
        illustrative=programme.illustrative
        or context.illustrative
        or any(answer.illustrative for answer in context.answers.values()),
        illustrative_words=str(declared.illustrative),
        address=settings.THROUGHLINE_ADDRESS.rstrip("/") + reverse("question"),
        figures=context.figures,
        blocks=tuple(blocks),
        basis=context.basis(spec.id for spec in declared.blocks),
    ).numbered()


def _period(declared: Template, given: Period | str) -> Period:
    try:
        period = given if isinstance(given, Period) else Period.parse(given)
    except NotAPeriodError as error:
        raise Invalid([Problem("period", str(error), error.text)]) from error
    if not isinstance(period, tuple((KINDS | {"span": Span})[kind] for kind in declared.periods)):
        examples = {
            "year": "2023", "half": "2023-H1", "quarter": "2023-Q4", "month": "2023-05", "span": "2020..2023",
        }  # fmt: skip
        wanted = ", ".join(examples[kind] for kind in declared.periods)
        raise Invalid(
            [
                Problem(
                    "period", _("This document is for periods such as %(examples)s.") % {"examples": wanted}, str(given)
                )
            ]
        )
    return period


def _check(declared: Template, scope: str, handling: str, language: str, focus: str) -> None:
    problems = []
    if declared.focused and not focus:
        problems.append(Problem("focus", _("Choose what the document is to focus on.")))
    if focus and not declared.focused:
        problems.append(Problem("focus", _("This document has no focus to choose."), focus))
    if not declared.about and scope not in measures.scopes():
        known = ", ".join(measures.scopes())
        problems.append(Problem("scope", _("There is no such scope. There are: %(all)s") % {"all": known}, scope))
    if handling and handling not in Handling.values:
        problems.append(Problem("handling", _("Choose one of the handling codes."), handling))
    if language not in dict(settings.LANGUAGES):
        problems.append(Problem("language", _("Choose one of the languages of this installation."), language))
    if problems:
        raise Invalid(problems)


def _programme(actor: Viewer, programme: Any) -> Any:
    """The programme the document speaks for: the one given, else the only one the actor may build for."""
    if programme is not None:
        if not actor.has_role(programme.pk, *BUILDERS):
            raise Refused(_("Only analysts and the secretariat of a programme may build its documents."))
        return programme
    found = programmes_for(actor)
    if not found:
        raise Refused(_("Only analysts and the secretariat of a programme may build its documents."))
    if len(found) > 1:
        raise Invalid([Problem("programme", _("Choose the programme this document is for."))])
    return found[0]


def _owner(actor: Viewer, programme: Any) -> Any:
    """Whose the document will be: the secretariat's where the actor belongs to it, else their own organisation's."""
    if programme.secretariat_id in actor.organisations:
        return programme.secretariat_id
    if len(actor.organisations) == 1:
        return next(iter(actor.organisations))
    raise Refused(_("Documents are built by members of the secretariat, or of one single organisation."))
