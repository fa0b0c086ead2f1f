"""The words of the public pages in each language, from one catalogue (`data/words.csv`).

The language stands in the address, so nothing has to be remembered of a reader. Names of jurisdictions, terms and
footnotes come from the reference data, as everywhere; what has no words in a language is said in English.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from throughline.reference.models import Jurisdiction
from throughline.reference.queries import label_of, printed_name, terms_by_code


class Language(NamedTuple):
    """How a language is written in an address, for Django and in a page; and what it calls itself."""

    code: str
    django: str
    html: str
    name: str


FIRST = "en"
LANGUAGES = {
    one.code: one
    for one in (
        Language("en", "en-gb", "en", "English"),
        Language("sq", "sq", "sq", "Shqip"),
        Language("bcms", "sr-latn", "sr-Latn", "Bosanski · Crnogorski · Hrvatski · Srpski"),
        Language("mk", "mk", "mk", "Македонски"),
    )
}
PLACE = "jurisdiction"
TAXONOMIES = {
    "type": "incident-type",
    "subtype": "incident-type",
    "weapon": "weapon-type",
    "weapon-kind": "weapon-type",
    "place-kind": "place-type",
    "age-band": "age-band",
    "relation": "relation",
}


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    text = files("throughline.portal").joinpath("data", "words.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


class Words:
    """The catalogue in one language. `words["period"]`, and in a template `{{ w.period }}`."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @classmethod
    def of(cls, code: str) -> "Words":
        return cls(LANGUAGES[code])

    def __getitem__(self, key: str) -> str:
        """The words; a fault if the catalogue does not know the key, so that a page never shows one."""
        row = _catalogue()[key]
        return row[self.language.code] or row[FIRST]

    def known(self, key: str, otherwise: str) -> str:
        return self[key] if key in _catalogue() else otherwise

    @property
    def to_be_verified(self) -> bool:
        return self.language.code != FIRST

    def value(self, dimension: str, value: str, label: str) -> str:
        """A value of a dimension: as the region prints it, as the catalogue says, as the taxonomy calls it, or as released."""
        if value == "not-reported":
            return self["value.not-reported"]
        if dimension == PLACE:
            found = Jurisdiction.objects.filter(code=value).first()
            return printed_name(found, self._short) if found else label
        if dimension in TAXONOMIES and f"value.{dimension}.{value}" not in _catalogue():
            term = terms_by_code(TAXONOMIES[dimension]).get(value)
            return label_of(term, self._short) if term else label
        return self.known(f"value.{dimension}.{value}", label)

    @property
    def _short(self) -> str:
        return "en" if self.language.code == FIRST else self.language.django
