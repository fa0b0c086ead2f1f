"""How answers from a phone go in beside those of others."""

from throughline.kernel.rounds.forms.definition import Form, load
from throughline.kernel.rounds.forms.reading import read_xlsform
from throughline.kernel.rounds.openrosa.merging import Merged, merge
from throughline.kernel.testing.rounds import SURVEY, xlsform


def form(*more: dict[str, str]) -> Form:
    return load(read_xlsform(xlsform((*SURVEY, *more)), "form.xlsx").xform)


def merged(present: dict[str, str], sent: dict[str, str], *, theirs: bool = True, **given: dict[str, str]) -> Merged:
    return merge(form(), present, sent, defaults=given.get("defaults", {}), foreign=lambda place: theirs)


def test_what_is_empty_is_filled_and_what_is_ones_own_is_replaced() -> None:
    assert merged({}, {"law/status": "none"}) == Merged({"law/status": "none"}, (), ())
    sent = {"law/status": "drafted"}
    assert merged({"law/status": "none"}, sent, theirs=False) == Merged(sent, (), ())


def test_what_others_wrote_is_left_unless_it_is_the_same() -> None:
    assert merged({"law/status": "none"}, {"law/status": "drafted"}) == Merged({}, ("law/status",), ())
    assert merged({"law/status": "none"}, {"law/status": "none"}).left == ()


def test_what_the_form_works_out_is_no_conflict() -> None:
    assert merged({"seizures/others": "7"}, {"seizures/others": "8"}).left == ()


def test_a_default_nobody_touched_does_not_go_over_an_answer() -> None:
    sent = {"law/status": "none"}
    given = {"present": {"law/status": "adopted"}, "sent": sent}
    assert merged(**given, theirs=False, defaults=sent) == Merged({}, (), ())
    assert merged(**given, theirs=False).answers == sent


def test_rows_of_others_stay_whole_and_new_ones_go_behind() -> None:
    present = {"places[1]/place": "Niš", "places[1]/kept": "40"}
    assert merged(present, {"places[1]/kept": "3"}) == Merged({"places[2]/kept": "3"}, (), ("places[2]",))
    assert merged(present, {"places[1]/place": "Niš"}) == Merged({"places[1]/place": "Niš"}, (), ())
    two = {"places[1]/place": "Pirot", "places[2]/place": "Bor"}
    assert merged(present, two).answers == {"places[2]/place": "Bor", "places[3]/place": "Pirot"}


def test_a_row_that_is_there_already_is_not_put_behind_again() -> None:
    present = {"places[1]/place": "Niš", "places[2]/place": "Pirot"}
    assert merged(present, {"places[1]/place": "Pirot"}) == Merged({}, (), ())


def test_a_table_whose_rows_the_form_counts_gets_none_behind() -> None:
    counted = form(
        {"type": "begin_repeat", "name": "quarters", "label::English (en)": "Quarters", "repeat_count": "4"},
        {"type": "integer", "name": "found", "label::English (en)": "Found"},
        {"type": "end_repeat"},
    )
    present = {"quarters[1]/found": "1"}
    got = merge(counted, present, {"quarters[1]/found": "2"}, defaults={}, foreign=lambda place: True)
    assert got == Merged({}, ("quarters[1]/found",), ())
