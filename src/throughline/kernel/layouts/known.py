"""The names that templates of one kind of document may use: those of the documents built of it so far."""

import difflib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from throughline.kernel.reporting.names import TEXTS, Names
from throughline.kernel.reporting.placeholders import PLACES, Placeholder

KINDS = ("", "word", "figure", "label", "base", "change", "section", "chart", "table")


class Known:
    """The names of several documents put together: what was in one of them may be in the next."""

    def __init__(self, documents: Iterable[Names]) -> None:
        self.documents = list(documents)
        self.names: dict[str, set[str]] = {kind: set() for kind in KINDS}
        self.names[""].update(TEXTS)
        self.names["word"].update(("contents", "page", "figures", "tables"))
        for one in self.documents:
            for kind in KINDS:
                self.names[kind].update(one.known(kind) or ())

    @property
    def last(self) -> Names | None:
        return self.documents[0] if self.documents else None

    def fault(self, one: Placeholder) -> str:
        """What is wrong with a name, in words; '' if nothing is."""
        if one.kind in PLACES:
            return ""
        if one.kind not in self.names:
            kinds = ", ".join(kind for kind in KINDS if kind)
            return _("%(name)s: there is no such kind of name. There are: %(kinds)s.") % {"name": one, "kinds": kinds}
        if one.name in self.names[one.kind] or (not self.documents and one.kind not in ("", "word")):
            return ""
        return _("%(what)s is in none of the documents of this kind built so far.%(hint)s") % {
            "what": one,
            "hint": self._hint(one),
        }

    def _hint(self, one: Placeholder) -> str:
        near = difflib.get_close_matches(one.name, sorted(self.names[one.kind]), 1, 0.5)
        if near:
            return " " + _("Did you mean %(name)s?") % {"name": Placeholder(one.kind, near[0])}
        elsewhere = [kind for kind in KINDS if one.name in self.names[kind] and kind != one.kind]
        if elsewhere:
            return " " + _("Did you mean %(name)s?") % {"name": Placeholder(elsewhere[0], one.name)}
        return ""
