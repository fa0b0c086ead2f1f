"""What a form says, in each of its languages: parts of text with values of answers between them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.kernel.rounds.forms.compiling import Expression
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.values import string

Part = str | Expression
MISSING = "-"  # what pyxform writes where a translation was not given


@dataclass(frozen=True)
class Text:
    """One text in one language; most are a single string."""

    parts: tuple[Part, ...]

    @property
    def plain(self) -> str:
        """The text without answers: where one would stand there are dots."""
        return tidy("".join(part if isinstance(part, str) else "…" for part in self.parts))

    def filled(self, node: Node, run: Any) -> str:
        """The text with the answers in it."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return tidy(self.parts[0])
        return tidy(
            "".join(part if isinstance(part, str) else string(part.value(node, run)).strip() for part in self.parts)
        )


def tidy(text: str) -> str:
    """The converter puts spaces around a text with answers in it; line breaks inside are the author's."""
    return text.strip()


def named(language: str, known: Iterable[str]) -> str:
    """A form's own name of a language given by name or code: 'sr' is 'Srpski (sr)'. Unknown ones stay as they are."""
    if not language or language in known:
        return language
    codes = {language.lower(), language.lower().split("-")[0]}
    matching = (name for name in known if name.lower() in codes or name.lower().rstrip(")").rpartition("(")[2] in codes)
    return next(matching, language)


@dataclass(frozen=True)
class Prose:
    """A text in all languages, and the files that go with it (image, audio, video ...)."""

    texts: Mapping[str, Text] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    default: str = ""

    def __bool__(self) -> bool:
        return bool(self.texts or self.files)

    def text(self, language: str) -> Text | None:
        """The text in this language, or in the form's own, or in any."""
        for wanted in (named(language, self.texts), self.default, "default", ""):
            found = self.texts.get(wanted)
            if found is not None and found.plain not in {"", MISSING}:
                return found
        return next((found for found in self.texts.values() if found.plain not in {"", MISSING}), None)

    def plain(self, language: str) -> str:
        found = self.text(language)
        return found.plain if found else ""

    def filled(self, language: str, node: Node, run: Any) -> str:
        found = self.text(language)
        return found.filled(node, run) if found else ""

    def file(self, kind: str, language: str) -> str:
        """The name of the image, audio or video that goes with it, '' if there is none."""
        for wanted in (named(language, self.files), self.default, "default", "", *self.files):
            name = self.files.get(wanted, {}).get(kind, "")
            if name and name != MISSING:
                return name
        return ""


NOTHING = Prose()
