"""Lucide icons, read from the browser package and put into the page: only ever beside words."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

_NAME = re.compile(r"^[a-z0-9-]+$")
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def _folder() -> Path:
    return Path(settings.NODE_MODULES) / "lucide-static" / "icons"


@cache
def icon(name: str) -> SafeString:
    """The icon's drawing, hidden from screen readers; empty where the browser packages are not installed.

    The file comes from the package named in the lock file, never from a user, so its markup is trusted.
    """
    path = _folder() / f"{name}.svg"
    if not _NAME.match(name) or not path.is_file():
        return mark_safe("")
    found = _BODY.search(path.read_text(encoding="utf-8"))
    body = " ".join(found.group(1).split()) if found else ""
    return mark_safe(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{body}</svg>')
