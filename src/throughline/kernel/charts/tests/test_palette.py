"""Colours: far enough apart for every eye, strong enough on their ground, and always the same."""

from itertools import combinations

import pytest

from throughline.kernel.charts import palette, themes

# Machado, Oliveira and Fernandes 2009, full severity, on linear light.
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return (red, green, blue)


def seen(light: Triple, sight: str) -> Triple:
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, light, strict=True)))) for row in SIGHT[sight]
    )
    return (red, green, blue)


def oklab(light: Triple) -> Triple:
    red, green, blue = light
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def apart(one: str, other: str, sight: str) -> float:
    pair = zip(oklab(seen(linear(one), sight)), oklab(seen(linear(other), sight)), strict=True)
    return sum((a - b) ** 2 for a, b in pair) ** 0.5


def contrast(one: str, other: str) -> float:
    bright = sorted(
        (0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (linear(one), linear(other))),
        reverse=True,
    )
    return (bright[0] + 0.05) / (bright[1] + 0.05)


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(palette, "_groups", [])


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(("theme", "least"), [("light", 0.085), ("dark", 0.075)])
def test_any_two_colours_can_be_told_apart(theme: str, least: float, sight: str) -> None:
    for one, other in combinations(palette.COLOURS[theme], 2):
        assert apart(one, other, sight) >= least, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_stands_out_from_its_ground(theme: str) -> None:
    assert all(contrast(colour, themes.PAPER[theme]) >= 3 for colour in palette.COLOURS[theme])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reads_on_every_step_of_the_ramp(theme: str) -> None:
    before, after = themes.ON_RAMP[theme]
    for step, colour in enumerate(palette.RAMPS[theme]):
        assert contrast(colour, after if step >= palette.FLIP[theme] else before) >= 4.5, (step, colour)


def test_a_registered_thing_keeps_its_colour_in_any_company() -> None:
    palette.register(["RS", "XK", "AL"])
    assert palette.colours_for(["AL", "other", "RS"])["RS"] == palette.LIGHT[0]
    assert palette.colours_for(["RS"])["RS"] == palette.LIGHT[0]
    assert palette.colours_for(["AL"])["AL"] == palette.LIGHT[2]


def test_an_unregistered_thing_has_the_same_colour_each_time() -> None:
    assert palette.colours_for(["killed"]) == palette.colours_for(["killed"])


def test_a_chart_follows_the_group_most_of_its_things_belong_to() -> None:
    palette.register(["shooting", "suicide"])
    palette.register(["killed", "injured", "suicide"])
    assert palette.colours_for(["suicide", "killed"])["suicide"] == palette.LIGHT[2]
    assert palette.colours_for(["suicide", "shooting"])["suicide"] == palette.LIGHT[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_not_known_is_grey_and_takes_no_colour_from_others(theme: str) -> None:
    palette.register(["men", "women", "not-reported"])
    colours = palette.colours_for(["not-reported", "women", "men"], theme)
    assert colours == {
        "not-reported": palette.GREY[theme],
        "women": palette.COLOURS[theme][1],
        "men": palette.COLOURS[theme][0],
    }
    assert contrast(palette.GREY[theme], themes.PAPER[theme]) >= 3


def test_eight_things_have_eight_colours() -> None:
    keys = [f"thing {at}" for at in range(8)]
    assert len(set(palette.colours_for(keys).values())) == 8


def test_a_value_falls_on_a_step_of_the_ramp() -> None:
    assert [palette.step_of(value, 0, 60) for value in (0, 9, 10, 59, 60)] == [0, 0, 1, 5, 5]
    assert palette.step_of(5, 5, 5) == palette.STEPS - 1
