"""Wrong keys of one test do not count in the next."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_remembered(db: None) -> None:
    cache.clear()
