"""What each row would do: new, changed, same, duplicate, wrong; and that looking writes nothing."""

from typing import Any

import pytest
from django.db.models import Model
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.incidents.models import Incident
from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.intake import services
from throughline.kernel.intake.judge import NEW, Task, judge
from throughline.kernel.intake.tests.sheets import HEAD, ROWS, bring, look, read_and_map, sheet, wrong
from throughline.kernel.resources import registry
from throughline.kernel.resources.cleaning import clean
from throughline.kernel.resources.exporting import export
from throughline.kernel.resources.listing import Asked
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


def test_new_rows_and_nothing_written(world: World) -> None:
    preview = look(world, sheet())
    assert preview.counts == {"new": 3, "changed": 0, "same": 0, "duplicate": 0, "wrong": 0}
    assert [line.row for line in preview.lines["new"]] == [2, 3, 4]
    assert Incident.objects.count() == 0


def test_sending_again_changes_nothing(world: World) -> None:
    bring(world, sheet())
    preview = look(world, sheet())
    assert preview.counts == {"new": 0, "changed": 0, "same": 3, "duplicate": 0, "wrong": 0}
    versions = list(Incident.objects.values_list("pk", "version", "changed_at"))
    bring(world, sheet())
    assert list(Incident.objects.values_list("pk", "version", "changed_at")) == versions


def test_a_changed_row_shows_what_differs(world: World) -> None:
    bring(world, sheet())
    preview = look(world, sheet(ROWS[0].replace("Niš", "Niška Banja"), *ROWS[1:]))
    assert preview.counts == {"new": 0, "changed": 1, "same": 2, "duplicate": 0, "wrong": 0}
    assert preview.lines["changed"][0].details == [{"column": "place", "before": "Niš", "after": "Niška Banja"}]


def test_wrong_rows_name_row_column_value_and_reason(world: World) -> None:
    preview = look(
        world, sheet("K1,31.2.2024,RS,public-dispute,A", "K2,2024-03-06,Narnia,public-dispute,B", "K3,2024-03-06,RS,,C")
    )
    assert preview.counts["wrong"] == 3
    first, second, third = wrong(preview)
    assert first[:3] == (2, "date", "31.2.2024")
    assert second[:3] == (3, "jurisdiction", "Narnia")
    assert "'Narnia' is not known" in second[3] or "It can be" in second[3]
    assert "add it to the jurisdictions first" in second[3]
    assert third == (4, "type", "", "Give the type.")


def test_rules_of_the_noun_are_asked(world: World) -> None:
    preview = look(world, sheet("K1,2031-01-01,RS,public-dispute,A"))
    assert wrong(preview)[0][:3] == (2, "date", "2031-01-01")


def test_a_key_twice_is_a_duplicate_that_names_the_first(world: World) -> None:
    preview = look(world, sheet(*ROWS, "K1,2024-03-09,RS,public-dispute,Elsewhere"), "column:key=external_key")
    assert preview.counts["duplicate"] == 1
    assert wrong(preview) == [(5, "key", "", "The key 'K1' stands in row 2 already.")]


def test_a_file_without_keys_is_known_again_by_its_content(world: World) -> None:
    head, rows = HEAD.partition(",")[2], [row.partition(",")[2] for row in ROWS]
    bring(world, sheet(*rows, head=head))
    assert look(world, sheet(*rows, head=head)).counts["same"] == 3
    assert look(world, sheet(*rows, rows[0], head=head)).counts == {
        "new": 0,
        "changed": 0,
        "same": 3,
        "duplicate": 1,
        "wrong": 0,
    }
    Incident.objects.filter(place="Niš").update(place="put right by hand")
    assert look(world, sheet(*rows, head=head)).counts["same"] == 3


def test_ragged_rows_are_wrong(world: World) -> None:
    preview = look(world, sheet(ROWS[0], ROWS[1] + ",too,much"), "header_row=1")
    assert wrong(preview) == [(3, "", "", "This row has 7 cells, the header has 5.")]


def test_our_own_sheet_comes_back_as_the_same(world: World) -> None:
    people = [{"side": "victim", "sex": "men", "outcome": "killed"}, {"side": "perpetrator", "sex": "women"}]
    weapons = [{"weapon": world.term("handgun"), "quantity": 2}]
    made = make_incident(world, "sofia", people=people, weapons=weapons, occurred_at=None, place="Niš")
    make_incident(world, "sofia", place="=1+1", narrative='Two\nlines; "quoted"')
    viewer, resource = world.viewer("sofia"), registry.get("incident")
    for fmt in ("csv", "xlsx", "json"):
        parts = export(viewer, asked=Asked.read(resource, QueryDict(), viewer), fmt=fmt)
        content = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
        assert look(world, content).counts == {"new": 0, "changed": 0, "same": 2, "duplicate": 0, "wrong": 0}, fmt
    text = b"".join(
        part.encode() if isinstance(part, str) else part
        for part in export(viewer, asked=Asked.read(resource, QueryDict(), viewer), fmt="csv")
    ).decode()
    preview = look(world, text.replace("Niš", "Vranje").encode())
    assert [(line.text, line.details) for line in preview.lines["changed"]] == [
        (made.reference, [{"column": "place", "before": "Niš", "after": "Vranje"}])
    ]


def test_a_reference_one_may_not_see_is_no_record(world: World) -> None:
    hidden = make_incident(world, "charlie")
    preview = look(
        world,
        sheet(f"{hidden.reference},2024-03-05,RS,public-dispute,A", head="reference,date,jurisdiction,type,place"),
        "column:reference=reference",
    )
    assert wrong(preview)[0][3].startswith("There is no such record that you may see.")


def test_a_record_of_others_may_be_seen_but_not_changed(world: World) -> None:
    theirs = make_incident(world, "charlie", state="verified")
    preview = look(
        world,
        sheet(
            f"{theirs.reference},2024-03-07,RS,public-dispute,Elsewhere", head="reference,date,jurisdiction,type,place"
        ),
        "column:reference=reference",
    )
    assert wrong(preview)[0][3] == f"You may see the record {theirs.reference} but not change it."


def test_a_key_held_by_a_record_one_may_not_see(world: World) -> None:
    bring(world, sheet(ROWS[0] + ",red", head=HEAD + ",handling"), by="bob")
    preview = look(world, sheet(ROWS[0]), by="alice")
    assert wrong(preview)[0][3].startswith("Your organisation holds a record with this key that you may not see.")


def test_one_row_a_person_becomes_incidents_with_people(world: World) -> None:
    head = "case id,date,jurisdiction,type,sex,fatal"
    rows = (
        "C1,2024-03-05,RS,public-dispute,M,true",
        "C2,2024-03-06,RS,public-dispute,F,false",
        "C1,2024-03-05,RS,public-dispute,F,false",
    )
    _table, mapping = read_and_map(world, sheet(*rows, head=head))
    assert mapping.group == ("case id",)
    bring(world, sheet(*rows, head=head))
    first = Incident.objects.get(external_key="C1")
    assert sorted(first.people.values_list("side", "sex", "outcome")) == [
        ("victim", "men", "killed"),
        ("victim", "women", "injured"),
    ]
    assert first.source_row == 2


def test_packed_cells_become_lines(world: World) -> None:
    head = HEAD + ",people: sex,people: outcome"
    bring(world, sheet(ROWS[0] + ",0::Male||1::Female,0::killed||1::injured", head=head))
    assert sorted(Incident.objects.get().people.values_list("sex", "outcome", "side")) == [
        ("men", "killed", "victim"),
        ("women", "injured", "victim"),
    ]


def test_numbers_become_lines_and_too_many_are_wrong(world: World) -> None:
    head = HEAD + ",killed,injured"
    bring(world, sheet(ROWS[0] + ",2,1", head=head))
    assert sorted(Incident.objects.get().people.values_list("outcome", flat=True)) == ["injured", "killed", "killed"]
    preview = look(world, sheet(ROWS[1] + ",9000,0", head=head))
    assert wrong(preview)[0][:3] == (2, "killed", "9000")


def test_values_and_constants_are_put_in_place(world: World) -> None:
    head = "key,date,what,place"
    content = sheet("K1,5.3.2024,tuča,Niš", "K2,03.2024,,Niš", head=head)
    preview = look(
        world, content, "jurisdiction=RS", "column:what=kind", "value:what:tuča=public-dispute", "value:what:=other"
    )
    assert preview.counts["new"] == 2
    bring(world, content, "jurisdiction=RS", "column:what=kind", "value:what:tuča=public-dispute", "value:what:=other")
    found = Incident.objects.order_by("external_key").values_list("kind__code", "date_precision")
    assert list(found) == [("public-dispute", "day"), ("other", "month")]


def test_decimal_commas_and_the_order_of_days(world: World) -> None:
    content = b"key;date;jurisdiction;type;latitude;longitude\nK1;03/25/2024;RS;other;43,32;21,89\nK2;01/02/2024;RS;other;44,1;20,4\n"
    bring(world, content)
    assert list(Incident.objects.order_by("external_key").values_list("occurred_on", "latitude")) == [
        (Incident.objects.model._meta.get_field("occurred_on").to_python("2024-03-25"), 43.32),
        (Incident.objects.model._meta.get_field("occurred_on").to_python("2024-01-02"), 44.1),
    ]


@pytest.mark.parametrize("name", ["rita", "anna", "outsider"])
def test_who_may_not_add_may_not_even_look(world: World, name: str) -> None:
    with pytest.raises(Refused):
        look(world, sheet(), by=name)


def test_new_records_belong_to_ones_own_organisation(world: World) -> None:
    with pytest.raises(Invalid, match="your own organisation"):
        look(world, sheet(), "owner=police-al")


def plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


cells = st.sampled_from(["", "RS", "XK", "Serbia", "Narnia"])
kinds = st.sampled_from(["public-dispute", "weapon-seizure", "suicide", "", "nonsense"])
dates = st.sampled_from(["2024-03-05", "3.2024", "2024", "", "31.2.2024", "2024-03-05 14:30"])
sexes = st.sampled_from(["M", "1::F||2::M", "", "x"])
numbers = st.sampled_from(["", "43.1", "21", "900", "a"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(dates, cells, kinds, sexes, numbers, numbers), min_size=1, max_size=12))
def test_the_short_way_and_clean_agree(world: World, rows: list[tuple[str, ...]]) -> None:
    """The short way is only a short way: every draft it makes is the one `clean` makes of the same row."""
    head = "key,date,jurisdiction,type,people.*.sex,latitude,longitude"
    lines = [
        ",".join([f"K{number}", *row])
        for number, row in enumerate([("2024-01-01", "RS", "other", "M", "", ""), *rows, *rows])
    ]
    table, mapping = read_and_map(
        world, sheet(*lines, head=head), "header_row=1", "delimiter=,", "people.*.side=victim"
    )
    resource, viewer = registry.get("incident"), world.viewer("sofia")
    verdicts = list(judge(Task(viewer, resource, table, mapping, world.programme)))
    assert len(verdicts) == len(lines)
    for verdict in verdicts:
        draft = clean(resource, verdict.item.raw, viewer=viewer)
        assert (verdict.status == NEW) == (not draft.problems)
        if verdict.status == NEW and verdict.draft is not None:
            assert {name: plain(value) for name, value in verdict.draft.values.items()} == {
                name: plain(value) for name, value in draft.values.items()
            }
            assert verdict.draft.lines == draft.lines
            assert verdict.draft.given == draft.given


def test_reading_notes_what_was_guessed(world: World) -> None:
    table = services.read(sheet(), resource=registry.get("incident"))
    assert table.guessed == {"format", "encoding", "delimiter", "quote", "header_row", "dates", "decimal"}
