"""What a person says about how many jurisdictions, checked against the structured statuses.

The checker reads English, the language of the regional reports, by the rule of `sentences`: 'all' is every one asked,
'most' more than half, a number that number. What it cannot read it says it could not check; it never guesses.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from throughline.results.sentences import Standing, Subject

NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
NUMBER = "(?:" + "|".join(NUMBERS[1:]) + r"|\d{1,3})"
OF = rf"(?:\s+out)?(?:\s+of)?(?:\s+the)?(?:\s+{NUMBER})?"
# What is said before 'jurisdictions', the longer before the shorter; the name says how it is read.
QUANTITIES = (
    ("not_all", rf"not\s+(?:all|every){OF}"),
    ("nearly_all", rf"(?:nearly|almost)\s+all{OF}"),
    ("fewer", rf"(?:fewer|less)\s+than\s+{NUMBER}{OF}"),
    ("most", rf"(?:more\s+than\s+half|(?:the|a)\s+majority|most){OF}"),
    ("more", rf"(?:more\s+than|over)\s+{NUMBER}{OF}"),
    ("at_least", rf"(?:at\s+least|no\s+fewer\s+than|no\s+less\s+than)\s+{NUMBER}{OF}"),
    ("at_most", rf"(?:at\s+most|up\s+to|no\s+more\s+than)\s+{NUMBER}{OF}"),
    ("vague", rf"(?:about|around|some|approximately|nearly|almost|several|many|few|a\s+few|less\s+than\s+half)(?:\s+{NUMBER}|\s+half)?{OF}"),
    ("half", rf"half{OF}"),
    ("all", rf"(?:all|every|each){OF}"),
    ("both", rf"both{OF}"),
    ("none", rf"(?:no|none|neither){OF}"),
    ("number", rf"(?:(?:only|just|exactly)\s+)?(?:the\s+)?(?:(?:other|remaining)\s+)?{NUMBER}{OF}"),
)  # fmt: skip
WHOSE = r"(?:\s+(?:other|remaining|western|balkans?|asked|participating|of\s+them|them|already|the|salw))*"
WHO = r"(?:\s+(?:jurisdictions?|authorit(?:y|ies)|commissions?)\b|(?=\s+(?:report|reports|reported|reporting|have|has)\b))"
CLAIM = re.compile(
    r"(?<![\w.])(?:" + "|".join(f"(?P<{name}>{words})" for name, words in QUANTITIES) + rf"){WHOSE}{WHO}", re.IGNORECASE
)
COUNTED = re.compile(r"\((\d{1,3}) of (\d{1,3})\b[^)]*\)")
FIGURES = re.compile(rf"\b{NUMBER}\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\d))+[.!?;\n]*")
TARGET = re.compile(r"(?<![\d.])(\d{1,2}\.\d{1,2})(?![\d.]*\d)")
NOTHING = re.compile(r"\bnothing to report\b|\bnil\b", re.IGNORECASE)
UNSTATED = re.compile(r"\bwithout (?:naming |giving |stating )?(?:a |any )?status\b", re.IGNORECASE)
SILENT = re.compile(
    r"\b(?:not|n.t)(?: yet)? (?:report|submit)|\bno report\b|\bmissing\b|\byet to report\b", re.IGNORECASE
)
NEGATED = re.compile(r"\b(?:not|no|never|without|neither|nor|yet to|fail)\b|n.t\b", re.IGNORECASE)
REPORTED = re.compile(
    r"^\s*(?:(?:have|has|had) )?(?:already )?(?:report|reports|reported|submitted|submitted (?:a|their|its) reports?)"
    r"(?: (?:on|for|in|by) (?:this|the|time)\b[^,]*)?\s*(?:\([^)]*\)\s*)*[.!?;,]*\s*(?:and|while|but)?\s*$",
    re.IGNORECASE,
)


class Outcome(StrEnum):
    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNCHECKED = "unchecked"


class Claim(NamedTuple):
    """A quantity of jurisdictions in a sentence: how it is meant, the numbers in it, and the words around it."""

    how: str
    numbers: tuple[int, ...]
    words: str
    after: str
    before: str


@dataclass(frozen=True)
class Verdict:
    """What one claim in a text comes to: the words found, the count they claim, and the count in the records."""

    claim: str
    outcome: Outcome
    claimed: str = ""
    about: str = ""
    target: str = ""
    count: int = 0
    asked: int = 0

    @property
    def words(self) -> str:
        """The verdict as a sentence."""
        parts = {
            "claim": self.claim, "claimed": self.claimed, "about": self.about, "target": self.target,
            "count": self.count, "asked": self.asked,
        }  # fmt: skip
        if self.outcome is Outcome.UNCHECKED:
            return (
                _("“%(claim)s”: could not be checked. Name the status as it is on the scale, and the target.") % parts
            )
        if self.outcome is Outcome.AGREES:
            return _("“%(claim)s”: agrees. The records say %(count)s of %(asked)s asked, %(about)s.") % parts
        return (
            _(
                "“%(claim)s” says %(claimed)s. The records say %(count)s of %(asked)s asked, %(about)s (target %(target)s)."
            )
            % parts
        )


def checked(text: str, standings: Sequence[Standing]) -> list[Verdict]:
    """Every claim in the text about how many jurisdictions, with what the records say of it.

    A sentence that names an overall target ('1.2') is about that one, and so are those after it until another is named.
    Where none is named a claim holds of each: it agrees only if all agree, and contradicts only if all contradict.
    """
    known = {one.target: one for one in standings}
    current: Sequence[Standing] = standings
    found = []
    for sentence in (match[0] for match in SENTENCE.finditer(text) if match[0].strip()):
        current = [known[label] for label in TARGET.findall(sentence) if label in known][:1] or current
        found += [_verdict(claim, current) for claim in _claims(sentence)]
    return found


def contradictions(text: str, standings: Sequence[Standing]) -> list[Verdict]:
    return [one for one in checked(text, standings) if one.outcome is Outcome.CONTRADICTS]


def _claims(sentence: str) -> Iterator[Claim]:
    """Each quantity of jurisdictions in a sentence, with the words that belong to it."""
    matches = list(CLAIM.finditer(sentence))
    for place, match in enumerate(matches):
        end = matches[place + 1].start() if place + 1 < len(matches) else len(sentence)
        how = str(match.lastgroup)
        numbers = tuple(_number(one) for one in FIGURES.findall(match[how]))
        words = " ".join(sentence[match.start() : end].split()).rstrip(" ,;.:")
        before = sentence[: match.start()] if len(matches) == 1 else ""
        yield Claim(how, numbers, words.removesuffix(" and").rstrip(","), sentence[match.end() : end], before)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.index(word.lower())


def _verdict(claim: Claim, standings: Sequence[Standing]) -> Verdict:
    verdicts = [_against(claim, one) for one in standings]
    if len({one.outcome for one in verdicts}) == 1:
        return verdicts[0]
    return Verdict(claim.words, Outcome.UNCHECKED)


def _against(claim: Claim, standing: Standing) -> Verdict:
    subject = _subject(claim.after, standing) or _subject(claim.before, standing)
    meant = _meant(claim, standing.asked)
    if subject is None or meant is None:
        return Verdict(claim.words, Outcome.UNCHECKED)
    about, count = subject
    ranges, bases = [meant[0]], list(meant[1])
    for number, base in COUNTED.findall(claim.after):
        ranges.append((int(number), int(number)))
        bases.append(int(base))
    holds = all(low <= count <= high for low, high in ranges) and all(base == standing.asked for base in bases)
    said = ", ".join(
        dict.fromkeys([*map(_range_words, ranges), *(_("of %(base)s") % {"base": base} for base in bases)])
    )
    outcome = Outcome.AGREES if holds else Outcome.CONTRADICTS
    return Verdict(claim.words, outcome, said, about, standing.target, count, standing.asked)


def _subject(words: str, standing: Standing) -> tuple[str, int] | None:
    """What the words say the jurisdictions did, and how many did it by the records; None if that cannot be told."""
    if NOTHING.search(words):
        return _("nothing to report"), standing.count(Subject.NIL)
    if UNSTATED.search(words):
        return _("no status named"), standing.count(Subject.UNSTATED)
    if SILENT.search(words):
        return _("not reported"), standing.count(Subject.SILENT)
    named, rest = _statuses(words, standing)
    if len(named) == 1 and not NEGATED.search(rest):
        label, _count = standing.statuses[named[0]]
        return f"‘{label}’", standing.count(Subject.STATUS, named[0])
    if not named and REPORTED.match(words):
        return _("reported"), standing.count(Subject.REPORTED)
    return None


def _statuses(words: str, standing: Standing) -> tuple[list[str], str]:
    """The statuses named and the words left; a longer label before one that is part of it ('not on track')."""
    found = []
    for code, (label, _count) in sorted(standing.statuses.items(), key=lambda one: -len(one[1][0])):
        pattern = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", re.IGNORECASE)
        if pattern.search(words):
            found.append(code)
            words = pattern.sub(" ", words)
    return found, words


def _meant(claim: Claim, asked: int) -> tuple[tuple[int, int], tuple[int, ...]] | None:
    """The counts a claim allows, and the bases it names; None for what is too vague to check."""
    more_than_half = asked // 2 + 1
    whole = {
        "not_all": (0, asked - 1),
        "nearly_all": (more_than_half, asked - 1),
        "most": (more_than_half, asked),
        "half": (asked // 2, asked // 2) if asked % 2 == 0 else (-1, -1),
        "all": (asked, asked),
        "both": (2, 2),
        "none": (0, 0),
    }
    if claim.how in whole:
        return whole[claim.how], claim.numbers[:1]
    if claim.how == "vague" or not claim.numbers:
        return None
    number, bases = claim.numbers[0], claim.numbers[1:2]
    bounds = {
        "at_least": (number, asked),
        "at_most": (0, number),
        "more": (number + 1, asked),
        "fewer": (0, number - 1),
        "number": (number, number),
    }
    return bounds[claim.how], bases


def _range_words(bounds: tuple[int, int]) -> str:
    low, high = bounds
    if low < 0:
        return _("half of an odd number")
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
