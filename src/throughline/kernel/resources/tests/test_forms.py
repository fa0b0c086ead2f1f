"""The form and the record page: lines, sections that open, what others changed, steps, sharing."""

from typing import Any

from throughline.incidents.models import Incident
from throughline.kernel.access.models import Grant
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World, make_incident

GOOD = {"jurisdiction": "RS", "occurred_on": "7.3.2024", "kind": "public-dispute", "narrative": "Shots."}


def page_after(world: World, data: dict[str, Any], url: str = "/incidents/add/", who: str = "alice") -> Any:
    return signed_in(world, who).post(url, data)


def test_a_line_is_added_and_removed_without_script_and_nothing_is_lost(world: World) -> None:
    added = page_after(world, {**GOOD, "_do": "add:people:side=victim"}).content.decode()
    assert 'name="people.0.side" value="victim"' in added
    assert 'name="people.0.sex"' in added
    assert "Shots." in added
    two = {**GOOD, "people.0.side": "victim", "people.0.age": "31", "people.1.side": "victim", "people.1.age": "47"}
    removed = page_after(world, {**two, "_do": "remove:people:0"}).content.decode()
    assert ('value="47"' in removed, 'value="31"' in removed) == (True, False)


def test_nothing_is_written_while_lines_come_and_go(world: World) -> None:
    page_after(world, {**GOOD, "_do": "add:people:side=victim"})
    assert Incident.objects.count() == 0


def test_only_what_a_line_can_hold_is_put_into_it(world: World) -> None:
    page = page_after(world, {**GOOD, "_do": "add:people:side=victim:id=1:password=x"}).content.decode()
    assert "password" not in page
    assert page_after(world, {**GOOD, "_do": "add:grants"}).status_code == 200


def test_a_seizure_is_not_asked_for_victims(world: World) -> None:
    seizure = page_after(world, {**GOOD, "kind": "large-seizure", "_do": "refresh"}).content.decode()
    dispute = page_after(world, {**GOOD, "_do": "refresh"}).content.decode()
    assert ("add:people:side=victim" in seizure, "A weapon seizure has no victim." in seizure) == (False, True)
    assert ("add:people:side=victim" in dispute, "A weapon seizure has no victim." in dispute) == (True, False)
    assert "add:people:side=perpetrator" in seizure


def test_victims_typed_before_the_type_changed_are_kept_and_the_rule_says_why_not(world: World) -> None:
    data = {**GOOD, "kind": "weapon-seizure", "people.0.side": "victim", "people.0.age": "31", "_do": "save"}
    answer = page_after(world, data)
    assert answer.status_code == 422
    assert 'value="31"' in answer.content.decode()
    assert "A weapon seizure has no victim. Choose another type" in answer.content.decode()


def test_a_role_is_asked_of_perpetrators_only(world: World) -> None:
    victim = page_after(world, {**GOOD, "_do": "add:people:side=victim"}).content.decode()
    perpetrator = page_after(world, {**GOOD, "_do": "add:people:side=perpetrator"}).content.decode()
    assert ('name="people.0.role"' in victim, 'name="people.0.role"' in perpetrator) == (False, True)


def test_a_whole_incident_is_saved_with_its_lines(world: World) -> None:
    lines = {
        "weapons.0.weapon": "handgun", "weapons.0.quantity": "2", "weapons.1.weapon": "explosive", "weapons.1.quantity": "",
        "people.0.side": "victim", "people.0.sex": "women", "people.0.outcome": "killed", "people.0.age_band": "36-60",
        "people.1.side": "perpetrator", "people.1.role": "perpetrator", "people.1.sex": "not-reported",
        "sources.0.source": "", "sources.0.title": "Evening paper", "sources.0.address": "https://paper.example/1",
        "sources.1.title": "", "sources.1.address": "",
    }  # fmt: skip
    answer = page_after(world, {**GOOD, **lines, "occurred_on": "2024-03", "property_damage": "on", "_do": "save"})
    incident = Incident.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/incidents/{incident.reference}/")
    assert (incident.date_precision, incident.property_damage, incident.handling) == ("month", True, "green")
    assert sorted((str(one.weapon), one.quantity) for one in incident.weapons.all()) == [
        ("Explosive", None),
        ("Handgun", 2),
    ]
    assert sorted((one.side, one.sex, one.outcome) for one in incident.people.all()) == [
        ("perpetrator", "not-reported", "not-reported"),
        ("victim", "women", "killed"),
    ]
    assert [one.title for one in incident.sources.all()] == ["Evening paper"]


def test_a_box_no_longer_ticked_is_a_no(world: World) -> None:
    incident = make_incident(world, property_damage=True)
    page_after(world, {**GOOD, "version": "1", "_do": "save"}, f"/incidents/{incident.reference}/change/")
    incident.refresh_from_db()
    assert incident.property_damage is False


def test_who_was_slower_sees_what_the_other_changed_and_loses_nothing(world: World) -> None:
    incident = make_incident(world)
    url = f"/incidents/{incident.reference}/change/"
    page_after(world, {**GOOD, "place": "Pirot", "version": "1", "_do": "save"}, url, "bob")
    answer = page_after(world, {**GOOD, "place": "Vranje", "version": "1", "_do": "save"}, url, "alice")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("Bob" in page, "Pirot" in page, 'value="Vranje"' in page, 'name="version" value="2"' in page) == (True,) * 4
    assert Incident.objects.get().place == "Pirot"
    page_after(world, {**GOOD, "place": "Vranje", "version": "2", "_do": "save"}, url, "alice")
    assert Incident.objects.get().place == "Vranje"


def test_a_reader_may_not_open_the_form(world: World) -> None:
    incident = make_incident(world, state="sent")
    rita = signed_in(world, "rita")
    assert rita.get(f"/incidents/{incident.reference}/").status_code == 200
    assert rita.get(f"/incidents/{incident.reference}/change/").status_code == 403


def test_the_record_page_says_who_why_and_what_happened(world: World) -> None:
    incident = make_incident(world, state="sent", people=[{"side": "victim", "sex": "women", "outcome": "killed"}])
    page = signed_in(world, "bob").get(f"/incidents/{incident.reference}/").content.decode()
    for words in (
        "Who can see this, and why",
        "It belongs to your organisation, Police Serbia.",
        "sent for checking",
        "Killed",
        "TLP:GREEN",
    ):
        assert words in page
    assert ('value="verify"' in page, 'value="send"' in page) == (True, False)


def test_a_record_is_moved_on_from_its_page(world: World) -> None:
    incident = make_incident(world, state="sent")
    url = f"/incidents/{incident.reference}/advance/"
    signed_in(world, "alice").post(url, {"transition": "verify"})
    assert Incident.objects.get().state == "sent"
    signed_in(world, "bob").post(url, {"transition": "return", "comment": ""})
    assert Incident.objects.get().state == "sent"
    signed_in(world, "bob").post(url, {"transition": "return", "comment": "Which street?"})
    assert Incident.objects.get().state == "returned"
    assert "Which street?" in signed_in(world, "alice").get(f"/incidents/{incident.reference}/").content.decode()


def test_rights_are_given_and_taken_back_on_the_page(world: World) -> None:
    incident = make_incident(world, state="sent", handling="amber+strict")
    url = f"/incidents/{incident.reference}/"
    charlie, alice = signed_in(world, "charlie"), signed_in(world, "alice")
    assert charlie.get(url).status_code == 404
    assert charlie.post(f"{url}share/", {"to": "organisation:police-al"}).status_code == 404
    alice.post(f"{url}share/", {"to": "organisation:police-al", "right": "read", "reason": "Joint case"})
    assert charlie.get(url).status_code == 200
    alice.post(f"{url}withdraw-grant/", {"grant": str(Grant.objects.get().pk)})
    assert charlie.get(url).status_code == 404
    alice.post(f"{url}share/", {"to": "nobody:at-all"})
    assert Grant.objects.count() == 0


def test_handling_is_changed_on_the_page_and_the_page_may_then_be_gone(world: World) -> None:
    incident = make_incident(world, state="sent")
    answer = signed_in(world, "bob").post(
        f"/incidents/{incident.reference}/mark/", {"handling": "red", "reason": "Source"}
    )
    assert answer.headers["Location"] == "/incidents/"
    assert signed_in(world, "bob").get(f"/incidents/{incident.reference}/").status_code == 404


def test_text_is_printed_not_run(world: World) -> None:
    incident = make_incident(world, place="<script>alert(1)</script>", narrative="<img src=x onerror=alert(1)>")
    client = signed_in(world, "alice")
    for url in (
        "/incidents/",
        f"/incidents/{incident.reference}/",
        f"/incidents/{incident.reference}/change/",
        "/incidents/?q=<script>",
    ):
        page = client.get(url).content.decode()
        assert ("<script>alert" in page, "<img src=x" in page) == (False, False)
