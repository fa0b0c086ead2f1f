"""The texts of an XForm: its translations (itext), or what stands in the label itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree

from throughline.kernel.rounds.forms.compiling import Expression
from throughline.kernel.rounds.forms.definition import Item, Itemset
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.safely import local
from throughline.kernel.rounds.forms.texts import NOTHING, Part, Prose, Text

if TYPE_CHECKING:
    Compile = Callable[[str, Item | None], Expression | str]

XF = "{http://www.w3.org/2002/xforms}"
UNNAMED = "default"  # what pyxform calls the texts of columns without a language


class Texts:
    """Looks up what a label, a hint or a message says, in all languages."""

    def __init__(self, model: etree._Element, compile_part: "Compile") -> None:
        self.compile_part = compile_part
        self.values: dict[str, dict[str, list[etree._Element]]] = {}
        self.all: dict[str, Prose] = {}
        names, self.default = [], ""
        for translation in model.iter(f"{XF}translation"):
            name = translation.get("lang", "")
            names.append(name)
            if translation.get("default") == "true()" or translation.get("default") == "":
                self.default = name
            for text in translation.iter(f"{XF}text"):
                found = self.values.setdefault(text.get("id", ""), {})
                found.setdefault(name, []).extend(text.findall(f"{XF}value"))
        named = [name for name in names if name != UNNAMED]
        self.languages = tuple(named)
        if self.default not in named:
            self.default = named[0] if named else ""

    def of(self, element: etree._Element | None, item: Item) -> Prose:
        """What a label or hint says."""
        if element is None:
            return NOTHING
        reference = element.get("ref", "")
        if reference.startswith("jr:itext("):
            return self.by_id(reference[9:-1].strip().strip("'\""), item)
        return Prose({"": self.text(element, item)}, {}, self.default)

    def message(self, said: str | None, item: Item) -> Prose:
        """What a message in an attribute says."""
        if not said:
            return NOTHING
        if said.startswith("jr:itext("):
            return self.by_id(said[9:-1].strip().strip("'\""), item)
        return Prose({"": Text((said,))}, {}, self.default)

    def by_id(self, key: str, item: Item | None) -> Prose:
        if key in self.all:
            return self.all[key]
        texts: dict[str, Text] = {}
        files: dict[str, dict[str, str]] = {}
        for language, values in self.values.get(key, {}).items():
            for value in values:
                form = value.get("form")
                if form in {None, "long"}:
                    texts[language] = self.text(value, item)
                elif form is not None and form != "short":
                    plain = "".join(str(one) for one in value.itertext()).strip()
                    files.setdefault(language, {})[form] = plain.rpartition("/")[2] if "jr://" in plain else plain
        prose = self.all[key] = Prose(texts, files, self.default)
        return prose

    def of_choice(self, row: Node, itemset: Itemset) -> Prose:
        found = row.named.get(itemset.label)
        said = found[0].text if found else ""
        return self.by_id(said, None) if itemset.translated else Prose({"": Text((said,))}, {}, self.default)

    def text(self, element: etree._Element, item: Item | None) -> Text:
        """The text of an element, with the answers that stand in it."""
        parts: list[Part] = [element.text or ""]
        for child in element:
            if local(child) == "output":
                parts.append(self.compile_part(child.get("value") or child.get("ref") or "''", item))
            else:
                parts.append("".join(str(one) for one in child.itertext()))
            parts.append(child.tail or "")
        kept = tuple(part for part in parts if part != "")
        return Text(kept or ("",))
