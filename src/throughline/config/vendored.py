"""Browser packages that the pages use, straight from node_modules; nothing of theirs is copied into the repository.

`{% static 'vendor/htmx/htmx.min.js' %}` is node_modules/htmx.org/dist/htmx.min.js; the prefixes are:

    vendor/htmx          htmx.org/dist              htmx.min.js
    vendor/vega          vega/build                 vega.min.js
    vendor/vega-lite     vega-lite/build            vega-lite.min.js
    vendor/vega-embed    vega-embed/build           vega-embed.min.js
    vendor/vega-interpreter  vega-interpreter/build vega-interpreter.js (Vega without eval, for the strict CSP)
    vendor/maplibre      maplibre-gl/dist           maplibre-gl.css, maplibre-gl.mjs, maplibre-gl-worker.mjs
    vendor/world-atlas   world-atlas                countries-50m.json, countries-110m.json
    vendor/topojson      topojson-client/dist       topojson-client.min.js
    vendor/plex          @fontsource/ibm-plex-sans/files         ibm-plex-sans-latin-400-normal.woff2 and the like
    vendor/plex-arabic   @fontsource/ibm-plex-sans-arabic/files  ibm-plex-sans-arabic-arabic-400-normal.woff2 ...

Icons are not served: kernel/ui/icons.py puts them into the page from node_modules/lucide-static/icons.
Only files that match the patterns below are served; to use another, add it here.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

# prefix under static/vendor -> folder in node_modules, files of it
PACKAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "htmx": ("htmx.org/dist", ("htmx.min.js",)),
    "vega": ("vega/build", ("vega.min.js",)),
    "vega-lite": ("vega-lite/build", ("vega-lite.min.js",)),
    "vega-embed": ("vega-embed/build", ("vega-embed.min.js",)),
    "vega-interpreter": ("vega-interpreter/build", ("vega-interpreter.js",)),
    "maplibre": (
        "maplibre-gl/dist",
        ("maplibre-gl.css", "maplibre-gl.mjs", "maplibre-gl-shared.mjs", "maplibre-gl-worker.mjs"),
    ),
    "world-atlas": ("world-atlas", ("countries-50m.json", "countries-110m.json")),
    "topojson": ("topojson-client/dist", ("topojson-client.min.js",)),
    "plex": ("@fontsource/ibm-plex-sans/files", ("*-[4-7]00-normal.woff2", "*-400-italic.woff2")),
    "plex-arabic": ("@fontsource/ibm-plex-sans-arabic/files", ("*-arabic-[4-7]00-normal.woff2",)),
}


# `list` is also the name of the finder's method.
Checked = list[CheckMessage]


class PackageFinder(BaseFinder):
    """Finds `vendor/<prefix>/<file>` in node_modules, for the development server, the tests and collectstatic."""

    def check(self, **_kwargs: Any) -> "Checked":
        return []

    def find(self, path: str, *, find_all: bool = False, **_kwargs: Any) -> Any:  # type: ignore[override]
        """The file's place on disk; an empty list where there is none (as the other finders answer)."""
        vendor, _, rest = path.replace("\\", "/").partition("/")
        prefix, _, name = rest.partition("/")
        if vendor != "vendor" or prefix not in PACKAGES or not wanted(prefix, name):
            return []
        place = folder_of(prefix) / name
        if not place.is_file():
            return []
        return [str(place)] if find_all else str(place)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Everything collectstatic shall copy."""
        for prefix in PACKAGES:
            folder = folder_of(prefix)
            if not folder.is_dir():
                continue
            storage = FileSystemStorage(location=str(folder))
            storage.prefix = f"vendor/{prefix}"  # type: ignore[attr-defined]  # reason: collectstatic reads it there
            for file in sorted(folder.iterdir()):
                ignored = any(fnmatch(file.name, pattern) for pattern in ignore_patterns or ())
                if wanted(prefix, file.name) and not ignored:
                    yield file.name, storage


def folder_of(prefix: str) -> Path:
    return Path(settings.NODE_MODULES) / PACKAGES[prefix][0]


def wanted(prefix: str, name: str) -> bool:
    return "/" not in name and any(fnmatch(name, pattern) for pattern in PACKAGES[prefix][1])
