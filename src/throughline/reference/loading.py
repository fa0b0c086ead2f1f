"""The rows that come with the program (`reference/data/*.csv`), put where they are missing."""

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from django.db import models

from throughline.reference.models import Footnote, Jurisdiction, Scope, ScopeMember, Taxonomy, Term

LANGUAGES = ("sr-latn", "sq", "mk")


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of our own tables."""
    text = files("throughline.reference").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def in_languages(row: dict[str, str]) -> dict[str, str]:
    return {language: row[language] for language in LANGUAGES if row[language]}


def missing(model: type[models.Model], key: dict[str, Any], values: dict[str, Any]) -> models.Model | None:
    """Add the row unless one with this key stands: what users changed is never overwritten."""
    record, added = model._default_manager.get_or_create(**key, defaults=values)
    return record if added else None


def add_jurisdictions() -> Iterator[models.Model | None]:
    for row in rows("jurisdictions"):
        values: dict[str, Any] = {field: row[field] for field in ("alpha3", "name", "mark", "capital", "source")}
        values |= {"order": int(row["order"]), "names": in_languages(row)}
        yield missing(Jurisdiction, {"code": row["code"]}, values)


def add_footnotes() -> Iterator[models.Model | None]:
    known = {jurisdiction.code: jurisdiction for jurisdiction in Jurisdiction.objects.all()}
    for row in rows("footnotes"):
        key = {"jurisdiction": known[row["jurisdiction"]], "publisher": row["publisher"], "valid_from": None}
        values = {"text": row["text"], "source": row["source"], "to_be_verified": row["to_be_verified"] == "yes"}
        yield missing(Footnote, key, values)


def add_scopes() -> Iterator[models.Model | None]:
    known = {jurisdiction.code: jurisdiction for jurisdiction in Jurisdiction.objects.all()}
    for row in rows("scopes"):
        new = missing(Scope, {"code": row["code"]}, {"name": row["name"], "source": row["source"]})
        if new is None:
            continue  # The users may have ended or begun memberships since.
        yield new
        for code in row["members"].split():
            yield missing(ScopeMember, {"scope": new, "jurisdiction": known[code], "valid_from": None}, {})


def add_taxonomies() -> Iterator[models.Model | None]:
    for row in rows("taxonomies"):
        values = {"name": row["name"], "source": row["source"], "to_be_verified": row["to_be_verified"] == "yes"}
        yield missing(Taxonomy, {"code": row["code"]}, values)


def add_terms() -> Iterator[models.Model | None]:
    """First-level terms stand before their children in the table, so one pass is enough."""
    taxonomies = {taxonomy.code: taxonomy for taxonomy in Taxonomy.objects.all()}
    known = {(term.taxonomy_id, term.code): term for term in Term.objects.all()}
    for order, row in enumerate(rows("terms"), start=1):
        taxonomy = taxonomies[row["taxonomy"]]
        if (taxonomy.pk, row["code"]) in known:
            continue
        values: dict[str, Any] = {field: row[field] for field in ("label", "definition", "source")}
        values |= {
            "order": order,
            "labels": in_languages(row),
            "to_be_verified": row["to_be_verified"] == "yes",
            "parent": known[taxonomy.pk, row["parent"]] if row["parent"] else None,
        }
        term = Term.objects.create(taxonomy=taxonomy, code=row["code"], **values)
        known[taxonomy.pk, term.code] = term
        yield term


def add_all() -> list[models.Model]:
    """Everything that was missing and has now been added, in the order of its making."""
    steps = (add_jurisdictions, add_footnotes, add_scopes, add_taxonomies, add_terms)
    return [record for step in steps for record in step() if record is not None]
