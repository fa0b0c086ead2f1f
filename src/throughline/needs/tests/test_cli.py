"""The ranking on the command line."""

import json

from click.testing import CliRunner, Result

from throughline.cli.main import cli
from throughline.kernel.testing.worlds import World
from throughline.needs.tests.making import make_exercise, taken_to


def rank(world: World, who: str, *arguments: str) -> Result:
    asked = ["needs", "rank", *arguments, "--as", world.user(who).email]
    return CliRunner().invoke(cli, asked, env={"THROUGHLINE_AS": ""})


def test_the_ranking_with_formulas(world: World) -> None:
    exercise = taken_to(world, "analysed")

    rows = json.loads(rank(world, "anna", exercise.reference, "--format", "json").stdout)

    assert [(one["rank"], one["topic"], one["relevance"], one["kept"]) for one in rows] == [
        (1, "Digital investigations", "87.5", True),
        (2, "Digital forensics", "62.5", True),
        (3, "Disinformation", "12.5", False),
    ]
    assert rows[0]["relevance_formula"] == "100 × (0×0 + 1×0 + 2×0 + 3×1 + 4×1) / (4 × 2) = 87.5"
    assert "Votes: One country, one vote" in rank(world, "anna", exercise.reference).stderr


def test_what_became_of_the_needs(world: World) -> None:
    exercise = taken_to(world, "published")
    asked = ["needs", "answered", exercise.reference, "--format", "json", "--as", world.user("bob").email]

    rows = json.loads(CliRunner().invoke(cli, asked, env={"THROUGHLINE_AS": ""}).stdout)

    assert rows[0] == {
        "rank": 1, "topic": "Digital investigations", "officials": 75, "participations": 0, "unlisted": 0,
        "entries": "", "held": 0, "to_come": 0,
    }  # fmt: skip


def test_who_may_not_read_is_told_so(world: World) -> None:
    draft = make_exercise(world)
    assert rank(world, "anna", draft.reference).exit_code != 0
    exercise = taken_to(world, "analysed", draft)

    told = {who: rank(world, who, exercise.reference) for who in ("bob", "outsider")}

    assert "when the exercise is published" in told["bob"].stderr
    assert "There is no exercise" in told["outsider"].stderr
    assert all(one.exit_code == 1 for one in told.values())
