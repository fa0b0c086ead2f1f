"""Sentences such as 'Most jurisdictions report …', made from structured statuses. `claims` checks them when edited.

The rule, the same for making and for checking; the base is always the jurisdictions asked:
'all' is every one asked; 'most' is more than half of them, and not all; otherwise the number stands, in words up to
twelve; 'no' is none. A jurisdiction that has not reported stays in the base: it is neither of any status nor
'nothing to report'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Amount(StrEnum):
    ALL = "all"
    MOST = "most"
    NUMBER = "number"
    ONE = "one"
    NONE = "none"


class Subject(StrEnum):
    """What a count of jurisdictions is about."""

    STATUS = "status"
    NIL = "nil"
    UNSTATED = "unstated"
    SILENT = "silent"
    REPORTED = "reported"


@dataclass(frozen=True)
class Standing:
    """The statuses of one overall target: code -> (label, how many), and who said nothing or had nothing to say.

    `unstated` reported in words alone, without a status.
    """

    target: str
    asked: int
    statuses: Mapping[str, tuple[str, int]]
    nil: int = 0
    silent: tuple[str, ...] = ()
    unstated: int = 0

    def count(self, subject: Subject, code: str = "") -> int:
        match subject:
            case Subject.STATUS:
                return self.statuses[code][1]
            case Subject.NIL:
                return self.nil
            case Subject.UNSTATED:
                return self.unstated
            case Subject.SILENT:
                return len(self.silent)
            case _:
                return self.asked - len(self.silent)


@dataclass(frozen=True)
class Told:
    """One generated sentence: its words with places for the figures, and what it counts."""

    words: str
    subject: Subject
    code: str
    count: int
    asked: int
    names: tuple[str, ...] = ()

    def plain(self) -> str:
        """The sentence with its figures in place."""
        return self.words.format(count=self.count, asked=self.asked, names=listed(self.names))


def amount(count: int, asked: int) -> Amount:
    """Which word stands for `count` of `asked`."""
    if count <= 0:
        return Amount.NONE
    if count >= asked:
        return Amount.ALL
    if 2 * count > asked:
        return Amount.MOST
    return Amount.ONE if count == 1 else Amount.NUMBER


def number_words() -> tuple[str, ...]:
    """The numbers that begin a sentence, from nought to twelve."""
    return (
        _("No"), _("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"),
        _("Ten"), _("Eleven"), _("Twelve"),
    )  # fmt: skip


def in_words(count: int) -> str:
    known = number_words()
    return known[count] if count < len(known) else str(count)


def generated(standing: Standing) -> list[Told]:
    """What can be said of one overall target, the most frequent status first; the silent last, by name."""
    found = []
    order = sorted(standing.statuses.items(), key=lambda one: -one[1][1])
    for code, (label, count) in order:
        if count:
            found.append(
                _told(standing, Subject.STATUS, count, _status_words(amount(count, standing.asked), label), code)
            )
    if standing.nil:
        found.append(_told(standing, Subject.NIL, standing.nil, _nil_words(amount(standing.nil, standing.asked))))
    if standing.unstated:
        words = _unstated_words(amount(standing.unstated, standing.asked))
        found.append(_told(standing, Subject.UNSTATED, standing.unstated, words))
    silent = len(standing.silent)
    if silent and silent == standing.asked:
        none = _("No jurisdiction has reported ({count} of {asked} asked).")
        found.append(Told(none, Subject.REPORTED, "", 0, standing.asked, standing.silent))
    elif silent:
        found.append(_told(standing, Subject.SILENT, silent, _silent_words(amount(silent, standing.asked))))
    return found


def _told(standing: Standing, subject: Subject, count: int, words: str, code: str = "") -> Told:
    words = words.replace("{number}", in_words(count))
    return Told(words, subject, code, count, standing.asked, standing.silent if subject is Subject.SILENT else ())


def _status_words(how: Amount, label: str) -> str:
    words = {
        Amount.ALL: _("All jurisdictions report ‘{status}’ ({count} of {asked} asked)."),
        Amount.MOST: _("Most jurisdictions report ‘{status}’ ({count} of {asked} asked)."),
        Amount.ONE: _("One jurisdiction reports ‘{status}’ ({count} of {asked} asked)."),
        Amount.NUMBER: _("{number} jurisdictions report ‘{status}’ ({count} of {asked} asked)."),
    }
    return words[how].replace("{status}", label.replace("{", "{{").replace("}", "}}"))


def _nil_words(how: Amount) -> str:
    return {
        Amount.ALL: _("All jurisdictions have nothing to report ({count} of {asked} asked)."),
        Amount.MOST: _("Most jurisdictions have nothing to report ({count} of {asked} asked)."),
        Amount.ONE: _("One jurisdiction has nothing to report ({count} of {asked} asked)."),
        Amount.NUMBER: _("{number} jurisdictions have nothing to report ({count} of {asked} asked)."),
    }[how]


def _unstated_words(how: Amount) -> str:
    return {
        Amount.ALL: _("All jurisdictions report without naming a status ({count} of {asked} asked)."),
        Amount.MOST: _("Most jurisdictions report without naming a status ({count} of {asked} asked)."),
        Amount.ONE: _("One jurisdiction reports without naming a status ({count} of {asked} asked)."),
        Amount.NUMBER: _("{number} jurisdictions report without naming a status ({count} of {asked} asked)."),
    }[how]


def _silent_words(how: Amount) -> str:
    return {
        Amount.MOST: _("Most jurisdictions have not reported: {names} ({count} of {asked} asked)."),
        Amount.ONE: _("One jurisdiction has not reported: {names} ({count} of {asked} asked)."),
        Amount.NUMBER: _("{number} jurisdictions have not reported: {names} ({count} of {asked} asked)."),
    }[how]


def listed(names: Sequence[str]) -> str:
    """'Belgrade, Sarajevo and Skopje'."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
