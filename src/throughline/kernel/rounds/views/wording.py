"""What a form's author may write in a label: bold, italics, links, headings, line breaks. All else is shown as text."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_TAG_BOLD = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_TAG_ITALIC = re.compile(r"</?(?:i|em)>", re.IGNORECASE)
_TAG_BREAK = re.compile(r"<br\s*/?>|</p>", re.IGNORECASE)
_TAG_DROPPED = re.compile(r"</?(?:span|font|u|small|big|center|div|p)(?:\s[^<>]*)?>", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()<>\"']+)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_\n]+?)(?<=\S)_(?!\w)")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+)$", re.MULTILINE)
_HIDDEN = {letter: chr(0xE000 + at) for at, letter in enumerate("*_#[]\\")}
_ESCAPED = re.compile(r"\\([*_#\[\]\\])")


def prose(text: str) -> SafeString:
    """A label as HTML: what XLSForm calls markdown, and nothing that could do anything."""
    return mark_safe(_restored(_marked(str(conditional_escape(_hidden(_tidied(text)))))))  # escaped first, then marked


def plain(text: str) -> str:
    """A label without its marks, on one line: for titles, tables and messages."""
    text = _LINK.sub(r"\1", _hidden(_tidied(text)))
    text = _HEADING.sub(r"\1", text)
    text = _ITALIC.sub(_either, _BOLD.sub(_either, text))
    return " ".join(_restored(text).split())


def _tidied(text: str) -> str:
    """The few tags that forms in use carry, as marks or as nothing."""
    text = _TAG_BREAK.sub("\n", _TAG_ITALIC.sub("*", _TAG_BOLD.sub("**", text)))
    return _TAG_DROPPED.sub("", text).strip()


def _marked(text: str) -> str:
    text = _LINK.sub(r'<a href="\2" rel="noreferrer noopener">\1</a>', text)
    pieces = re.split(r"(<a [^>]*>)", text)
    # An address may hold underscores: marks are looked for outside of the tags just made.
    text = "".join(piece if piece.startswith("<a ") else _lettered(piece) for piece in pieces)
    return text.replace("\r\n", "\n").replace("\n", "<br>")


def _lettered(text: str) -> str:
    text = _HEADING.sub(r"<strong>\1</strong>", text)
    text = _BOLD.sub(lambda found: f"<strong>{_either(found)}</strong>", text)
    return _ITALIC.sub(lambda found: f"<em>{_either(found)}</em>", text)


def _hidden(text: str) -> str:
    """Marks that the author escaped with a backslash, out of the way as letters no one writes."""
    return _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text)


def _restored(text: str) -> str:
    """These six and no others: after escaping, no angle bracket may come out of it."""
    for letter, private in _HIDDEN.items():
        text = text.replace(private, letter)
    return text


def _either(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None)
