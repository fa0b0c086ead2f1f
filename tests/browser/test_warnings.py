"""An analyst is told of an unusual count, looks at what it is held against, says what it is about; and of a release revised since."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.walking import picture, too_wide
from throughline.incidents.models import Incident
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.watch import services as watch
from throughline.kernel.watch.tests.test_watch import TODAY, copies, months
from throughline.publications import services as releases
from throughline.publications.public.tests.making import quarter, released

pytestmark = pytest.mark.journey


def test_told_looked_at_and_acknowledged(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    one = make_incident(world, state="verified", handling="green", occurred_on=date(2024, 3, 1))
    copies(one, [day for day in months(24) for _number in range(3)])
    page = sign_in(world.user("anna"))
    page.goto(f"{served}/warnings/")
    expect(page.get_by_text("Nothing unusual waits", exact=True)).to_be_visible()
    sound()
    page.get_by_label("Jurisdiction").select_option("RS")
    page.get_by_role("button", name="Tell me").click()
    expect(page.get_by_text("Serbia, all types")).to_be_visible()

    copies(one, [date(2024, 3, 7)] * 14)
    watch.look(world.viewer("anna"), today=TODAY)
    page.goto(f"{served}/notices/")
    expect(page.get_by_role("heading", name="An unusual count")).to_be_visible()
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("15 where 3.0 were expected")).to_be_visible()
    sound()
    assert not too_wide(page)
    picture(page, "warning")
    page.get_by_label("What is it about, or what is being done?").fill("One police operation.")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Acknowledged.")).to_be_visible()
    expect(page.get_by_text("Nothing unusual waits", exact=True)).to_be_visible()
    page.get_by_role("link", name="All", exact=True).click()
    page.get_by_role("link", name="Serbia, Public dispute").click()
    expect(page.get_by_text("One police operation.")).to_be_visible()
    sound()
    page.goto(f"{served}/warnings/")
    page.get_by_role("button", name="End").click()
    expect(page.get_by_text("Serbia, all types")).to_have_count(0)
    assert complaints == []


def test_a_release_says_what_is_revised_since_and_because_of_which_records(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    quarter(world)
    release = released(world)
    withdrawn = Incident.objects.filter(state="verified", jurisdiction__code="RS").first()
    assert withdrawn is not None
    advance(world.viewer("bob"), record=withdrawn, transition="withdraw", comment="Entered twice.")
    releases.check(world.viewer("sofia"), release=release)
    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/releases/{release.reference}/")
    expect(page.get_by_text("Revised since:")).to_be_visible()
    sound()
    page.get_by_role("link", name="What was revised, and because of which records").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Incidents")).first
    expect(row).to_contain_text("31")
    expect(row).to_contain_text("30")
    page.locator("main details summary").first.click()
    expect(page.get_by_role("link", name=withdrawn.reference).first).to_be_visible()
    expect(page.get_by_text("no longer counted").first).to_be_visible()
    sound()
    assert not too_wide(page)
    picture(page, "revised")
    assert complaints == []
