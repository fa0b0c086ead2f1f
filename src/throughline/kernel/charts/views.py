"""The land around a map, as a file that browsers keep."""

import gzip
import json
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from throughline.kernel.charts import boundaries

THINNED = 0.03
KEEP = "public, max-age=604800"
WIDEST = 400


@lru_cache(maxsize=32)
def _packed(edges: boundaries.Box) -> bytes:
    features = boundaries.ground(edges, least=THINNED)
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


@login_not_required
@require_GET
def ground(request: HttpRequest, edges: str) -> HttpResponse:
    """Outlines within a box, west_south_east_north in whole degrees. They are public, so nobody need sign in."""
    west, south, east, north = (int(part) for part in edges.split("_"))
    if not (west < east and south < north and east - west <= WIDEST and north - south <= WIDEST):
        raise Http404
    if not boundaries.available():
        raise Http404
    return HttpResponse(
        _packed((west, south, east, north)),
        content_type="application/geo+json",
        headers={"Content-Encoding": "gzip", "Cache-Control": KEEP},
    )
