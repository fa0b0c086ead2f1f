"""Nothing of one walk is remembered in the next: wrong keys of phones are counted by address."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_remembered(db: None) -> None:
    cache.clear()
