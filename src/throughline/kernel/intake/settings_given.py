"""Settings of the command line as reading options and a mapping: `--set encoding=cp1250 --set kind=other`."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.intake.coding import decode, with_column
from throughline.kernel.intake.formats import Options
from throughline.kernel.intake.mapping import COUNT, Mapping, Use, field_of
from throughline.kernel.resources.declare import Resource

READING = ("format", "encoding", "delimiter", "quote", "sheet", "header_row", "dates", "decimal")
ARRIVING = ("arrival", "reason", "leave-out")
NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|"}


@dataclass
class Given:
    """What was set, sorted by what it is about.

    encoding=cp1250                       how the file is read
    kind=other, people.1.side=victim      one value for all rows
    column:dc_key=external_key            what a column fills; column:race= leaves it out
    value:fatal:true=killed               what a value in a column becomes
    count:best=people:side=victim,outcome=killed   a number of lines
    group=dc_key                          rows with the same value are one record
    arrival=verified, reason=...          the state new records arrive in, and why
    leave-out=yes                         bring in the rest when some rows are wrong
    """

    resource: Resource
    reading: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    counts: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    group: tuple[str, ...] | None = None
    arriving: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, resource: Resource, pairs: Iterable[str]) -> "Given":
        given = cls(resource)
        for pair in pairs:
            name, equals, value = pair.partition("=")
            if not equals:
                raise Invalid([Problem(name, _("Write a setting as name=value."), pair)])
            given._take(resource, name.strip(), value)
        return given

    def _take(self, resource: Resource, name: str, value: str) -> None:
        kind, _colon, rest = name.partition(":")
        if kind == "column" and rest:
            self.columns[rest] = value
        elif kind == "value" and ":" in rest:
            column, _mark, cell = rest.partition(":")
            self.values.setdefault(column, {})[cell] = value
        elif kind == "count" and rest:
            relation, _mark, fixed = value.partition(":")
            self.counts[rest] = (relation, dict(part.split("=", 1) for part in fixed.split(",") if "=" in part))
        elif name == "group":
            self.group = tuple(one for one in value.split("+") if one)
        elif name in READING:
            self.reading[name] = NAMES.get(value, value) if name == "delimiter" else value
        elif name in ARRIVING:
            self.arriving[name] = value
        elif field_of(resource, name) is not None:
            self.constants[name] = value
        else:
            known = ", ".join(
                [
                    *READING,
                    *ARRIVING,
                    "group",
                    "column:…",
                    "value:…:…",
                    "count:…",
                    *(one.name for one in resource.fields),
                ]
            )
            raise Invalid(
                [Problem(name, _("There is no such setting. There are: %(known)s.") % {"known": known}, value)]
            )

    def options(self, base: dict[str, Any] | None = None) -> Options:
        return Options.of({**(base or {}), **self.reading})

    def mapping(self, suggested: Mapping) -> Mapping:
        """The suggestion (or a profile), with what was set on top."""
        mapping = suggested
        for column, code in self.columns.items():
            mapping = with_column(mapping, column, decode(code, column, self.resource, mapping.of_column(column)))
        for column, (relation, fixed) in self.counts.items():
            mapping = mapping.without_column(column).with_use(Use(relation, column, how=COUNT, fixed=fixed))
        for column, values in self.values.items():
            for use in mapping.of_column(column):
                mapping = mapping.with_use(replace(use, values={**use.values, **values}))
        for target, value in self.constants.items():
            mapping = mapping.with_constant(target, value)
        return replace(mapping, group=self.group) if self.group is not None else mapping

    @property
    def arrival(self) -> str:
        return self.arriving.get("arrival", "")

    @property
    def reason(self) -> str:
        return self.arriving.get("reason", "")

    @property
    def leave_out(self) -> bool:
        return self.arriving.get("leave-out", "").strip().lower() in {"yes", "true", "1", "on"}
