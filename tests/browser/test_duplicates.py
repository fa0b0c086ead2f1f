"""An officer is told while typing that the thing is known; a colleague compares the two, merges them, and takes it back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import faults, field, side_to_side
from throughline.incidents.duplicates import DUPLICATES
from throughline.incidents.models import Incident
from throughline.kernel.duplicates.sweeping import sweep
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.journey


def test_the_known_is_shown_while_typing_and_two_become_one_and_two_again(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], axe_source: str
) -> None:
    known = make_incident(world, state="sent", place="Novi Sad", narrative="Shots were fired after a quarrel.")
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/add/")
    field(page, "Type").select_option(label="Public dispute")
    field(page, "Jurisdiction").select_option(label="Serbia")
    field(page, "Date").fill("2024-03-07")
    field(page, "Place").fill("Нови Сад")
    field(page, "Narrative").fill("Shots were fired after a quarrel.")
    field(page, "Narrative").blur()
    expect(page.get_by_role("link", name=known.reference)).to_be_visible()
    assert faults(page, axe_source) == []

    other = make_incident(
        world,
        state="sent",
        place="Novi Sad",
        occurred_on=date(2024, 3, 8),
        narrative="Shots were fired after a quarrel.",
    )
    sweep(DUPLICATES)
    page = sign_in(world.user("bob"))
    page.goto(f"{served}/duplicates/")
    assert faults(page, axe_source) == []
    page.get_by_role("link", name="Compare").click()
    assert faults(page, axe_source) == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert not side_to_side(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Why they are the same").fill("The same quarrel.")
    page.get_by_role("button", name=f"Merge {other.reference} into {known.reference}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(known.reference)

    page.goto(f"{served}/incidents/{other.reference}/")
    expect(page.get_by_role("link", name=known.reference).first).to_be_visible()
    assert faults(page, axe_source) == []
    page.goto(f"{served}/duplicates/incident/{known.reference}/{other.reference}/")
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_text(f"{other.reference} is a record of its own again.")).to_be_visible()
    assert sorted(Incident.objects.values_list("state", flat=True)) == ["sent", "sent"]

    page.get_by_label("Why (for the history)", exact=True).fill("Two days, two quarrels.")
    page.get_by_role("button", name="They are different").click()
    expect(page.get_by_text("will not be proposed again")).to_be_visible()
    expect(page.get_by_text("No pairs here")).to_be_visible()
    assert complaints == []
