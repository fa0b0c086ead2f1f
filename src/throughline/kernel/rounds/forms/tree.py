"""From answers to the tree of nodes that expressions look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from throughline.kernel.rounds.forms import places
from throughline.kernel.rounds.forms.definition import Form, Group, Item, Question, Repeat
from throughline.kernel.rounds.forms.nodes import Node


@dataclass
class Tree:
    """The nodes of one sheet of answers, and how to find them."""

    form: Form
    top: Node
    by_path: dict[str, list[Node]] = field(default_factory=dict)
    place_of: dict[int, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def root(self) -> Node:
        return self.top.children[0]

    def place(self, node: Node) -> str:
        return self.place_of.get(id(node), "")


def build(form: Form, answers: Mapping[str, str]) -> Tree:
    """All groups and questions, and as many rows as there are answers for."""
    top = Node("")
    root = top.add(Node(form.root))
    tree = Tree(form, top)
    known, rows = _sort(form, answers, tree)
    for item in form.children:
        _grow(tree, item, root, "", known, rows)
    if "meta" in form.skeleton.top.children[0].named:
        meta = root.add(Node("meta"))
        for child in form.skeleton.top.children[0].named["meta"][0].children:
            meta.add(Node(child.name))
    return tree


def _sort(form: Form, answers: Mapping[str, str], tree: Tree) -> tuple[dict[str, str], dict[str, int]]:
    """The answers that have a place in the form, and how many rows each repeat has."""
    known: dict[str, str] = {}
    rows: dict[str, int] = {}
    for place, value in answers.items():
        steps = places.steps(place)
        if steps is None or not fits(form, place):
            tree.unknown.append(place)
            continue
        if isinstance(form.items[places.path_of(place)], Question):
            known[place] = value
        above = ""
        for name, number in steps:
            if number is not None:
                key = places.join(above, name)
                rows[key] = max(rows.get(key, 0), number)
            above = places.join(above, name, number)
    return known, rows


def fits(form: Form, place: str) -> bool:
    """Whether exactly the repeats carry a number, and it names an answer or a row."""
    steps = places.steps(place)
    if steps is None:
        return False
    path = ""
    item: Item | None = None
    for name, number in steps:
        path = places.join(path, name)
        item = form.items.get(path)
        if isinstance(item, Repeat) is not (number is not None) or (number or 0) > places.MOST_ROWS:
            return False
    return isinstance(item, Question) or places.is_row(place)


def _grow(tree: Tree, item: Item, above: Node, where: str, known: Mapping[str, str], rows: Mapping[str, int]) -> None:
    if isinstance(item, Repeat):
        key = places.join(where, item.name)
        for number in range(1, rows.get(key, 0) + 1):
            grow_row(tree, item, above, places.join(where, item.name, number), known, rows)
        return
    place = places.join(where, item.name)
    node = _node(tree, item, above, place)
    if isinstance(item, Question):
        node.value = known.get(place, "")
    if isinstance(item, Group):
        for child in item.children:
            _grow(tree, child, node, place, known, rows)


def grow_row(
    tree: Tree,
    item: Repeat,
    above: Node,
    place: str,
    known: Mapping[str, str],
    rows: Mapping[str, int],
) -> Node:
    """One more row of a repeat."""
    node = _node(tree, item, above, place)
    for child in item.children:
        _grow(tree, child, node, place, known, rows)
    return node


def _node(tree: Tree, item: Item, above: Node, place: str) -> Node:
    node = above.add(Node(item.name, item))
    tree.by_path.setdefault(item.path, []).append(node)
    tree.place_of[id(node)] = place
    return node


def cut_rows(tree: Tree, item: Repeat, above: Node, keep: int) -> None:
    """Take off the rows of a repeat beyond a number."""
    gone = above.named.get(item.name, [])[keep:]
    if not gone:
        return
    lost = {id(node) for row in gone for node in (row, *row.below())}
    above.named[item.name] = above.named[item.name][:keep]
    above.children = [child for child in above.children if id(child) not in lost]
    for path in [item.path, *(path for path in tree.form.items if path.startswith(f"{item.path}/"))]:
        if path in tree.by_path:
            tree.by_path[path] = [node for node in tree.by_path[path] if id(node) not in lost]
