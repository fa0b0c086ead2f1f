"""Phones that send at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from throughline.kernel.rounds.models import Arrival, Sheet
from throughline.kernel.rounds.openrosa.tests.phone import Phone, filled
from throughline.kernel.testing.rounds import ANSWERS, make_round, return_of
from throughline.kernel.testing.worlds import make_world

pytestmark = pytest.mark.django_db(transaction=True)


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_the_same_form_from_several_requests_at_once_counts_once() -> None:
    world = make_world()
    ret = return_of(make_round(world), world)
    xml = filled(ret, ANSWERS)
    phones = [Phone.of(world, "alice", f"Phone {number}") for number in range(4)]
    told = together([lambda phone=phone: phone.submit(xml)[0] for phone in phones])
    assert sorted(told) == [201, 202, 202, 202]
    assert (Arrival.objects.count(), Sheet.objects.get(pk=ret.sheet_id).revision) == (1, 1)


def test_different_forms_for_one_return_at_once_are_all_kept() -> None:
    world = make_world()
    ret = return_of(make_round(world), world)
    phones = [Phone.of(world, "alice", f"Phone {number}") for number in range(4)]
    forms = [filled(ret, {"places[1]/place": f"Place {number}"}, f"uuid:{number}") for number in range(4)]
    told = together([lambda one=one: one[0].submit(one[1])[0] for one in zip(phones, forms, strict=True)])
    assert told == [201] * 4
    answers = Sheet.objects.get(pk=ret.sheet_id).answers
    assert sorted(answers.values()) == ["Place 0", "Place 1", "Place 2", "Place 3"]
    assert sorted(answers) == [f"places[{row}]/place" for row in (1, 2, 3, 4)]
