"""One file on its way in, as the command line sees it: how it is read, what it means, what becomes of it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import click

from throughline.cli.errors import Unusable, line_of
from throughline.cli.output import plain, say, show
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake import services
from throughline.kernel.intake.coding import decode, with_column
from throughline.kernel.intake.formats import Table, Unreadable
from throughline.kernel.intake.limits import limits
from throughline.kernel.intake.mapping import Mapping, field_of
from throughline.kernel.intake.models import Batch, Profile
from throughline.kernel.intake.preview import Preview
from throughline.kernel.intake.runs import check_complete
from throughline.kernel.intake.settings_given import Given
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.permissions import adding_programmes
from throughline.reference.models import Programme

MOST_LINES = 20


@dataclass
class Bringing:
    """A file read and mapped, ready to be looked at and applied."""

    actor: Viewer
    resource: Resource
    table: Table
    mapping: Mapping
    programme: Programme | None
    name: str
    sha256: str
    wishes: dict[str, Any]

    @classmethod
    def begin(cls, actor: Viewer, resource: Resource, content: bytes, *, name: str, wishes: dict[str, Any]) -> Self:
        """Read the file and find out what its columns mean, wishes first, then the profile, then guesses."""
        most = limits().file_bytes
        if len(content) > most:
            raise Unusable(f"The file is larger than {most // 1024**2} MB. Split it.")
        programme = programme_named(actor, resource, wishes["programme"]) if resource.is_record else None
        profile = profile_named(resource, programme, wishes["profile"])
        given = Given.of(resource, wishes["settings"])
        try:
            table = services.read(content, given.options(profile.options if profile else None), resource=resource)
        except Unreadable as fault:
            raise Unusable(str(fault)) from fault
        if wishes["mapping_file"]:
            mapping = Mapping.of(json.load(wishes["mapping_file"]))
        elif profile:
            mapping = Mapping.of(profile.mapping).fitted(table.columns)
        else:
            mapping = services.suggest(actor, resource=resource, table=table)
        mapping = corrected(given.mapping(mapping), resource, table, wishes)
        check_complete(resource, table, mapping)
        wishes = {
            **wishes,
            "state": wishes["state"] or given.arrival,
            "reason": wishes["reason"] or given.reason,
            "leave_out": wishes["leave_out"] or given.leave_out,
        }
        return cls(actor, resource, table, mapping, programme, name, hashlib.sha256(content).hexdigest(), wishes)

    def preview(self, tick: Callable[[int], None]) -> Preview:
        return services.preview(
            self.actor,
            resource=self.resource,
            table=self.table,
            mapping=self.mapping,
            programme=self.programme,
            progress=tick,
        )

    def apply(self, tick: Callable[[int], None]) -> Batch:
        return services.apply(
            self.actor,
            resource=self.resource,
            table=self.table,
            mapping=self.mapping,
            programme=self.programme,
            arrival=self.wishes["state"] or "",
            reason=self.wishes["reason"],
            leave_out=self.wishes["leave_out"],
            name=self.name,
            sha256=self.sha256,
            progress=tick,
        )

    def keep_profile(self, name: str) -> None:
        """Keep what was set and what was found out; a guess that held for this file need not hold for the next."""
        services.keep_profile(
            self.actor,
            resource=self.resource,
            programme=self.programme,
            name=name,
            options=self.table.options.plain(),
            mapping=self.mapping,
        )
        say(f"Kept as profile {name}.")

    def tell_how_read(self) -> None:
        """What was guessed, what was noticed, what each column is taken for."""
        told = {name: value for name, value in self.table.options.plain().items() if value not in ("", None)}
        guessed = self.table.guessed
        say(
            "Read as: "
            + ", ".join(f"{name}={value!r}{' (guessed)' if name in guessed else ''}" for name, value in told.items())
        )
        for note in self.table.notes:
            say(f"  {note}")
        for use in self.mapping.uses:
            where = f"{use.column!r}" if use.column else f"always {use.constant!r}"
            say(f"  {where} -> {use.target}{f' ({len(use.values)} values mapped)' if use.values else ''}")
        unused = [column for column in self.table.columns if not self.mapping.of_column(column)]
        if unused:
            say(f"  not used: {', '.join(unused)}")

    def tell_outcome(self, preview: Preview, batch: Batch | None, *, layout: str) -> None:
        """Counts and problems; nothing in the way is left unsaid."""
        problems = services.problems_of(preview)
        if layout == "json":
            told = {
                "file": self.name,
                "options": self.table.options.plain(),
                "mapping": self.mapping.plain(),
                "rows": preview.rows,
                "counts": preview.counts,
                "problems": [problem.as_dict() for problem in problems],
                "alike": preview.alike,
                "batch": str(batch.pk) if batch else None,
            }
            click.echo(json.dumps(plain(told), ensure_ascii=False, indent=2))
            return
        show([{"rows": preview.rows, **preview.counts}], layout=layout)
        if preview.alike:
            say(
                f"{len(preview.alike):,} new rows look like something known already (--format json says which, and why)."
            )
        for problem in problems[:MOST_LINES]:
            say(line_of(problem))
        if len(problems) > MOST_LINES:
            say(f"... and {len(problems) - MOST_LINES} more. --format json prints them all.")
        if batch:
            say(f"Brought in. To take it back: throughline undo {batch.pk}")
        else:
            say("Nothing was written.")


def programme_named(actor: Viewer, resource: Resource, code: str | None) -> Programme | None:
    """The programme to add to."""
    open_ = Programme.objects.filter(pk__in=adding_programmes(resource, actor)).order_by("code")
    if code:
        found = open_.filter(code__iexact=code).first()
        if found is None:
            raise Unusable(
                f"You may not add to a programme {code}. You may to: {', '.join(one.code for one in open_) or 'none'}."
            )
        return found
    if len(open_) > 1:
        raise Unusable(f"Say where to with --programme: {', '.join(one.code for one in open_)}.")
    return open_.first()


def profile_named(resource: Resource, programme: Programme | None, name: str | None) -> Profile | None:
    if not name:
        return None
    profiles = Profile.objects.filter(noun=resource.noun, programme=programme)
    found = profiles.filter(name__iexact=name).first()
    if found is None:
        raise Unusable(f"There is no profile {name!r}. There are: {', '.join(one.name for one in profiles) or 'none'}.")
    return found


def pairs_of(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """'a=b' as ('a', 'b'). The last '=' of a text divides it, so that a column's name may hold one."""
    for text in texts:
        if "=" not in text:
            raise Unusable(f"Write it as name=value, not {text!r}.")
    return [(name.strip(), value.strip()) for name, _, value in (text.rpartition("=") for text in texts)]


def corrected(mapping: Mapping, resource: Resource, table: Table, wishes: dict[str, Any]) -> Mapping:
    """The mapping with what the person said on the command line."""
    for column, target in pairs_of(wishes["mapped"]):
        if column not in table.columns:
            raise Invalid([Problem("--map", f"The file has no column {column!r}. It has: {', '.join(table.columns)}.")])
        if target and not target.startswith("#"):
            for one in target.split("+"):
                check_target(resource, one)
        mapping = with_column(mapping, column, decode(target, column, resource, mapping.of_column(column)))
    for target, value in pairs_of(wishes["constants"]):
        check_target(resource, target)
        mapping = mapping.with_constant(target, value)
    for where, value in pairs_of(wishes["values"]):
        target, colon, found = where.partition(":")
        use = mapping.use_of(target)
        if not colon or use is None:
            raise Invalid([Problem("--value", f"Nothing in the file fills {target!r}; write FIELD:FROM=TO.")])
        mapping = mapping.with_use(replace(use, values={**use.values, found: value}))
    return mapping


def check_target(resource: Resource, target: str) -> None:
    if field_of(resource, target) is None and target not in {lines.name for lines in resource.lines}:
        known = ", ".join(column.key for column in resource.columns if column.writable)
        raise Invalid([Problem("--map", f"{resource.noun} has no field {target!r}. It has: {known}.")])
