"""From the text of an XForm to a `Form`."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from lxml import etree

from throughline.kernel.rounds.forms import grammar, ordering, safely
from throughline.kernel.rounds.forms.compiling import Expression, Skeleton, compile_expression
from throughline.kernel.rounds.forms.definition import Form, Group, Item, Itemset, Listed, Question, Repeat
from throughline.kernel.rounds.forms.kinds import kind_of
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.problems import FormError, FormProblem
from throughline.kernel.rounds.forms.safely import local
from throughline.kernel.rounds.forms.translating import Texts

XF = "{http://www.w3.org/2002/xforms}"
H = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
OURS = "urn:throughline:xforms"
CONTROLS = frozenset({"input", "select", "select1", "rank", "upload", "trigger", "range", "secret"})
COLUMNS = {
    "relevant": "relevant", "required": "required", "readonly": "read_only", "constraint": "constraint",
    "calculate": "calculation", "count": "repeat_count", "default": "default", "choices": "choice_filter",
    "label": "label", "hint": "hint",
}  # fmt: skip


@dataclass
class Source:
    """The parts of an XForm, found once."""

    model: etree._Element
    body: etree._Element
    data: etree._Element
    title: str
    binds: dict[str, etree._Element] = field(default_factory=dict)
    controls: dict[str, etree._Element] = field(default_factory=dict)
    frames: dict[str, etree._Element] = field(default_factory=dict)
    repeats: dict[str, etree._Element] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)


def read_form(xform: str) -> Form:
    """The form, compiled. Raises `FormError` with all that is wrong with its expressions."""
    try:
        root = safely.parse(xform.encode())
    except safely.Unsafe as fault:
        raise FormError([FormProblem(str(fault))]) from fault
    return _Loader(_source(root)).form()


def _source(root: etree._Element) -> Source:
    model = root.find(f"{H}head/{XF}model")
    body = root.find(f"{H}body")
    instance = model.find(f"{XF}instance") if model is not None else None
    if model is None or body is None or instance is None or not len(instance):
        raise FormError([FormProblem(_("This is not an XForm: it has no model, no body or no instance."))])
    source = Source(model, body, instance[0], root.findtext(f"{H}head/{H}title") or "")
    source.binds = {bind.get("nodeset", "").strip(): bind for bind in model.iter(f"{XF}bind")}
    for element in body.iter():
        name = local(element)
        where = (element.get("ref") or element.get("nodeset") or "").strip()
        if name in CONTROLS:
            source.controls[where] = element
        elif name == "repeat":
            source.repeats[where] = element
        elif name == "group" and where:
            source.frames[where] = element
    for element in root.iter(f"{XF}setvalue"):
        if "odk-instance-first-load" in element.get("event", "") or "odk-new-repeat" in element.get("event", ""):
            source.defaults[element.get("ref", "").strip()] = element.get("value") or f"'{element.text or ''}'"
    return source


class _Loader:
    """Walks the instance, since it has the order and the nesting, and looks up all else by path."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root = local(source.data)
        self.problems: list[FormProblem] = []
        self.items: dict[str, Item] = {}
        self.nodes: dict[str, Node] = {}
        self.top = Node(self.root)
        self.skeleton = Skeleton(self.top, _lists(source.model))
        self.texts = Texts(source.model, self.compiled_part)

    def form(self) -> Form:
        children = self.children(self.source.data, self.top, None)
        for item in self.items.values():
            self.complete(item)
        if self.problems:
            raise FormError(self.problems)
        data = self.source.data
        form = Form(
            title=self.source.title,
            form_id=data.get("id", ""),
            version=data.get("version", ""),
            root=self.root,
            languages=self.texts.languages,
            default_language=self.texts.default,
            children=children,
            items=self.items,
            skeleton=self.skeleton,
            translations=self.texts.all,
        )
        form.order = ordering.order(form)
        return form

    # structure

    def children(self, element: etree._Element, above: Node, parent: Group | Repeat | None) -> tuple[Item, ...]:
        found: list[Item] = []
        for child in element:
            if local(child) == "meta" and parent is None:
                self.meta(child, above)
            elif (child.get(f"{JR}template") is not None or local(child) not in above.named) and (
                item := self.item(child, above, parent)
            ):
                found.append(item)
        return tuple(found)

    def meta(self, element: etree._Element, above: Node) -> None:
        """The form's own bookkeeping (who, when): part of the tree, so that expressions may read it, and no question."""
        node = above.add(Node("meta"))
        for child in element:
            node.add(Node(local(child)))

    def item(self, element: etree._Element, above: Node, parent: Group | Repeat | None) -> Item:
        name = local(element)
        path = f"{parent.path}/{name}" if parent else name
        where = f"/{self.root}/{path}"
        item: Item
        if where in self.source.repeats:
            item = Repeat(path, name)
        elif len(element) or where in self.source.frames:
            item = Group(path, name)
        else:
            item = Question(path, name, default=(element.text or "").strip())
        item.parent = parent
        self.items[path] = item
        node = self.nodes[path] = above.add(Node(name, item))
        if isinstance(item, (Group, Repeat)):
            item.children = self.children(element, node, item)
        return item

    # content

    def complete(self, item: Item) -> None:
        where = f"/{self.root}/{item.path}"
        bind = self.source.binds.get(where)
        if bind is None:
            bind = etree.Element("bind")
        item.relevant = self.expression(bind.get("relevant"), item, "relevant")
        item.extra = {
            etree.QName(key).localname: value
            for key, value in bind.attrib.items()
            if (etree.QName(key).namespace or "") == self.source.data.nsmap.get("throughline", OURS)
        }
        control = self.source.controls.get(where)
        if isinstance(item, Question):
            self.question(item, bind, control)
        else:
            control = self.source.frames.get(where)
        if isinstance(item, Repeat):
            repeat = self.source.repeats[where]
            item.count = self.expression(repeat.get(f"{JR}count"), item, "count")
            control = repeat.getparent() if control is None else control
            item.appearance = repeat.get("appearance", "")
        if control is not None:
            item.appearance = item.appearance or control.get("appearance", "")
            item.prose = self.texts.of(control.find(f"{XF}label"), item)
            item.hints = self.texts.of(control.find(f"{XF}hint"), item)

    def question(self, item: Question, bind: etree._Element, control: etree._Element | None) -> None:
        item.bind_type = (bind.get("type") or "string").partition(":")[2] or bind.get("type") or "string"
        item.preload = bind.get(f"{JR}preload", "")
        item.required = self.expression(bind.get("required"), item, "required")
        item.readonly = self.expression(bind.get("readonly"), item, "readonly")
        item.constraint = self.expression(bind.get("constraint"), item, "constraint")
        item.calculate = self.expression(bind.get("calculate"), item, "calculate")
        item.constraint_message = self.texts.message(bind.get(f"{JR}constraintMsg"), item)
        item.required_message = self.texts.message(bind.get(f"{JR}requiredMsg"), item)
        dynamic = self.source.defaults.get(f"/{self.root}/{item.path}")
        item.dynamic_default = self.expression(dynamic, item, "default")
        item.kind = kind_of(control, item)
        if control is None:
            return
        item.parameters = {
            etree.QName(key).localname: value
            for key, value in control.attrib.items()
            if key not in {"ref", "appearance", "mediatype"}
        }
        self.choices(item, control)

    def choices(self, item: Question, control: etree._Element) -> None:
        itemset = control.find(f"{XF}itemset")
        if itemset is None:
            item.listed = tuple(
                Listed(found.findtext(f"{XF}value") or "", self.texts.of(found.find(f"{XF}label"), item), Node("item"))
                for found in control.iter(f"{XF}item")
            )
            return
        text = itemset.get("nodeset", "")
        nodes = self.expression(text, item, "choices")
        value, label = itemset.find(f"{XF}value"), itemset.find(f"{XF}label")
        if nodes is None or value is None or label is None:
            return
        reference = label.get("ref", "")
        translated = reference.startswith("jr:itext(")
        source = Itemset(nodes, value.get("ref", ""), reference[9:-1] if translated else reference, translated)
        item.listed = self.listed(source, text)
        unfiltered = "[" not in text and "randomize" not in text and bool(item.listed)
        item.itemset = Itemset(nodes, source.value, source.label, translated, item.listed if unfiltered else None)

    def listed(self, itemset: Itemset, text: str) -> tuple[Listed, ...]:
        """All choices of a list of the form; none for choices made of answers."""
        name = text.partition("instance('")[2].partition("')")[0]
        if name not in self.skeleton.lists:
            return ()
        rows = [node for root in self.skeleton.lists[name].children for node in root.children]
        return tuple(Listed(child_text(row, itemset.value), self.texts.of_choice(row, itemset), row) for row in rows)

    # expressions

    def expression(self, text: str | None, item: Item, what: str) -> Expression | None:
        if text is None or not text.strip():
            return None
        try:
            return compile_expression(text, self.nodes[item.path], self.skeleton)
        except grammar.Unparsable as fault:
            self.problems.append(FormProblem(str(fault), "survey", None, COLUMNS[what], item.path))
            return None

    def compiled_part(self, text: str, item: Item | None) -> Expression | str:
        """An answer inside a text."""
        node = self.nodes[item.path] if item else self.top
        try:
            return compile_expression(text, node, self.skeleton)
        except grammar.Unparsable as fault:
            self.problems.append(FormProblem(str(fault), "survey", None, "label", item.path if item else ""))
            return ""


def child_text(node: Node, name: str) -> str:
    found = node.named.get(name)
    return found[0].text if found else ""


def _lists(model: etree._Element) -> dict[str, Node]:
    """The lists inside the form. Those in files beside it are refused when the sheet is read."""
    lists = {}
    for instance in model.findall(f"{XF}instance"):
        if name := instance.get("id"):
            document = Node("")
            for root in instance:
                _copy(root, document)
            lists[name] = document
    return lists


def _copy(element: etree._Element, above: Node) -> None:
    node = above.add(Node(local(element), value="" if len(element) else (element.text or "")))
    for child in _elements(element):
        _copy(child, node)


def _elements(element: etree._Element) -> Iterator[etree._Element]:
    yield from element.iterchildren(tag=etree.Element)
