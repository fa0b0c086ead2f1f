"""The wizard's forms. They offer what there is; services judge."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake.formats import LABELS as FORMATS
from throughline.kernel.intake.formats import Options, Table
from throughline.kernel.intake.formats.delimited import DELIMITER_LABELS
from throughline.kernel.intake.formats.encodings import LABELS as ENCODINGS
from throughline.kernel.intake.mapping import Mapping, field_of, missing
from throughline.kernel.intake.models import Profile, Upload
from throughline.kernel.intake.owning import Arrival, owners
from throughline.kernel.intake.queries import nouns_for
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.lookups import options_of
from throughline.kernel.resources.ownership import programmes_to_add_to

DATES = {
    "day-first": gettext_lazy("Day first: 7.3.2024"),
    "month-first": gettext_lazy("Month first: 3/7/2024"),
    "iso": gettext_lazy("Year first: 2024-03-07"),
}
DECIMALS = {".": gettext_lazy("Point: 3.5"), ",": gettext_lazy("Comma: 3,5")}
MORE_CONSTANTS = 3
LONG_LIST = 400


class StartForm(forms.Form):
    """Which file, what is in it, for which programme, read as last time?"""

    noun = forms.ChoiceField(label=gettext_lazy("What is in the file"))
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    profile = forms.ChoiceField(label=gettext_lazy("Read it as"), required=False)
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or another text table, Excel, JSON, JSON Lines or GeoJSON."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.tab,.txt,.xlsx,.xls,.json,.jsonl,.ndjson,.geojson"}),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nouns = {one.noun: one for one in nouns_for(viewer)}
        records = [one for one in self.nouns.values() if one.is_record]
        self.programmes = {str(one.pk): one for one in programmes_to_add_to(viewer, *records)}
        self.profiles = {
            str(one.pk): one
            for one in Profile.objects.filter(programme__in=self.programmes.values(), noun__in=self.nouns)
        }
        self._offer("noun", [(one.noun, capfirst(str(one.title_plural))) for one in self.nouns.values()])
        programmes = [(key, str(one)) for key, one in self.programmes.items()]
        self._offer("programme", programmes if len(programmes) == 1 else [("", "–"), *programmes])
        profiles = [(key, f"{one.name} ({self.nouns[one.noun].title_plural})") for key, one in self.profiles.items()]
        self._offer("profile", [("", _("A file not seen before: suggest what the columns mean")), *profiles])
        for name in ("noun", "programme"):
            if len(self.fields[name].choices) == 1:  # type: ignore[attr-defined]
                self.fields[name].initial = self.fields[name].choices[0][0]  # type: ignore[attr-defined]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        noun = self.nouns.get(data.get("noun") or "")
        if noun is not None and noun.is_record and not data.get("programme"):
            self.add_error(
                "programme", _("Say for which programme these %(nouns)s are.") % {"nouns": noun.title_plural}
            )
        profile = self.profiles.get(data.get("profile") or "")
        if profile is not None and profile.noun != data.get("noun"):
            self.add_error("profile", _("This profile is for another kind of file."))
        return data


class ReadingForm(forms.Form):
    """How the file is read: each guess can be changed."""

    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Delimiter"), required=False)
    other_delimiter = forms.CharField(
        label=gettext_lazy("Another delimiter"), required=False, max_length=1, strip=False
    )
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Row with the names of the columns"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("0 if there is none."),
    )
    dates = forms.ChoiceField(label=gettext_lazy("Dates"), required=False)
    decimal = forms.ChoiceField(label=gettext_lazy("Decimal mark"), required=False)

    def __init__(self, *args: Any, table: Table | None, asked: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = table.options if table else asked
        self._choose("format", FORMATS, used.format, asked.format)
        self._choose("encoding", ENCODINGS, used.encoding, asked.encoding)
        delimiters = {**DELIMITER_LABELS, **({used.delimiter: used.delimiter} if used.delimiter else {})}
        self._choose("delimiter", {**delimiters, **DELIMITER_LABELS}, used.delimiter, asked.delimiter)
        self._choose("sheet", {name: name for name in (table.sheets if table else ())}, used.sheet, asked.sheet)
        self._choose("dates", DATES, used.dates, asked.dates)
        self._choose("decimal", DECIMALS, used.decimal, asked.decimal)
        self.fields["header_row"].initial = used.header_row
        if used.format in {"xlsx", "xls"}:
            self._leave_out("encoding", "delimiter", "other_delimiter")
        elif used.format in {"json", "jsonl", "geojson"}:
            self._leave_out("delimiter", "other_delimiter", "sheet", "header_row")
        else:
            self._leave_out("sheet")

    def _choose(self, name: str, labels: dict[str, Any], used: str, asked: str) -> None:
        guess = _("Guess: %(guess)s") % {"guess": labels.get(used, used)} if used else _("Guess")
        self.fields[name].choices = [("", guess), *labels.items()]  # type: ignore[attr-defined]
        self.fields[name].initial = asked

    def _leave_out(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    def options(self, asked: Options) -> Options:
        """The options as chosen; a header row that equals the guess stays a guess."""
        data = dict(self.cleaned_data)
        if other := data.pop("other_delimiter", ""):
            data["delimiter"] = other
        if (
            "header_row" in data
            and data["header_row"] == self.fields["header_row"].initial
            and asked.header_row is None
        ):
            data["header_row"] = None
        return Options.of({**asked.plain(), **data})


class ConstantsForm(forms.Form):
    """One value for all rows: what is required and not in the file, and what else the person wants to say."""

    def __init__(self, *args: Any, resource: Resource, mapping: Mapping, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource, self.mapping = resource, mapping
        self.names = list(
            dict.fromkeys([*self._offered(viewer), *(one.target for one in mapping.uses if one.is_constant)])
        )
        for name in self.names:
            one = field_of(resource, name)
            if one is not None:
                self.fields[f"k.{name}"] = constant_field(
                    one, name, resource, viewer, required=one.required and not name.count(".")
                )
                use = mapping.use_of(name)
                self.fields[f"k.{name}"].initial = use.constant if use is not None else ""

    def _offered(self, viewer: Viewer) -> list[str]:
        needed = [one.name for one in missing(self.resource, self.mapping)]
        own = ["owner"] if len(owners(self.resource, viewer)) > 1 else []
        usual = [
            one.name for one in self.resource.fields if one.required and one.kind in {"term", "reference", "choice"}
        ]
        filled = {one.target for one in self.mapping.uses if one.column}
        handling = ["handling"] if self.resource.is_record and "handling" not in filled else []
        return [*own, *needed, *(name for name in usual if name not in filled), *handling]

    def apply(self, mapping: Mapping) -> Mapping:
        """What the page did not ask yet stays as it was suggested."""
        for name in self.names:
            if f"k.{name}" in self.fields and f"k.{name}" in self.data:
                mapping = mapping.with_constant(name, str(self.cleaned_data.get(f"k.{name}") or "").strip())
        return mapping


def constant_field(one: Field, target: str, resource: Resource, viewer: Viewer, *, required: bool) -> forms.Field:
    """A select where there is a list, else a line of text."""
    label = str(one.title)
    if target.count(".") == 2:
        part = resource.lines_of(target.split(".", 1)[0])
        label = f"{part.one}: {label}"
    options = options_of(one, viewer)
    if one.name == "owner":
        pairs = [(owner.code, str(owner)) for owner in owners(resource, viewer)]
    else:
        pairs = [(option.value, f"\N{EM SPACE}{option.label}" if option.parent else option.label) for option in options]
    if pairs and len(pairs) <= LONG_LIST:
        return forms.ChoiceField(label=capfirst(label), choices=[("", "–"), *pairs], required=required)
    return forms.CharField(label=capfirst(label), required=required, max_length=200)


class ApplyForm(forms.Form):
    """In which state do they arrive, what about wrong rows, and is the way of reading kept?"""

    arrival = forms.ChoiceField(label=gettext_lazy("New records arrive as"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Needed if they were checked already: who checked them, and how."),
    )
    leave_out = forms.BooleanField(
        label=gettext_lazy("Leave the wrong and duplicate rows out and bring in the rest"), required=False
    )
    profile = forms.CharField(
        label=gettext_lazy("Keep this way of reading as"),
        required=False,
        max_length=80,
        help_text=gettext_lazy(
            "A name, such as 'Monthly sheet of the police'. Next time the file is read and mapped by itself."
        ),
    )

    def __init__(
        self, *args: Any, open_arrivals: list[Arrival], upload: Upload, in_the_way: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if open_arrivals:
            choices = [
                (one.state, _("%(state)s (give the reason)") % {"state": one.label} if one.needs_reason else one.label)
                for one in open_arrivals
            ]
            self.fields["arrival"].choices = choices  # type: ignore[attr-defined]
            self.fields["arrival"].initial = upload.arrival or open_arrivals[0].state
        else:
            del self.fields["arrival"]
            del self.fields["reason"]
        if not in_the_way:
            del self.fields["leave_out"]
        self.fields["profile"].initial = upload.profile.name if upload.profile else ""
