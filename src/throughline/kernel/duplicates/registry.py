"""Which nouns look for duplicates. Apps register theirs in `ready()`."""

from django.db import models

from throughline.kernel.duplicates.declare import Duplicates
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource

_rules: dict[str, Duplicates] = {}


def register(*rules: Duplicates) -> None:
    for one in rules:
        _rules[one.noun] = one


def rule_for(noun: str) -> Duplicates | None:
    return _rules.get(noun)


def all() -> tuple[Duplicates, ...]:  # noqa: A001 (reads as registry.all())
    return tuple(_rules.values())


def resource_of(rule: Duplicates) -> Resource:
    return registry.get(rule.noun)


def model_of(rule: Duplicates) -> type[models.Model]:
    return resource_of(rule).model
