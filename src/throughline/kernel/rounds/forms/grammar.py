"""The grammar: elementpath's parser of XPath 1.0, taught the functions that forms use.

Only the syntax tree is taken from it. What it means is in `compiling`, because forms differ from XPath 1.0 in what
an empty or irrelevant answer is, and because a form's expressions run many thousand times.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from elementpath.exceptions import ElementPathError
from elementpath.tdop import Parser
from elementpath.xpath1 import XPath1Parser
from elementpath.xpath_tokens import XPathToken

MANY = None
MOST_DEPTH = 100
# name -> fewest and most arguments
ARGUMENTS: dict[str, tuple[int, int | None]] = {
    "abs": (1, 1), "acos": (1, 1), "area": (1, 1), "asin": (1, 1), "atan": (1, 1), "atan2": (2, 2),
    "boolean": (1, 1), "boolean-from-string": (1, 1), "ceiling": (1, 1), "checklist": (3, MANY), "coalesce": (2, 2),
    "concat": (1, MANY), "contains": (2, 2), "cos": (1, 1), "count": (1, 1), "count-non-empty": (1, 1),
    "count-selected": (1, 1), "current": (0, 0), "date": (1, 1), "date-time": (1, 1), "decimal-date-time": (1, 1),
    "decimal-time": (1, 1), "distance": (1, MANY), "ends-with": (2, 2), "exp": (1, 1), "exp10": (1, 1),
    "false": (0, 0), "floor": (1, 1), "format-date": (2, 2), "format-date-time": (2, 2), "if": (3, 3),
    "indexed-repeat": (3, MANY), "instance": (1, 1), "int": (1, 1), "join": (2, MANY), "last": (0, 0), "log": (1, 1),
    "log10": (1, 1), "max": (1, MANY), "min": (1, MANY), "normalize-space": (0, 1), "not": (1, 1), "now": (0, 0),
    "number": (0, 1), "once": (1, 1), "pi": (0, 0), "position": (0, 1), "pow": (2, 2), "random": (0, 0),
    "randomize": (1, 2), "regex": (2, 2), "round": (1, 2), "selected": (2, 2), "selected-at": (2, 2), "sin": (1, 1),
    "sqrt": (1, 1), "starts-with": (2, 2), "string": (0, 1), "string-length": (0, 1), "substr": (2, 3),
    "substring": (2, 3), "substring-after": (2, 2), "substring-before": (2, 2), "sum": (1, 1), "tan": (1, 1),
    "today": (0, 0), "translate": (3, 3), "true": (0, 0), "uuid": (0, 1), "weighted-checklist": (4, MANY),
}  # fmt: skip
PREFIXED: dict[str, tuple[int, int | None]] = {"choice-name": (2, 2), "itext": (1, 1)}
# Known to other programs, and not offered here.
REFUSED = frozenset(
    "pulldata search property digest base64-decode extract-signed intersects geofence version local-name namespace-uri "
    "name lang id".split()
)


class FormParser(XPath1Parser):
    """XPath 1.0 with the functions of forms; it knows no others."""

    DEFAULT_NAMESPACES = {
        **XPath1Parser.DEFAULT_NAMESPACES,
        "jr": "http://openrosa.org/javarosa",
        "orx": "http://openrosa.org/xforms",
    }


def _register() -> None:
    """Put our functions into the table. What elementpath has under the same name is taken out first, since
    changing it in place would change it for every other user of the library in this process.
    """
    table = FormParser.symbol_table
    for name in REFUSED | ARGUMENTS.keys():
        table.pop(name, None)
    for name, (least, most) in ARGUMENTS.items():
        FormParser.function(name, nargs=least if least == most else (least, most))
    for name in REFUSED:
        FormParser.function(name, nargs=(0, None))
    for name, (least, most) in PREFIXED.items():
        FormParser.function(name, prefix="jr", nargs=least if least == most else (least, most))
    for symbol in ("/", "//"):
        usual = table[symbol]
        table[symbol] = type(f"After{usual.__name__}", (usual,), {"led": _step_after_anything})


def _step_after_anything(self: Any, left: XPathToken) -> XPathToken:
    """A step may follow a function or brackets too: instance('list')/root/item."""
    parser = self.parser
    if parser.next_token.label not in parser.PATH_STEP_LABELS:
        parser.expected_next(*parser.PATH_STEP_SYMBOLS)
    self[:] = left, parser.expression(75)
    return self


_register()
FormParser.tokenizer = FormParser.create_tokenizer(FormParser.symbol_table)


class Unparsable(ValueError):
    """The text is no expression; the message says what is wrong with it."""


def parse(text: str) -> XPathToken:
    """The syntax tree of an expression. Raises `Unparsable`."""
    if len(text) > 20_000:
        raise Unparsable(_("The expression is too long."))
    try:
        # not XPath1Parser.parse: that one evaluates what it parsed, with its own meaning of functions
        token = Parser.parse(FormParser(), text)
    except (ElementPathError, SyntaxError) as fault:
        raise Unparsable(_in_words(fault, text)) from fault
    except RecursionError as fault:
        raise Unparsable(_("The expression is nested too deeply.")) from fault
    if _depth(token) > MOST_DEPTH:
        raise Unparsable(_("The expression is nested too deeply."))
    return token


def chain(token: XPathToken) -> list[XPathToken]:
    """The operands of 'a and b and c', however many; a sum of all questions is not nested, it is long."""
    if token.symbol not in {"and", "or", "+"} or len(token) != 2:
        return [token]
    found, left = [], token
    while left.symbol == token.symbol and len(left) == 2:
        found.append(left[1])
        left = left[0]
    return [left, *reversed(found)]


def everything(token: XPathToken) -> Iterator[XPathToken]:
    """All tokens of a tree, without recursion."""
    waiting = [token]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(one)


def _depth(token: XPathToken) -> int:
    deepest, waiting = 0, [(token, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        operands = chain(one)
        waiting.extend((child, depth + 1) for child in (operands if len(operands) > 1 else one))
    return deepest


def first_refused(token: XPathToken) -> str:
    """A function in a syntax tree that is known and not offered; '' if there is none."""
    return next((str(one.symbol) for one in everything(token) if one.symbol in REFUSED), "")


def _in_words(fault: Exception, text: str) -> str:
    """What elementpath found, for a person who writes forms."""
    said = getattr(fault, "message", "") or str(fault)
    name = _quoted(said if "unknown function" in said else str(getattr(fault, "token", "") or ""))
    if "unknown function" in said:
        return _("There is no function %(name)s().") % {"name": name}
    if "arguments" in said or "argument" in said:
        return _("The function %(name)s() has too many or too few arguments.") % {"name": name.removeprefix("fn:")}
    if "end of source" in said:
        return _('The expression "%(text)s" ends too early; a bracket or a value is missing.') % {"text": text.strip()}
    if "is not declared" in said:
        return _('The expression "%(text)s" uses a prefix before ":" that is not known.') % {"text": text.strip()}
    return _('The expression "%(text)s" cannot be read: %(fault)s.') % {"text": text.strip(), "fault": said.strip(".")}


def _quoted(text: str) -> str:
    parts = text.split("'")
    return parts[1] if len(parts) > 2 else text
