"""Every reader of files against good files that are not good any more. The long form is `benchmarks/fuzz.py --files`."""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.hostile.mutating import mutated, read

EXAMPLES = int(os.environ.get("THROUGHLINE_FUZZ", "1")) * 250


@pytest.mark.usefixtures("bounded")
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(mutated())
def test_no_changed_file_breaks_a_reader(file: tuple[str, bytes]) -> None:
    read(*file)
