"""The documents of OpenRosa: the list of forms, a form's media, what a submission is answered with."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import time

from django.http import HttpResponse
from django.utils.http import http_date
from lxml import etree

LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
# The most one request may carry. A phone sends more than that in several requests.
MOST_BYTES = 32 * 1024 * 1024
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


@dataclass(frozen=True)
class Listed:
    """A form on the list."""

    form_id: str
    name: str
    version: str
    md5: str
    address: str
    manifest: str = ""
    description: str = ""


@dataclass(frozen=True)
class Medium:
    """A file that belongs to a form."""

    name: str
    md5: str
    address: str


def form_list(forms: Sequence[Listed]) -> bytes:
    root = etree.Element(f"{{{LIST}}}xforms", nsmap={None: LIST})
    for form in forms:
        values = {
            "formID": form.form_id,
            "name": form.name,
            "version": form.version,
            "hash": f"md5:{form.md5}",
            "descriptionText": form.description,
            "downloadUrl": form.address,
            "manifestUrl": form.manifest,
        }
        _children(etree.SubElement(root, f"{{{LIST}}}xform"), LIST, values)
    return _written(root)


def manifest(media: Sequence[Medium]) -> bytes:
    root = etree.Element(f"{{{MANIFEST}}}manifest", nsmap={None: MANIFEST})
    for one in media:
        values = {"filename": one.name, "hash": f"md5:{one.md5}", "downloadUrl": one.address}
        _children(etree.SubElement(root, f"{{{MANIFEST}}}mediaFile"), MANIFEST, values)
    return _written(root)


def said(words: str, nature: str = "submit_success") -> bytes:
    """A message that the phone shows to whoever holds it."""
    root = etree.Element(f"{{{RESPONSE}}}OpenRosaResponse", nsmap={None: RESPONSE})
    message = etree.SubElement(root, f"{{{RESPONSE}}}message", nature=nature)
    message.text = words.translate(_CONTROL)
    return _written(root)


def answer(words: str, status: int) -> HttpResponse:
    """The same as a response."""
    nature = "submit_success" if status < 300 else "submit_error"
    return HttpResponse(said(words, nature), status=status, content_type="text/xml; charset=utf-8")


def with_headers(response: HttpResponse) -> HttpResponse:
    """What every answer of an OpenRosa server carries."""
    response["X-OpenRosa-Version"] = "1.0"
    response["X-OpenRosa-Accept-Content-Length"] = str(MOST_BYTES)
    response["Date"] = http_date(time())
    response["X-Content-Type-Options"] = "nosniff"
    response.setdefault("Cache-Control", "private, no-cache")
    return response


def _children(above: etree._Element, namespace: str, values: dict[str, str]) -> None:
    for name, value in values.items():
        if value:
            etree.SubElement(above, f"{{{namespace}}}{name}").text = value


def _written(root: etree._Element) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return content
