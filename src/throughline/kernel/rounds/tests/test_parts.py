"""Several institutions of one jurisdiction answer, and the contact point puts it together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.rounds import queries, services
from throughline.kernel.rounds.choices import PartState
from throughline.kernel.rounds.consolidating import Given, consolidate
from throughline.kernel.rounds.forms.definition import load
from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.testing.rounds import make_institution, make_part, make_round, return_of, xlsform
from throughline.kernel.testing.worlds import World

SECRET = "Not for the Commission yet"


def shared(world: World) -> tuple[Return, Part]:
    ret = return_of(make_round(world), world)
    return ret, make_part(world, ret, make_institution(world))


@pytest.mark.django_db
def test_the_contact_point_shares_out_and_it_is_recorded(world: World) -> None:
    ret = return_of(make_round(world), world)
    border = make_institution(world)
    with pytest.raises(Refused):
        make_part(world, ret, border, contact="alice")
    with pytest.raises(Invalid):
        make_part(world, ret, world.organisations["police-al"])
    with pytest.raises(Invalid):
        make_part(world, ret, border, sections=["nowhere"])
    part = make_part(world, ret, border, sections=["seizures"])
    with pytest.raises(Conflict):
        make_part(world, ret, border)
    assert [one.owner for one in queries.parts_owed(world.viewer("boris"))] == [border]
    assert part.state == PartState.ASKED


@pytest.mark.django_db
def test_a_part_in_the_making_is_its_institutions_alone(world: World) -> None:
    ret, part = shared(world)
    services.save(world.viewer("boris"), holder=part, changes={"law/progress": ("", SECRET)})
    for name in ("alice", "bob", "sofia", "charlie", "adam"):
        assert list(queries.parts_for(world.viewer(name))) == []
    assert [one.owner.code for one in queries.parts_standing(world.viewer("bob"), ret)] == ["border-rs"]
    with pytest.raises(Refused):
        queries.parts_standing(world.viewer("charlie"), ret)
    with pytest.raises(Refused):
        services.save(world.viewer("boris"), holder=ret, changes={"law/progress": ("", "x")})


@pytest.mark.django_db
def test_sections_not_asked_for_are_not_taken(world: World) -> None:
    ret = return_of(make_round(world), world)
    part = make_part(world, ret, make_institution(world), sections=["seizures"])
    with pytest.raises(Invalid):
        services.save(world.viewer("boris"), holder=part, changes={"law/status": ("", "drafted")})
    services.save(world.viewer("boris"), holder=part, changes={"seizures/seized": ("", "3")})
    assert services.hand_in(world.viewer("boris"), part=part).answers["seizures/seized"] == "3"


@pytest.mark.django_db
def test_parts_come_in_and_are_put_together(world: World) -> None:
    ret, part = shared(world)
    customs = make_institution(world, name="cora", kind="customs", title="Customs")
    other = make_part(world, ret, customs)
    fill(world, "boris", part, {"seizures/seized": "12", "law/status": "drafted", "law/progress": "Border law."})
    fill(world, "cora", other, {"seizures/seized": "30", "law/status": "adopted", "law/progress": "Customs law."})
    assert len(list(queries.parts_for(world.viewer("bob")))) == 2
    saved = services.take_over(world.viewer("bob"), ret=ret)
    assert [one.place for one in saved.conflicts] == ["law/status"]
    with pytest.raises(Invalid):
        services.take_over(world.viewer("bob"), ret=ret, choices={"law/status": "adopted"})
    saved = services.take_over(
        world.viewer("bob"), ret=ret, choices={"law/status": "adopted"}, reason="Customs sent the gazette."
    )
    answers = Return.objects.get(pk=ret.pk).sheet.answers
    assert (saved.conflicts, answers["seizures/seized"], answers["law/status"]) == ((), "42", "adopted")
    assert answers["law/progress"] == "Border Police RS: Border law.\n\nCustoms RS: Customs law."


@pytest.mark.django_db
def test_a_part_is_sent_back_and_what_the_commission_wrote_itself_is_not_overwritten(world: World) -> None:
    ret, part = shared(world)
    fill(world, "boris", part, {"seizures/seized": "12", "law/status": "none"})
    with pytest.raises(Invalid):
        services.send_back(world.viewer("bob"), part=part, comment="")
    services.send_back(world.viewer("bob"), part=part, comment="Without gas pistols, please.")
    services.save(world.viewer("boris"), holder=part, changes={"seizures/seized": ("12", "10")})
    services.hand_in(world.viewer("boris"), part=part)
    services.save(world.viewer("alice"), holder=ret, changes={"seizures/seized": ("", "99")})
    saved = services.take_over(world.viewer("bob"), ret=ret)
    assert [(one.place, one.theirs, one.yours) for one in saved.conflicts] == [("seizures/seized", "99", "10")]
    why = "Ours counted gas pistols."
    services.take_over(world.viewer("bob"), ret=ret, choices={"seizures/seized": "10"}, reason=why)
    assert Entry.objects.get(reason=why).after == {"settled": ["seizures/seized"]}


def fill(world: World, name: str, part: Part, answers: dict[str, str]) -> None:
    services.save(world.viewer(name), holder=part, changes={place: ("", value) for place, value in answers.items()})
    services.hand_in(world.viewer(name), part=part)


FORM = load(read_xlsform(xlsform(), "f.xlsx").xform)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_figures_are_added_whatever_their_order(figures: list[int]) -> None:
    parts = [Given(str(n), f"I{n}", {"seizures/seized": str(figure)}) for n, figure in enumerate(figures)]
    for order in (parts, parts[::-1]):
        (line,) = consolidate(FORM, order)
        assert (line.proposed, line.contradiction) == (str(sum(figures)), False)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_no_row_of_an_institution_is_taken_for_anothers(counts: list[int]) -> None:
    parts = [
        Given(str(n), f"I{n}", {f"places[{row}]/place": f"{n}-{row}" for row in range(1, count + 1)})
        for n, count in enumerate(counts)
    ]
    lines = consolidate(FORM, parts)
    assert [line.place for line in lines] == [f"places[{row}]/place" for row in range(1, sum(counts) + 1)]
    assert [line.proposed for line in lines] == [f"{n}-{r}" for n, c in enumerate(counts) for r in range(1, c + 1)]


def test_missing_is_not_zero_and_zero_is_an_answer() -> None:
    (line,) = consolidate(FORM, [Given("a", "A", {"seizures/seized": "0"}), Given("b", "B", {})])
    assert (line.proposed, dict(line.values)) == ("0", {"a": "0"})
