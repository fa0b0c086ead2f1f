"""From the syntax tree to a Python function, and to the list of what the expression reads.

What is different from XPath 1.0, as in every form engine: an answer that is irrelevant is not there; a question
without an answer is '' when compared; dates count as days; equal means equal up to the dust of doubles.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from elementpath.xpath_tokens import XPathToken

from throughline.kernel.rounds.forms import grammar
from throughline.kernel.rounds.forms.functions import FUNCTIONS
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.values import NAN, Value, number, plain, same, string, truth

Closure = Callable[["Context"], Value]
Step = Callable[[Node, "Context"], list[Node]]
Reach = list[Node]
Narrow = Callable[[list[Node], "Context"], list[Node]]
FEW = 20  # rows: below that an index is not worth its making
NODE_TESTS = frozenset({"node", "text"})


class Context:
    """Where an expression is: the node in focus, its number among how many, and the node the expression belongs to."""

    __slots__ = ("current", "node", "position", "run", "size")

    def __init__(self, node: Node, run: Any, current: Node | None = None) -> None:
        self.node = node
        self.current = current or node
        self.run = run
        self.position = 1
        self.size = 1


class Expression:
    """A compiled expression. `reads` are the parts of the form it looks at, `loosely` those of other rows only."""

    __slots__ = ("loosely", "reads", "run", "text")

    def __init__(self, text: str, run: Closure, reads: frozenset[str], loosely: frozenset[str]) -> None:
        self.text = text
        self.run = run
        self.reads = reads
        self.loosely = loosely

    def value(self, node: Node, run: Any, current: Node | None = None) -> Value:
        return self.run(Context(node, run, current))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class Skeleton:
    """What an expression may look at: the form's own tree with one row for each repeat, and its lists."""

    def __init__(self, root: Node, lists: Mapping[str, Node]) -> None:
        self.top = Node("")
        self.top.add(root)
        self.lists = lists


def compile_expression(text: str, at: Node, skeleton: Skeleton, current: Node | None = None) -> Expression:
    """An expression written at a node of the skeleton. Raises `grammar.Unparsable` with what is wrong with it."""
    compiler = _Compiler(skeleton, current or at)
    run = compiler.closure(grammar.parse(text), [at])
    return Expression(text, run, frozenset(compiler.reads), frozenset(compiler.loosely))


def outside(name: str) -> grammar.Unparsable:
    reasons = {
        "pulldata": _('It reads a file beside the form. Put the values into the sheet "choices" and use instance().'),
        "search": _('It reads a file beside the form. Put the values into the sheet "choices" with a choice_filter.'),
    }
    reason = reasons.get(name, _("It is known to other programs and not offered here."))
    return grammar.Unparsable(
        _("The function %(name)s() cannot be used. %(reason)s") % {"name": name, "reason": reason}
    )


AXES: dict[str, Callable[[Node], Iterable[Node]]] = {
    "child": lambda node: node.children,
    "self": lambda node: (node,),
    "parent": lambda node: (node.parent,) if node.parent else (),
    "ancestor": lambda node: node.above(),
    "ancestor-or-self": lambda node: (node, *node.above()),
    "descendant": lambda node: node.below(),
    "descendant-or-self": lambda node: (node, *node.below()),
    "preceding-sibling": lambda node: _siblings(node)[: _index(node)][::-1],
    "following-sibling": lambda node: _siblings(node)[_index(node) + 1 :],
}


def _siblings(node: Node) -> list[Node]:
    return node.parent.children if node.parent else [node]


def _index(node: Node) -> int:
    return next(place for place, sibling in enumerate(_siblings(node)) if sibling is node)


class _Compiler:
    """One expression being compiled. The reach of a path is found by walking it over the skeleton."""

    def __init__(self, skeleton: Skeleton, current: Node) -> None:
        self.skeleton = skeleton
        self.current = current
        self.reads: set[str] = set()
        self.loosely: set[str] = set()
        self.picked = False

    # values

    def closure(self, token: XPathToken, reach: Reach) -> Closure:
        symbol = token.symbol
        if symbol in {"(string)", "(integer)", "(decimal)", "(float)"}:
            literal: Any = token.value
            constant: Value = str(literal) if symbol == "(string)" else float(literal)
            return lambda context: constant
        if symbol == "(":
            return self.closure(token[0], reach)
        operands = grammar.chain(token)
        if len(operands) > 2:
            return _CHAINS[symbol](tuple(self.closure(operand, reach) for operand in operands))
        if symbol in _BINARY and len(token) == 2:
            left, right, make = self.closure(token[0], reach), self.closure(token[1], reach), _BINARY[symbol]
            return make(left, right)
        if symbol in {"+", "-"} and len(token) == 1:
            operand, sign = self.closure(token[0], reach), -1 if symbol == "-" else 1
            return lambda context: sign * number(operand(context))
        if symbol in FUNCTIONS or symbol in grammar.REFUSED or symbol == "if":
            return self.function(token, reach)
        if symbol == ":":
            return self.prefixed(token, reach)
        return self.path(token, reach)

    def function(self, token: XPathToken, reach: Reach) -> Closure:
        name = token.symbol
        if name in grammar.REFUSED:
            raise outside(name)
        if name == "indexed-repeat":
            self.picked = True
        arguments = tuple(self.closure(child, reach) for child in token)
        if name == "if":
            test, first, second = arguments
            return lambda context: first(context) if truth(test(context)) else second(context)
        function = FUNCTIONS[name]
        if len(arguments) == 1:
            only = arguments[0]
            return lambda context: function(context, only(context))
        if len(arguments) == 2:
            one, two = arguments
            return lambda context: function(context, one(context), two(context))
        return lambda context: function(context, *(argument(context) for argument in arguments))

    def prefixed(self, token: XPathToken, reach: Reach) -> Closure:
        """jr:choice-name(value, 'path of the question') and jr:itext(id)."""
        name = token[1].symbol
        if name == "itext":
            wanted = self.closure(token[1][0], reach)
            return lambda context: context.run.translated(string(wanted(context)))
        if name != "choice-name":
            return self.path(token, reach)
        value, literal = self.closure(token[1][0], reach), token[1][1]
        if literal.symbol != "(string)":
            raise grammar.Unparsable(_("The second part of jr:choice-name() is a question's name in quotation marks."))
        _step, found = self.steps(grammar.parse(str(literal.value)), reach)
        if not found:
            raise _nowhere(str(literal.value))
        path = found[0].item.path
        return lambda context: context.run.choice_label(path, string(value(context)))

    # paths

    def path(self, token: XPathToken, reach: Reach) -> Closure:
        before, self.picked = self.picked, False
        step, found = self.steps(token, reach)
        picked, self.picked = self.picked or before, before
        if token.symbol not in {".", ".."}:
            if not found:
                raise _nowhere(token.source)
            kept = self.loosely if picked else self.reads
            kept.update(node.item.path for node in found if node.item is not None)
        return lambda context: [node for node in step(context.node, context) if node.relevant]

    def steps(self, token: XPathToken, reach: Reach) -> tuple[Step, Reach]:
        """A path as a function from the node in focus to nodes, and where it can lead in the skeleton."""
        symbol = token.symbol
        if symbol in {"/", "//"}:
            return self.joined(token, reach)
        if symbol == "[":
            return self.filtered(token, reach)
        if symbol == "|":
            first, one = self.steps(token[0], reach)
            second, two = self.steps(token[1], reach)
            return (lambda node, context: _distinct([*first(node, context), *second(node, context)])), [*one, *two]
        if symbol == "instance":
            return self.instance(token)
        if symbol == "current":
            return (lambda node, context: [context.current]), [self.current]
        if symbol in {"randomize", "indexed-repeat"}:
            return self.called(token, reach)
        if symbol == "(":
            return self.steps(token[0], reach)
        step = _simple_step(token)
        return (lambda node, context: step(node)), _distinct([found for node in reach for found in step(node)])

    def joined(self, token: XPathToken, reach: Reach) -> tuple[Step, Reach]:
        deep = token.symbol == "//"
        if len(token) < 2:
            start: Step = lambda node, context: [context.run.top]  # noqa: E731  (a step like the others)
            starts = [self.skeleton.top]
        else:
            start, starts = self.steps(token[0], reach)
        if deep:
            before = start
            start = lambda node, context: [below for one in before(node, context) for below in (one, *one.below())]  # noqa: E731
            starts = [below for one in starts for below in (one, *one.below())]
        if not len(token):
            return start, starts
        step, found = self.steps(token[-1], starts)

        def run(node: Node, context: Context) -> list[Node]:
            nodes = start(node, context)
            if len(nodes) == 1:
                return step(nodes[0], context)
            return _distinct([result for one in nodes for result in step(one, context)])

        return run, found

    def filtered(self, token: XPathToken, reach: Reach) -> tuple[Step, Reach]:
        base, found = self.steps(token[0], reach)
        test = self.closure(token[1], found)
        narrow = self.narrowing(token, found, reach)
        self.picked = True

        def run(node: Node, context: Context) -> list[Node]:
            candidates = base(node, context)
            if narrow is not None and len(candidates) > FEW:
                candidates = narrow(candidates, context)
            inner = Context(node, context.run, context.current)
            inner.size = len(candidates)
            kept = []
            for place, candidate in enumerate(candidates, start=1):
                inner.node, inner.position = candidate, place
                value = test(inner)
                number_asked = isinstance(value, float)
                if (value == place) if number_asked else truth(value):
                    kept.append(candidate)
            return kept

        return run, found

    def narrowing(self, token: XPathToken, found: Reach, reach: Reach) -> Narrow | None:
        """For a long list filtered by 'column = something': only the rows that can be meant, by an index.

        Lists never change, so the index is made once. Where rows are counted it would count wrongly.
        """
        in_list = bool(found) and found[0].item is None and found[0].parent is not None
        whole = all(one.symbol in {"/", "(name)", "instance", "(string)"} for one in grammar.everything(token[0]))
        counted = any(one.symbol in {"position", "last"} for one in grammar.everything(token[1]))
        if not in_list or not whole or counted:
            return None
        for part in grammar.chain(token[1]) if token[1].symbol == "and" else [token[1]]:
            if part.symbol != "=":
                continue
            for column, other in ((part[0], part[1]), (part[1], part[0])):
                if column.symbol == "(name)" and _stands_alone(other):
                    return _narrowed(str(column.value), self.closure(other, reach))
        return None

    def instance(self, token: XPathToken) -> tuple[Step, Reach]:
        """A list of the form, by its name."""
        if token[0].symbol != "(string)":
            raise grammar.Unparsable(_("instance() takes the name of a list in quotation marks."))
        name = str(token[0].value)
        if name not in self.skeleton.lists:
            raise grammar.Unparsable(_('There is no list "%(name)s" in the form.') % {"name": name})
        root = self.skeleton.lists[name]
        return (lambda node, context: [root]), [root]

    def called(self, token: XPathToken, reach: Reach) -> tuple[Step, Reach]:
        """A function that gives nodes, as the beginning of a path."""
        function = self.function(token, reach)
        _step, found = self.steps(token[0], reach)

        def run(node: Node, context: Context) -> list[Node]:
            inner = Context(node, context.run, context.current)
            value = function(inner)
            return value if isinstance(value, list) else []

        return run, found


def _stands_alone(token: XPathToken) -> bool:
    """Whether a value is the same for all rows of a list: a text, or a path from the form's root or current()."""
    while token.symbol in {"/", "//"} and len(token) == 2:
        token = token[0]
    return token.symbol in {"(string)", "current"} or (token.symbol == "/" and len(token) == 1)


def _narrowed(column: str, other: Closure) -> Narrow:
    indexes: dict[int, dict[str, list[Node]]] = {}

    def narrow(rows: list[Node], context: Context) -> list[Node]:
        wanted = plain(other(context))
        if not isinstance(wanted, str):
            return rows
        key = id(rows[0])
        if key not in indexes:
            made: dict[str, list[Node]] = {}
            for row in rows:
                for cell in row.named.get(column, ()) or (None,):
                    made.setdefault(cell.text if cell else "", []).append(row)
            indexes[key] = made
        return indexes[key].get(wanted, [])

    return narrow


def _nowhere(source: str) -> grammar.Unparsable:
    name = source.strip()
    if name.isidentifier():
        message = _("\"%(name)s\" is neither a question nor a column here. Words stand in quotation marks: '%(name)s'.")
    else:
        message = _('"%(name)s" is not in the form.')
    return grammar.Unparsable(message % {"name": name})


def _distinct(nodes: list[Node]) -> list[Node]:
    if len(nodes) < 2:
        return nodes
    return list({id(node): node for node in nodes}.values())


def _simple_step(token: XPathToken) -> Callable[[Node], list[Node]]:
    """One step without conditions."""
    symbol = token.symbol
    if symbol == "(name)":
        name = str(token.value)
        return lambda node: node.named.get(name, [])
    if symbol == ":" and token[1].symbol == "(name)":
        local = str(token[1].value)
        return lambda node: node.named.get(local, [])
    if symbol == "." or symbol in NODE_TESTS:
        return lambda node: [node]
    if symbol == "..":
        return lambda node: [node.parent] if node.parent else []
    if symbol == "*" and not len(token):
        return lambda node: node.children
    if symbol in AXES and len(token) == 1:
        axis, test = AXES[symbol], token[0]
        if test.symbol == "(name)":
            wanted = str(test.value)
            return lambda node: [found for found in axis(node) if found.name == wanted]
        if test.symbol in {"*", "node"}:
            return lambda node: [found for found in axis(node) if found.name]
    raise grammar.Unparsable(
        _('"%(part)s" cannot be used in a form\'s expression here.') % {"part": token.source.strip() or symbol}
    )


# operators


def _arithmetic(operate: Callable[[float, float], float]) -> Callable[[Closure, Closure], Closure]:
    def make(left: Closure, right: Closure) -> Closure:
        def run(context: Context) -> float:
            try:
                return operate(number(left(context)), number(right(context)))
            except (ZeroDivisionError, OverflowError, ValueError):
                return NAN

        return run

    return make


def _divide(left: float, right: float) -> float:
    if right == 0:
        return math.copysign(math.inf, left) if left and not math.isnan(left) else NAN
    return left / right


def _each(value: Value) -> list[str | float | bool]:
    """The values to compare: a set of nodes has one for each, and '' where it has none."""
    if isinstance(value, list) and len(value) > 1:
        return [plain([node]) for node in value]
    return [plain(value)]


def _equals(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return same(number(left), number(right))
    return left == right


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Closure, Closure], Closure]:
    def make(left: Closure, right: Closure) -> Closure:
        def run(context: Context) -> bool:
            one, two = left(context), right(context)
            return any(test(first, second) for first in _each(one) for second in _each(two))

        return run

    return make


def _and(left: Closure, right: Closure) -> Closure:
    return lambda context: truth(left(context)) and truth(right(context))


def _or(left: Closure, right: Closure) -> Closure:
    return lambda context: truth(left(context)) or truth(right(context))


def _less(one: Value, two: Value) -> bool:
    first, second = number(one), number(two)
    return first < second and not same(first, second)


def _at_most(one: Value, two: Value) -> bool:
    first, second = number(one), number(two)
    return first <= second or same(first, second)


def _sum(operands: tuple[Closure, ...]) -> Closure:
    return lambda context: sum(number(operand(context)) for operand in operands)


def _all(operands: tuple[Closure, ...]) -> Closure:
    return lambda context: all(truth(operand(context)) for operand in operands)


def _any(operands: tuple[Closure, ...]) -> Closure:
    return lambda context: any(truth(operand(context)) for operand in operands)


_CHAINS: dict[str, Callable[[tuple[Closure, ...]], Closure]] = {"+": _sum, "and": _all, "or": _any}
_BINARY: dict[str, Callable[[Closure, Closure], Closure]] = {
    "+": _arithmetic(lambda one, two: one + two),
    "-": _arithmetic(lambda one, two: one - two),
    "*": _arithmetic(lambda one, two: one * two),
    "div": _arithmetic(_divide),
    "mod": _arithmetic(math.fmod),
    "=": _compared(_equals),
    "!=": _compared(lambda one, two: not _equals(one, two)),
    "<": _compared(_less),
    "<=": _compared(_at_most),
    ">": _compared(lambda one, two: _less(two, one)),
    ">=": _compared(lambda one, two: _at_most(two, one)),
    "and": _and,
    "or": _or,
}
