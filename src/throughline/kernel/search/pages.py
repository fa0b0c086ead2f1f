"""Searching what is no record: the pages of the line, and what can be asked for as a figure."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import registry as measures
from throughline.kernel.search.declare import Group, Hit, Source
from throughline.kernel.search.words import Words, slips_in, split, worth
from throughline.kernel.ui import navigation


def pages(viewer: Viewer, words: Words, most: int) -> Group:
    """The pages this viewer is offered on the line and under their name."""
    links = [
        (str(link.label), str(station.label), link.url)
        for station in navigation.line_for(viewer)
        for link in (*station.links, *(one for menu in station.menus for one in menu.links))
    ]
    links += [
        (str(link.label), "", link.url)
        for counted in (True, False)
        for link in navigation.personal_for(viewer, counted=counted)
    ]
    return _group("page", _("Pages"), links, words, most)


def figures(viewer: Viewer, words: Words, most: int) -> Group:
    """The measures, each as the question it begins."""
    if not viewer.programmes:
        return Group("measure", _("Figures"), ())
    ask = reverse("question")
    known = [
        (str(one.label), str(one.group or one.unit), f"{ask}?measure={one.id}") for one in measures.measures.values()
    ]
    return _group("measure", _("Figures"), known, words, most)


def _group(kind: str, title: StrOrPromise, known: list[tuple[str, str, str]], words: Words, most: int) -> Group:
    hits = []
    for name, detail, url in known:
        slips = slips_in(words.words, split(f"{name} {detail}"))
        if slips is not None:
            hits.append(Hit(name, url, detail, rank=worth(words, name, text_slips=slips), slips=slips))
    hits.sort(key=lambda hit: -hit.rank)
    exact = [hit for hit in hits if not hit.slips]
    return Group(kind, title, tuple((exact or hits)[:most]))


SOURCES = (Source("page", _("Pages"), pages), Source("measure", _("Figures"), figures))
