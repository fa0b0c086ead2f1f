"""Beyond what every noun inherits: conflicts, steps, rights, figures, files, jobs."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from throughline.incidents.models import Incident
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.worlds import World, make_incident

SHEET = "Date;Jurisdiction;Type;Place\n7.3.2024;Serbia;Public dispute;Niš\n8.3.2024;Serbia;Other;Pirot\n"


def send_file(program: Program, url: str, text: str = SHEET, **data: Any) -> Any:
    file = SimpleUploadedFile("cases.csv", text.encode())
    return program.client.post(url, {"noun": "incident", "file": file, **data}, headers=program.headers)


def test_lists_are_followed_page_by_page(world: World) -> None:
    made = {make_incident(world).reference for _number in range(5)}
    alice, found = Program(world, "alice"), []
    url = "http://testserver/api/v1/incidents/?limit=2"
    while url:
        page = alice.get(url.removeprefix("http://testserver")).json()
        found.append([one["reference"] for one in page["items"]])
        url = page["next"]
    assert [len(page) for page in found] == [2, 2, 1]
    assert {one for page in found for one in page} == made
    assert (page["count"], page["more"]) == (5, False)


def test_a_list_costs_the_same_for_one_and_three_rows(world: World, django_assert_num_queries: Any) -> None:
    alice = Program(world, "alice")
    make_incident(world, people=[{"side": "victim"}], weapons=[{"weapon": world.term("handgun")}])
    alice.get("/api/v1/incidents/")
    with django_assert_num_queries(15):
        alice.get("/api/v1/incidents/")
    for _number in range(2):
        make_incident(world, people=[{"side": "victim"}], weapons=[{"weapon": world.term("handgun")}])
    with django_assert_num_queries(15):
        assert len(alice.get("/api/v1/incidents/").json()["items"]) == 3


def test_a_misspelt_filter_does_not_mean_all(world: World) -> None:
    answer = Program(world, "alice").get("/api/v1/incidents/?jurisdicton=RS&kind=nonsense")
    assert (answer.status_code, [one["field"] for one in answer.json()["problems"]]) == (422, ["jurisdicton", "kind"])


def test_who_was_slower_gets_a_conflict(world: World) -> None:
    incident = make_incident(world)
    alice = Program(world, "alice")
    url = f"/api/v1/incidents/{incident.reference}"
    assert alice.send("PATCH", url, {"place": "Niš", "version": 1}).json()["version"] == 2
    assert alice.send("PATCH", url, {"place": "Pirot", "version": 1}).status_code == 409
    assert Incident.objects.get().place == "Niš"


def test_what_comes_back_can_be_sent_again(world: World) -> None:
    incident = make_incident(
        world, people=[{"side": "victim", "sex": "men"}], weapons=[{"weapon": world.term("handgun")}]
    )
    alice = Program(world, "alice")
    url = f"/api/v1/incidents/{incident.reference}"
    told = alice.get(url).json()
    again = alice.send("PATCH", url, told)
    assert (again.status_code, again.json()) == (200, told)


def test_the_second_person_verifies(world: World) -> None:
    incident = make_incident(world)
    url = f"/api/v1/incidents/{incident.reference}/transitions"
    alice, bob = Program(world, "alice"), Program(world, "bob")
    assert alice.send("POST", url, {"transition": "send"}).json()["state"] == "sent"
    assert alice.send("POST", url, {"transition": "verify"}).status_code == 403
    assert [one["transition"] for one in bob.get(url).json()["open"]] == ["verify", "return", "withdraw"]
    assert bob.send("POST", url, {"transition": "return"}).status_code == 422
    assert bob.send("POST", url, {"transition": "verify"}).json()["state"] == "verified"


def test_rights_are_given_and_taken_back(world: World) -> None:
    incident = make_incident(world, state="sent", handling="amber+strict")
    url = f"/api/v1/incidents/{incident.reference}"
    alice, charlie = Program(world, "alice"), Program(world, "charlie")
    assert charlie.send("POST", f"{url}/grants", {"to": "organisation:police-al"}).status_code == 404
    given = alice.send("POST", f"{url}/grants", {"to": "organisation:police-al", "reason": "Joint case"}).json()
    assert charlie.get(url).json()["reference"] == incident.reference
    assert charlie.send("PATCH", url, {"place": "Tirana"}).status_code == 403
    assert charlie.get(f"{url}/access").json()["you"] == ["Alice gave Police Albania the right to read it."]
    assert alice.send("DELETE", f"{url}/grants/{given['id']}", {}).status_code == 200
    assert charlie.get(url).status_code == 404


def test_a_person_is_named_by_address(world: World) -> None:
    incident = make_incident(world, state="sent", handling="red")
    url = f"/api/v1/incidents/{incident.reference}"
    alice = Program(world, "alice")
    assert alice.send("POST", f"{url}/grants", {"to": "person:charlie@example.org"}).status_code == 201
    assert Program(world, "charlie").get(url).status_code == 200


def test_marking_may_close_the_record_to_oneself(world: World) -> None:
    incident = make_incident(world, state="sent")
    answer = Program(world, "bob").send("POST", f"/api/v1/incidents/{incident.reference}/handling", {"handling": "red"})
    assert answer.json() == {"id": str(incident.pk), "visible": False}


def test_bodies_that_are_no_objects_are_refused(world: World) -> None:
    alice = Program(world, "alice")
    for body in ("{", "[]", "null", '"text"', "[" * 5000):
        answer = alice.client.generic("POST", "/api/v1/incidents/", body, "application/json", headers=alice.headers)
        assert answer.status_code == 422


def test_figures_are_asked_and_lead_to_their_records(world: World) -> None:
    make_incident(world, state="verified", people=[{"side": "victim", "sex": "women", "outcome": "killed"}])
    make_incident(world, state="sent", people=[{"side": "victim", "outcome": "killed"}])
    sofia = Program(world, "sofia")
    told = sofia.get("/api/v1/ask?measure=people-killed&by=jurisdiction&period=2024&compare=previous").json()
    assert (told["total"]["value"], [(one["keys"], one["value"]) for one in told["cells"] if one["value"]]) == (
        1,
        [({"jurisdiction": "RS"}, 1)],
    )
    behind = sofia.get("/api/v1/ask/records?measure=people-killed&by=jurisdiction&period=2024&key=RS").json()
    assert (behind["noun"], behind["count"], behind["items"][0]["killed"]) == ("incident", 1, 1)
    assert sofia.get("/api/v1/ask?measure=people-killed&by=colour").status_code == 422
    assert sofia.get("/api/v1/ask?measure=people-killed&bye=sex").status_code == 422
    assert Program(world, "outsider").get("/api/v1/ask?measure=people-killed&period=2024").json()["total"]["value"] in (
        None,
        0,
    )


def test_a_file_is_judged_brought_in_and_taken_back(world: World) -> None:
    alice = Program(world, "alice")
    judged = send_file(alice, "/api/v1/imports", dry_run="yes").json()
    assert (judged["counts"]["new"], judged["batch"], Incident.objects.count()) == (2, None, 0)
    done = send_file(alice, "/api/v1/imports")
    assert (done.status_code, Incident.objects.count()) == (201, 2)
    batch = done.json()["batch"]["id"]
    assert Program(world, "charlie").get(f"/api/v1/batches/{batch}").status_code == 404
    assert alice.send("POST", f"/api/v1/batches/{batch}/undo", {"reason": "Test"}).json()["state"] == "undone"


def test_a_wrong_row_is_named_and_stops_everything(world: World) -> None:
    answer = send_file(Program(world, "alice"), "/api/v1/imports", SHEET + "9.3.2024;Serbia;Nonsense;Bor\n")
    problem = answer.json()["problems"][0]
    assert (answer.status_code, problem["row"], problem["value"]) == (422, 4, "Nonsense")
    assert Incident.objects.count() == 0


def test_a_file_goes_step_by_step(world: World) -> None:
    alice = Program(world, "alice")
    upload = send_file(alice, "/api/v1/uploads").json()
    url = f"/api/v1/uploads/{upload['id']}"
    assert upload["columns"] == ["Date", "Jurisdiction", "Type", "Place"]
    assert Program(world, "bob").get(url).status_code == 404
    assert alice.send("POST", f"{url}/apply", {}).status_code == 403
    assert alice.send("POST", f"{url}/preview", {}).json()["counts"]["new"] == 2
    assert alice.send("PATCH", url, {"colour": 1}).status_code == 422
    assert alice.send("PATCH", url, {"mapping": {"uses": [{"nonsense": 1}]}}).status_code == 422
    batch = alice.send("POST", f"{url}/apply", {})
    assert (batch.status_code, batch.json()["counts"]["new"], Incident.objects.count()) == (201, 2, 2)


def test_a_reader_brings_nothing_in(world: World) -> None:
    assert send_file(Program(world, "rita"), "/api/v1/imports").status_code in (403, 422)
    assert Incident.objects.count() == 0


def test_jobs_are_ones_own(world: World) -> None:
    assert Program(world, "alice").get("/api/v1/jobs").json() == {"items": []}
    assert Program(world, "alice").get("/api/v1/jobs/00000000-0000-7000-8000-000000000000").status_code == 404
