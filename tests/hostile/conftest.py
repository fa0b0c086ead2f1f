"""What the hostile tests share."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

ENOUGH = 3 * 1024**3


def held() -> int:
    """What this process has taken already, in bytes: by earlier tests, by libraries that reserve much and use little."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmData"].split()[0]) * 1024


@pytest.fixture
def bounded() -> Iterator[None]:
    """No more memory than a small server has on top of that: who asks for more gets an error, and does not take the machine down."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    if Path("/proc/self/status").exists():
        resource.setrlimit(resource.RLIMIT_DATA, (held() + ENOUGH, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)
