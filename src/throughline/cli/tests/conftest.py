"""Calling the command line as an operator does."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from throughline.cli.main import cli

Call = Callable[..., Result]


@pytest.fixture
def call() -> Call:
    """`call("ask", "incidents", "--format", "json")`: exit code, stdout and stderr of the command."""

    def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(cli, list(arguments), env={"THROUGHLINE_AS": "", **(env or {})})

    return run
