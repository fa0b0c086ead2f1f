"""The land around a map: public, small, kept by browsers, and never more than the world."""

import gzip
import json

import pytest
from django.test import Client

from throughline.kernel.charts import boundaries, maps, samples

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not boundaries.available(), reason="the browser packages are not installed"),
]


def test_a_map_names_a_file_that_is_there_without_signing_in(client: Client) -> None:
    answer = client.get(maps.island(samples.points())["ground"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=604800"
    land = json.loads(gzip.decompress(answer.content))
    assert {"IT", "HR", "RO"} <= {feature["properties"]["code"] for feature in land["features"]}


def test_maps_of_one_region_share_the_file() -> None:
    assert maps.island(samples.points())["ground"] == maps.island(samples.choropleth())["ground"]


@pytest.mark.parametrize("edges", ["30_0_10_50", "0_50_10_30", "-999_0_999_10"])
def test_a_box_that_is_none_is_not_found(client: Client, edges: str) -> None:
    assert client.get(f"/charts/ground/{edges}.json").status_code == 404
