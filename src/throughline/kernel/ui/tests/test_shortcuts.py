"""Keys: a list that everybody can read, and a way to switch them off."""

from pathlib import Path

import pytest

from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World
from throughline.kernel.ui.shortcuts import SHORTCUTS

pytestmark = pytest.mark.django_db
SCRIPT = (Path(__file__).parent.parent / "static/ui/js/keys.js").read_text()


def test_they_are_listed_and_can_be_switched_off_on_this_device(world: World) -> None:
    client = signed_in(world, "alice")
    assert 'data-keys="on"' in client.get("/").content.decode()
    page = client.get("/shortcuts/").content.decode()
    assert "Search everything" in page
    assert "Switch them off" in page
    client.post("/shortcuts/", {"keys": "off"})
    assert 'data-keys="off"' in client.get("/").content.decode()
    assert "Switch them on" in client.get("/shortcuts/").content.decode()
    client.post("/shortcuts/", {"keys": "on"})
    assert 'data-keys="on"' in client.get("/").content.decode()


def test_the_dialog_gets_the_list_alone(world: World) -> None:
    part = signed_in(world, "alice").get("/shortcuts/", headers={"HX-Request": "true"}).content.decode()
    assert "<kbd>/</kbd>" in part
    assert "<html" not in part


def test_what_is_listed_is_what_the_script_knows() -> None:
    alone = SCRIPT.partition("const ALONE = {")[2].partition("};")[0]
    places = SCRIPT.partition("const PLACES = {")[2].partition("};")[0]
    for shortcut in (one for part in SHORTCUTS for one in part.shortcuts):
        if len(shortcut.keys) == 1:
            assert f'"{shortcut.keys[0]}":' in alone or f"{shortcut.keys[0]}:" in alone
        else:
            assert shortcut.keys[1] == "1" or f"{shortcut.keys[1]}:" in places
