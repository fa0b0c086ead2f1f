"""The line: six stations, and each subject's pages at its station.

Apps register their pages in `apps.py ready()`. The line is built for one viewer, so that nobody is
offered a page they may not open.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from throughline.kernel.access.viewer import Viewer

STATIONS: dict[str, StrOrPromise] = {
    "collect": _("Collect"),
    "assess": _("Assess"),
    "decide": _("Decide"),
    "act": _("Act"),
    "measure": _("Measure"),
    "report": _("Report"),
}

SET_UP = _("Set up")
"""The menu of what is set once and looked up now and then: reference data, methods, frameworks."""

May = Callable[[Viewer], bool]
Count = Callable[[Viewer], int]


def signed_in(viewer: Viewer) -> bool:
    return viewer.signed_in


@dataclass(frozen=True)
class Entry:
    """One page on the line (or, with a count, one of the small links beside the user's name)."""

    label: StrOrPromise
    url_name: str
    may: May = signed_in
    order: int = 50
    icon: str = ""
    count: Count | None = None
    menu: StrOrPromise = ""

    @property
    def noun(self) -> str:
        """What the page is about: pages whose address name starts alike belong to the same entry."""
        return self.url_name.rsplit("-", 1)[0]


@dataclass(frozen=True)
class Link:
    """An entry as one viewer sees it."""

    label: StrOrPromise
    url: str
    current: bool = False
    icon: str = ""
    count: int | None = None


@dataclass(frozen=True)
class Menu:
    """Pages of a station that are not looked into daily, behind one word at the end of its row."""

    label: StrOrPromise
    links: tuple[Link, ...]

    @property
    def current(self) -> Link | None:
        return next((link for link in self.links if link.current), None)


@dataclass(frozen=True)
class Station:
    """A station as one viewer sees it: its pages, and whether the page shown is one of them."""

    name: str
    label: StrOrPromise
    links: tuple[Link, ...] = ()
    menus: tuple[Menu, ...] = ()
    current: bool = False

    @property
    def url(self) -> str:
        first = self.links or tuple(link for menu in self.menus for link in menu.links)
        return first[0].url if first else ""


_stations: dict[str, dict[str, Entry]] = {name: {} for name in STATIONS}
_personal: dict[str, Entry] = {}


def register(
    *,
    station: str,
    label: StrOrPromise,
    url_name: str,
    may: May = signed_in,
    order: int = 50,
    menu: StrOrPromise = "",
) -> None:
    """Put a page at a station, or into a menu of it. Registering the same address again replaces it."""
    if station not in STATIONS:
        message = f"no station is called {station!r}: choose one of {', '.join(STATIONS)}"
        raise ValueError(message)
    _stations[station][url_name] = Entry(label, url_name, may, order, menu=menu)


def register_personal(
    *,
    label: StrOrPromise,
    url_name: str,
    may: May = signed_in,
    icon: str = "",
    count: Count | None = None,
    order: int = 50,
) -> None:
    """Put a link into the menu under the user's name; with `count`, beside the name, showing how many."""
    _personal[url_name] = Entry(label, url_name, may, order, icon, count)


def _address(entry: Entry) -> str | None:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return None


def _is_current(entry: Entry, url_name: str) -> bool:
    return url_name == entry.url_name or url_name.startswith(f"{entry.noun}-")


def _chosen(entries: list[Entry], url_name: str, path: str) -> Entry | None:
    """The one entry the page belongs to: the exact one, then the longest name that fits, then what it stands under."""
    exact = [entry for entry in entries if entry.url_name == url_name]
    fitting = sorted((e for e in entries if _is_current(e, url_name)), key=lambda e: len(e.noun), reverse=True)
    # A beginning that several entries share is the name of none of them.
    longest = [entry for entry in fitting if entry.noun == fitting[0].noun]
    if exact or len(longest) == 1:
        return (exact or longest)[0]
    above = [(len(address), at) for at, one in enumerate(entries) if path.startswith(address := _address(one) or "?")]
    length, at = max(above, default=(0, 0))
    return entries[at] if length > 1 else None


def _ordered(entries: dict[str, Entry]) -> list[Entry]:
    return sorted(entries.values(), key=lambda entry: (entry.order, str(entry.label)))


def line_for(viewer: Viewer, url_name: str = "", path: str = "") -> list[Station]:
    """The six stations with the pages this viewer may open; stations without pages stay on the line."""
    everywhere = [entry for entries in _stations.values() for entry in entries.values() if entry.may(viewer)]
    chosen = _chosen(everywhere, url_name, path) if url_name else None
    line = []
    for name, label in STATIONS.items():
        menus: dict[StrOrPromise, list[Link]] = {"": []}
        for entry in _ordered(_stations[name]):
            if entry.may(viewer) and (address := _address(entry)) is not None:
                menus.setdefault(entry.menu, []).append(Link(entry.label, address, current=entry is chosen))
        links = tuple(menus.pop(""))
        behind = tuple(Menu(title, tuple(inside)) for title, inside in menus.items())
        current = any(link.current for link in links) or any(menu.current for menu in behind)
        line.append(Station(name, label, links, behind, current))
    return line


def personal_for(viewer: Viewer, *, counted: bool) -> list[Link]:
    """The viewer's own links: those with a count stand beside the name, the others in its menu."""
    return [
        Link(entry.label, address, icon=entry.icon, count=entry.count(viewer) if entry.count else None)
        for entry in _ordered(_personal)
        if bool(entry.count) is counted and entry.may(viewer) and (address := _address(entry)) is not None
    ]
