"""How much intake accepts. An installation raises or lowers them with the setting `THROUGHLINE_INTAKE`."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem


@dataclass(frozen=True)
class Limits:
    """Bounds on one file. They keep a mistaken or hostile file from taking the machine down."""

    file_bytes: int = 128 * 1024 * 1024
    unpacked_bytes: int = 768 * 1024 * 1024
    unpack_ratio: int = 250
    members: int = 2_000
    rows: int = 500_000
    columns: int = 400
    cells: int = 16_000_000
    cell: int = 30_000
    depth: int = 20
    wrong_shown: int = 5_000
    in_request_bytes: int = 1_500_000


def limits() -> Limits:
    """The limits of this installation."""
    return replace(Limits(), **getattr(settings, "THROUGHLINE_INTAKE", {}))


def check_size(content: bytes, name: str) -> None:
    """Every door asks this before anything looks into a file."""
    most = limits().file_bytes
    if len(content) > most:
        message = _("The file is larger than %(most)s MB.")
        raise Invalid([Problem("file", message % {"most": most // 1024**2}, name)])
