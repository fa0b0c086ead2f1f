"""XML from outside, read so that it cannot reach for anything or grow: no entities, no DOCTYPE, bounded."""

import re

from django.utils.translation import gettext as _
from lxml import etree

MOST_BYTES = 16 * 1024 * 1024
MOST_DEPTH = 60
MOST_ELEMENTS = 400_000
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Unsafe(ValueError):
    """The XML is not read; the message says why."""


def parse(content: bytes, *, most_bytes: int = MOST_BYTES, most_elements: int = MOST_ELEMENTS) -> etree._Element:
    """The root element. Raises `Unsafe`."""
    if len(content) > most_bytes:
        raise Unsafe(_("The file is larger than %(most)s MB.") % {"most": most_bytes // 1024**2})
    # UTF-16 would hide a DOCTYPE from the look below; nothing in this field writes it.
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in content[:200]:
        raise Unsafe(_("The file is not written in UTF-8."))
    if _DECLARES.search(content):
        raise Unsafe(_("The file declares a document type or entities. It was not opened."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise Unsafe(_("The file is not well-formed XML: %(fault)s") % {"fault": fault.msg}) from fault
    except ValueError as fault:
        raise Unsafe(_("The file is not well-formed XML: %(fault)s") % {"fault": fault}) from fault
    _measure(root, most_elements)
    return root


def _measure(root: etree._Element, most_elements: int) -> None:
    depth = count = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MOST_DEPTH or count > most_elements:
            raise Unsafe(_("The file is nested too deeply or has too many elements. It was not opened."))


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return etree.QName(element).localname
