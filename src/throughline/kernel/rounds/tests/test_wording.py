"""Labels of forms: what an author may mark up, and that nothing else comes through."""

import pytest

from throughline.kernel.rounds.views.wording import plain, prose


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**Total** of *all*", "<strong>Total</strong> of <em>all</em>"),
        ("__Total__ of _all_", "<strong>Total</strong> of <em>all</em>"),
        ("# Part A\nSeizures", "<strong>Part A</strong><br>Seizures"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("file_name_here", "file_name_here"),
        ("See [the guide](https://example.org/a_b_c)", 'See <a href="https://example.org/a_b_c" rel="noreferrer noopener">the guide</a>'),
        ('<span style="color:red">Red</span><br/>line', "Red<br>line"),
        ("<b>Bold</b>", "<strong>Bold</strong>"),
        (r"\*not\* so", "*not* so"),
    ],
)  # fmt: skip
def test_marks_become_html(written: str, shown: str) -> None:
    assert prose(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '[a](https://x.example/" onclick="alert(1))',
        "**<svg/onload=alert(1)>**",
        "\ue03cscript>alert(1)\ue03c/script>",
    ],
)
def test_nothing_comes_through_that_could_do_anything(written: str) -> None:
    shown = prose(written)
    for opening in ("<script", "<img", "<svg", ' onclick="alert'):
        assert opening not in shown


def test_addresses_of_other_kinds_are_no_links() -> None:
    assert "<a" not in prose("[a](javascript:alert(1))")
    assert "<a" not in prose("[a](data:text/html,x)")


def test_plain_is_one_line_without_marks() -> None:
    assert plain("# **Total**\nof [all](https://example.org/)") == "Total of all"
