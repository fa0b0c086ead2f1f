"""The line, and what waits on it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui import navigation, waiting
from throughline.kernel.ui.waiting import Change, Waiting

ALICE = Viewer(person=uuid4(), name="Alice")


@pytest.fixture(autouse=True)
def empty_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_stations", {name: {} for name in navigation.STATIONS})
    monkeypatch.setattr(navigation, "_personal", {})
    monkeypatch.setattr(waiting, "_sources", {name: [] for name in navigation.STATIONS})
    monkeypatch.setattr(waiting, "_changes", [])


def test_all_six_stations_stand_on_the_line_even_when_empty() -> None:
    assert [station.name for station in navigation.line_for(ALICE)] == list(navigation.STATIONS)


def test_a_page_is_offered_to_those_who_may_open_it_and_to_nobody_else() -> None:
    navigation.register(station="collect", label="Home", url_name="home", may=lambda viewer: viewer.name == "Alice")
    assert [link.url for link in navigation.line_for(ALICE)[0].links] == ["/"]
    assert navigation.line_for(Viewer(person=uuid4(), name="Charlie"))[0].links == ()
    assert navigation.line_for(Viewer.nobody())[0].links == ()


def test_pages_of_a_menu_stand_behind_its_word_and_only_for_those_who_may_open_them() -> None:
    navigation.register(station="collect", label="Home", url_name="home")
    navigation.register(
        station="collect", label="Theme", url_name="theme", menu="Set up", may=lambda viewer: viewer.name == "Alice"
    )
    collect = navigation.line_for(ALICE, "theme")[0]
    assert [link.label for link in collect.links] == ["Home"]
    assert [(menu.label, [link.label for link in menu.links]) for menu in collect.menus] == [("Set up", ["Theme"])]
    assert collect.current
    assert collect.menus[0].current == collect.menus[0].links[0]
    assert navigation.line_for(Viewer(person=uuid4(), name="Charlie"))[0].menus == ()


def test_a_station_of_menus_alone_leads_to_their_first_page() -> None:
    navigation.register(station="act", label="Home", url_name="home", menu="Set up")
    act = next(one for one in navigation.line_for(ALICE) if one.name == "act")
    assert (act.links, act.url) == ((), "/")


def test_a_page_without_an_address_is_left_out() -> None:
    navigation.register(station="collect", label="Ghost", url_name="ghost-list")
    assert navigation.line_for(ALICE)[0].links == ()


def test_pages_of_one_noun_belong_to_one_entry() -> None:
    navigation.register(station="measure", label="Theme", url_name="theme")
    navigation.register(station="collect", label="Home", url_name="home")
    line = {station.name: station for station in navigation.line_for(ALICE, "home-detail")}
    assert line["collect"].current
    assert line["collect"].links[0].current
    assert not line["measure"].current


def test_a_beginning_that_two_entries_share_names_neither() -> None:
    for name in ("home-pool", "home-numbers"):
        navigation.register(station="act", label=name, url_name=name)
    assert not any(station.current for station in navigation.line_for(ALICE, "home-mine"))


def test_a_page_of_another_name_belongs_to_what_its_address_stands_under() -> None:
    navigation.register(station="measure", label="Home", url_name="home")
    navigation.register(station="act", label="Inbox", url_name="notice-list")
    line = {station.name: station for station in navigation.line_for(ALICE, "other", reverse("notice-list") + "other/")}
    assert (line["act"].current, line["measure"].current) == (True, False)


def test_a_station_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no station"):
        navigation.register(station="arrest", label="x", url_name="home")
    with pytest.raises(ValueError, match="no station"):
        waiting.register("arrest", lambda viewer: [])


def test_links_with_a_count_stand_beside_the_name() -> None:
    navigation.register_personal(label="Inbox", url_name="home", count=lambda viewer: 3)
    navigation.register_personal(label="Profile", url_name="theme")
    assert [(link.label, link.count) for link in navigation.personal_for(ALICE, counted=True)] == [("Inbox", 3)]
    assert [link.label for link in navigation.personal_for(ALICE, counted=False)] == ["Profile"]


def test_what_waits_is_listed_at_its_station_and_zero_is_left_out() -> None:
    waiting.register("collect", lambda viewer: [Waiting("To check", 3, "/x"), Waiting("To send", 0, "/y")])
    found = waiting.waiting_for(ALICE)
    assert [item.label for item in found["collect"]] == ["To check"]
    assert found["report"] == []


def test_changes_of_all_sources_come_newest_first() -> None:
    waiting.register_changes(lambda viewer: [Change("old", "/", datetime(2024, 1, 1, tzinfo=UTC))])
    waiting.register_changes(lambda viewer: [Change("new", "/", datetime(2024, 2, 1, tzinfo=UTC))])
    assert [change.label for change in waiting.changes_for(ALICE)] == ["new", "old"]
