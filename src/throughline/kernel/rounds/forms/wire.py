"""Answers as XML, the way phones and other programs send and receive them (OpenRosa, ODK XForms)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.rounds.forms import places, safely
from throughline.kernel.rounds.forms.definition import MEDIA, Form, Group, Item, Question, Repeat
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.places import Answers
from throughline.kernel.rounds.forms.safely import local
from throughline.kernel.rounds.forms.tree import build

XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
ORX = "http://openrosa.org/xforms"
MOST_BYTES = 8 * 1024 * 1024
MOST_ELEMENTS = 100_000
_CONTROL = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


@dataclass(frozen=True)
class Head:
    """Which form a submission answers, and which one it is."""

    form_id: str
    version: str
    instance_id: str


@dataclass(frozen=True)
class Wire:
    """A submission, read."""

    form_id: str
    version: str
    instance_id: str
    answers: Answers
    attachments: tuple[str, ...]


def to_xml(form: Form, answers: Mapping[str, str], *, form_id: str, version: str, instance_id: str) -> bytes:
    """The answers as a submission. Answers at places the form does not have are left out."""
    tree = build(form, answers)
    root = etree.Element(form.root, nsmap={"orx": ORX})
    root.set("id", form_id)
    root.set("version", version)
    for item in form.children:
        _write(root, item, tree.root.named.get(item.name, ()))
    meta = etree.SubElement(root, f"{{{ORX}}}meta")
    etree.SubElement(meta, f"{{{ORX}}}instanceID").text = instance_id
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def _write(above: etree._Element, item: Item, nodes: Sequence[Node]) -> None:
    for node in nodes:
        element = etree.SubElement(above, item.name)
        if isinstance(item, (Group, Repeat)):
            for child in item.children:
                _write(element, child, node.named.get(child.name, ()))
        elif node.value:
            element.text = node.value.translate(_CONTROL)


def peek(content: bytes) -> Head:
    """Which form a submission answers, before that form is at hand. Raises Invalid."""
    return _head(_parsed(content))


def from_xml(form: Form, content: bytes) -> Wire:
    """A submission as answers. Raises Invalid: not safe to read, too large, or not of this form."""
    root = _parsed(content)
    if local(root) != form.root:
        message = _('This is not an answer to the form: it begins with "%(found)s", the form with "%(root)s".')
        raise Invalid([Problem("xml", message % {"found": local(root), "root": form.root})])
    head = _head(root)
    reader = _Reader(form)
    reader.children(root, form.children, "", "")
    if reader.unknown:
        message = _("The form has no such question.")
        raise Invalid([Problem(name, message) for name in dict.fromkeys(reader.unknown)])
    return Wire(head.form_id, head.version, head.instance_id, reader.answers, tuple(dict.fromkeys(reader.files)))


def _parsed(content: bytes) -> etree._Element:
    try:
        return safely.parse(content, most_bytes=MOST_BYTES, most_elements=MOST_ELEMENTS)
    except safely.Unsafe as fault:
        raise Invalid([Problem("xml", str(fault))]) from fault


def _head(root: etree._Element) -> Head:
    meta = next((child for child in root if local(child) == "meta"), None)
    instance = "" if meta is None else next((c.text or "" for c in meta if local(c) == "instanceID"), "")
    return Head(root.get("id", ""), root.get("version", ""), instance.strip() or root.get("instanceID", ""))


class _Reader:
    """Walks a submission beside its form."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.answers: Answers = {}
        self.files: list[str] = []
        self.unknown: list[str] = []

    def children(self, element: etree._Element, items: tuple[Item, ...], above: str, path: str) -> None:
        by_name = {item.name: item for item in items}
        rows: dict[str, int] = {}
        for child in element:
            name = local(child)
            item = by_name.get(name)
            if item is None:
                if not (name == "meta" and not path):
                    self.unknown.append(places.join(path, name))
                continue
            number = None
            if isinstance(item, Repeat):
                if child.get(f"{JR}template") is not None:
                    continue
                number = rows[name] = rows.get(name, 0) + 1
            self.item(child, item, places.join(above, name, number))

    def item(self, element: etree._Element, item: Item, place: str) -> None:
        if isinstance(item, (Group, Repeat)):
            before = len(self.answers)
            self.children(element, item.children, place, item.path)
            if isinstance(item, Repeat) and len(self.answers) == before:
                self.answers[place] = ""
            return
        if len(element):
            self.unknown.append(places.join(item.path, local(element[0])))
        value = (element.text or "").strip()
        if value and place not in self.answers:
            self.answers[place] = value
            if isinstance(item, Question) and item.kind in MEDIA:
                self.files.append(value)


def as_served(xform: str, *, form_id: str, title: str, version: str, answers: Mapping[str, str] | None = None) -> str:
    """The XForm under another id, title and version; `answers` stand in it as defaults."""
    root = safely.parse(xform.encode())
    heading = root.find(f"{H}head/{H}title")
    if heading is not None:
        heading.text = title
    model = root.find(f"{H}head/{XF}model")
    data = model.find(f"{XF}instance")[0]
    data.set("id", form_id)
    data.set("version", version)
    if answers:
        from throughline.kernel.rounds.forms.definition import load  # reason: most forms are served without answers

        _Filler(load(xform), model, data).fill(answers)
    return str(etree.tostring(root, encoding="unicode"))


class _Filler:
    """Puts answers into the instance of an XForm."""

    def __init__(self, form: Form, model: etree._Element, data: etree._Element) -> None:
        self.form, self.model, self.data = form, model, data
        self.filled: set[str] = set()

    def fill(self, answers: Mapping[str, str]) -> None:
        tree = build(self.form, answers)
        self.children(self.data, self.form.children, tree.root)
        # a default that is computed on opening would overwrite what was filled in
        for action in list(self.model.iter(f"{XF}setvalue")):
            path = action.get("ref", "").strip().removeprefix(f"/{self.form.root}/")
            if path in self.filled and "first-load" in action.get("event", ""):
                action.getparent().remove(action)

    def children(self, element: etree._Element, items: tuple[Item, ...], above: Node) -> None:
        for item in items:
            nodes = above.named.get(item.name, [])
            found = [child for child in element if local(child) == item.name]
            if isinstance(item, Repeat):
                self.rows(element, item, found, nodes)
            elif found and nodes:
                self.one(found[0], item, nodes[0])

    def rows(self, element: etree._Element, item: Repeat, found: list[etree._Element], nodes: list[Node]) -> None:
        """As many rows as were answered, each made of the template."""
        if not nodes or not found:
            return
        rows = [row for row in found if row.get(f"{JR}template") is None]
        last = found[-1]
        while len(rows) < len(nodes):
            row = etree.fromstring(etree.tostring(found[0], with_tail=False))
            row.attrib.pop(f"{JR}template", None)
            last.addnext(row)
            last = row
            rows.append(row)
        for row, node in zip(rows, nodes, strict=False):
            self.children(row, item.children, node)

    def one(self, element: etree._Element, item: Item, node: Node) -> None:
        if isinstance(item, Group):
            self.children(element, item.children, node)
        elif isinstance(item, Question) and item.calculate is None and node.value:
            element.text = node.value.translate(_CONTROL)
            self.filled.add(item.path)
