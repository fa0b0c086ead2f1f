"""A file from the outside to a batch in one call: what the command line and the API use."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake import services
from throughline.kernel.intake.formats import Table, Unreadable
from throughline.kernel.intake.limits import check_size
from throughline.kernel.intake.mapping import Mapping, missing
from throughline.kernel.intake.models import Batch
from throughline.kernel.intake.preview import Preview, Progress
from throughline.kernel.intake.queries import profiles_for
from throughline.kernel.intake.settings_given import Given
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.ownership import programme_named


@dataclass
class Run:
    """What came of it: how the file was read, what it would do or did."""

    table: Table
    mapping: Mapping
    preview: Preview
    batch: Batch | None = None


def bring_in(
    actor: Viewer,
    *,
    noun: str,
    content: bytes,
    name: str,
    settings: Iterable[str] = (),
    profile: str = "",
    programme: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Read, map, preview and, unless it is a dry run, apply. Raises Invalid, Refused or Conflict."""
    check_size(content, name)
    resource = registry.get(noun)
    home = programme_named(resource, actor, programme)
    given = Given.of(resource, settings)
    kept = _profile(actor, resource, home, profile)
    try:
        table = services.read(content, given.options(kept.options if kept else None), resource=resource)
    except Unreadable as fault:
        raise Invalid([Problem("file", str(fault), name)]) from fault
    suggested = (
        Mapping.of(kept.mapping).fitted(table.columns)
        if kept
        else services.suggest(actor, resource=resource, table=table)
    )
    mapping = given.mapping(suggested)
    check_complete(resource, table, mapping)
    if dry_run:
        found = services.preview(
            actor, resource=resource, table=table, mapping=mapping, programme=home, progress=progress
        )
        return Run(table, mapping, found)
    batch = services.apply(
        actor,
        resource=resource,
        table=table,
        mapping=mapping,
        programme=home,
        arrival=given.arrival,
        reason=given.reason,
        leave_out=given.leave_out,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        progress=progress,
    )
    return Run(table, mapping, Preview(counts=batch.counts), batch)


def _profile(actor: Viewer, resource: Resource, programme: Any, name: str) -> Any:
    if not name:
        return None
    found = profiles_for(actor, resource, programme).filter(name=name).first()
    if found is None:
        known = ", ".join(profiles_for(actor, resource, programme).values_list("name", flat=True))
        raise Invalid(
            [Problem("profile", _("There is no such profile. There are: %(known)s.") % {"known": known or "–"}, name)]
        )
    return found


def check_complete(resource: Resource, table: Table, mapping: Mapping) -> None:
    """Before judging a hundred thousand rows: does anything fill what every row must have?"""
    fitted = mapping.fitted(table.columns)
    strange = [one.column for one in mapping.uses if one.column and one.column not in table.columns]
    problems = [
        Problem(name, _("The file has no such column."), name)
        for name in (*strange, *(n for n in mapping.group if n not in table.columns))
    ]
    for one in missing(resource, fitted):
        message = _(
            "Nothing in the file fills the %(field)s, which every %(noun)s needs. Map a column to it, or give one value for all rows (--set %(name)s=…)."
        )
        problems.append(Problem(one.name, message % {"field": one.title, "noun": resource.title, "name": one.name}))
    if problems:
        raise Invalid(problems)
