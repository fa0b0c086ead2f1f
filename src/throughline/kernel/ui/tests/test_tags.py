"""The tags every template may use."""

import re
from typing import Any

import pytest
from django import forms
from django.template import Context, Engine
from django.test import RequestFactory

from throughline.kernel.access.choices import Handling
from throughline.kernel.ui.figures import Figure

HOSTILE = '"><script>alert(1)</script>'


def write(source: str, **context: Any) -> str:
    return Engine.get_default().from_string(source).render(Context(context))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_state_is_a_word_and_an_icon() -> None:
    html = write('{% state "submitted" "To be checked" %}')
    assert words(html) == "To be checked"
    assert "chip-waiting" in html
    assert words(write('{% state "of-another-noun" %}')) == "Of another noun"


@pytest.mark.parametrize("code", Handling.values)
def test_a_handling_chip_names_its_code(code: str) -> None:
    assert words(write("{% handling code %}", code=code)) == f"TLP:{code.upper()}"


def test_missing_says_why_to_eye_and_ear() -> None:
    html = write('{% missing "one jurisdiction has not reported" %}')
    assert 'title="one jurisdiction has not reported"' in html
    assert words(html) == "– one jurisdiction has not reported"


@pytest.mark.parametrize(
    ("value", "written"),
    [(True, "Yes"), (False, "No"), (0, "0"), (1234, "1,234"), (["a", "b"], "a, b"), ("text", "text")],
)
def test_any_value_is_shown_as_a_person_reads_it(value: Any, written: str) -> None:
    assert write("{{ value|shown }}", value=value) == written


@pytest.mark.parametrize("value", [None, "", []])
def test_nothing_is_shown_as_not_reported(value: Any) -> None:
    assert words(write("{{ value|shown }}", value=value)) == "– not reported"


def test_a_figure_carries_its_base_change_coverage_and_records() -> None:
    figure = Figure(
        "People killed",
        151,
        "people",
        base="of 3,495 incidents",
        change="+17 %, 129 → 151; could be chance",
        coverage="7 of 7 jurisdictions",
        url="/incidents/?q",
        direction=1,
    )
    html = write("{% figure f %}", f=figure)
    assert words(html) == (
        "People killed 151 people +17 %, 129 → 151; could be chance of 3,495 incidents 7 of 7 jurisdictions"
    )
    assert 'href="/incidents/?q"' in html


def test_a_missing_figure_gives_its_reason_and_no_zero() -> None:
    html = write("{% figure f %}", f=Figure("Suicides", None, reason="not asked in 2019"))
    assert words(html) == "Suicides – not asked in 2019"


def test_a_share_is_written_in_percent() -> None:
    assert "98" in words(write("{% figure f %}", f=Figure("Men", 0.98, share=True)))


class Small(forms.Form):
    name = forms.CharField(label="Name", help_text="As printed")
    note = forms.CharField(label="Note", required=False)
    agree = forms.BooleanField(label="Agree")
    side = forms.ChoiceField(label="Side", choices=[("a", "A")], widget=forms.RadioSelect)


def test_a_form_says_what_is_wrong_on_top_and_at_the_field() -> None:
    html = write("{% errors form %}{% fields form %}", form=Small({"name": ""}))
    assert html.count("This field is required.") == 6
    assert '<a href="#id_name">Name</a>' in html
    assert "As printed" in html
    assert words(html).count("(optional)") == 1


def test_a_form_without_errors_has_no_summary() -> None:
    assert write("{% errors form %}", form=Small()).strip() == ""


def test_a_heading_sorts_up_then_down_and_keeps_the_filters() -> None:
    first = RequestFactory().get("/?state=draft&after=x")
    again = RequestFactory().get("/?state=draft&sort=date")
    down = RequestFactory().get("/?sort=-date")
    source = '{% sort "date" "Date" %}'
    assert 'href="?state=draft&amp;sort=date"' in write(source, request=first)
    assert 'href="?state=draft&amp;sort=-date"' in write(source, request=again)
    assert "sorted, smallest first" in write(source, request=again)
    assert 'href="?sort=date"' in write(source, request=down)


def test_chips_of_filters_can_be_taken_away() -> None:
    chosen = [{"label": "Serbia", "remove_url": "?x", "field": "jurisdiction"}]
    html = write('{% filters "Incidents" chosen "?" %}', chosen=chosen)
    assert words(html) == "Incidents jurisdiction Serbia Clear all filters"
    assert 'aria-label="Remove the filter Serbia"' in html


def test_the_steps_of_a_wizard_mark_where_one_is() -> None:
    html = write('{% steps "A B C"|make_list 2 %}'.replace('"A B C"|make_list', "names"), names=["File", "Columns"])
    assert html.count('aria-current="step"') == 1
    assert "Step 2 of 2" in html


@pytest.mark.parametrize(
    "source",
    [
        '{% state "x" text %}',
        "{% reference text text %}",
        "{% filters text chosen %}",
        "{% box 'good' text text %}",
        "{% empty text text text text %}",
        "{% figure f %}",
        "{% timeline entries %}",
        "{% missing text %}",
        "{{ text|shown }}",
        "{% progress 1 2 text %}",
    ],
)
def test_no_tag_lets_markup_through(source: str) -> None:
    html = write(
        source,
        text=HOSTILE,
        chosen=[{"label": HOSTILE, "remove_url": HOSTILE, "field": HOSTILE}],
        f=Figure(HOSTILE, 1, HOSTILE, base=HOSTILE, change=HOSTILE, coverage=HOSTILE, url=HOSTILE),
        entries=[
            {"who": HOSTILE, "verb": HOSTILE, "reason": HOSTILE, "changes": [{"field": HOSTILE, "before": HOSTILE}]}
        ],
    )
    assert "<script" not in html


def test_an_icon_that_does_not_exist_is_nothing() -> None:
    assert write('{% icon "no-such-icon" %}') == ""
    assert write('{% icon "../../../etc/passwd" %}') == ""
