"""The tree that expressions look at: one node for each question, group and row, and for each choice of a list."""

from collections.abc import Iterator
from typing import Any

SEPARATOR = "/"


class Node:
    """An element of the form's answers (or of a list), with the part of the form it answers."""

    __slots__ = ("children", "item", "name", "named", "number", "parent", "relevant", "value")

    def __init__(self, name: str, item: Any = None, parent: "Node | None" = None, value: str = "") -> None:
        self.name = name
        self.item = item
        self.parent = parent
        self.value = value
        self.relevant = True
        self.number = 1
        self.children: list[Node] = []
        self.named: dict[str, list[Node]] = {}

    def add(self, child: "Node") -> "Node":
        """Append a child; rows of a repeat are numbered from 1."""
        child.parent = self
        siblings = self.named.setdefault(child.name, [])
        siblings.append(child)
        child.number = len(siblings)
        self.children.append(child)
        return child

    def below(self) -> Iterator["Node"]:
        """All descendants, in document order."""
        for child in self.children:
            yield child
            yield from child.below()

    def above(self) -> Iterator["Node"]:
        """All ancestors, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def text(self) -> str:
        """The string value of a node, as XPath has it; for a question that is its answer."""
        if not self.children:
            return self.value
        return "".join(child.text for child in self.children)
