"""What the hostile tests share."""

import resource
from collections.abc import Iterator

import pytest

ENOUGH = 3 * 1024**3


@pytest.fixture
def bounded() -> Iterator[None]:
    """No more memory than a small server has: who asks for more gets an error, and does not take the machine down."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (ENOUGH, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)
