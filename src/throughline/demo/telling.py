"""When it happened, how it is told, who reported it. Outlets are invented, and no person has a name."""

from calendar import monthrange
from collections import defaultdict
from datetime import date, time, timedelta
from functools import cache
from random import Random

from throughline.demo.shapes import JURISDICTIONS, Event, Report
from throughline.demo.tables import rows

LANGUAGES = {
    "RS": ("sr-latn", "sr-cyrl"),
    "ME": ("sr-latn",),
    "BA": ("sr-latn",),
    "AL": ("sq",),
    "XK": ("sq",),
    "MK": ("mk",),
}
LOCAL = 0.3  # of the narratives, those not in English
OUTLETS = {"daily": "Daily", "portal": "Portal", "radio": "Radio", "bulletin": "Police bulletin"}
MARKS = {
    "sr-latn": "Ilustrativan zapis.",
    "sr-cyrl": "Илустративан запис.",
    "sq": "Regjistrim ilustrues.",
    "mk": "Илустративен запис.",
}
DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
LETTERS = dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True))
EXONYMS = {"Belgrade": "Beograd", "Tirana": "Tiranë", "Pristina": "Prishtinë"}
NUMBERS = ("No one", "One person", "Two people", "Three people", "Four people")
SENTENCES = {
    "killed": "{who} {was} killed.",
    "injured": "{who} {was} injured.",
    "threatened": "{who} {was} threatened.",
    "unharmed": "{who} escaped unharmed.",
}
HANDLING = (("green", 74), ("amber", 20), ("clear", 6))
MAY_2023 = (date(2023, 5, 1), date(2023, 5, 31))


def to_cyrillic(text: str) -> str:
    """Serbian Latin letters as Cyrillic ones; a name with other letters stays as it is."""
    lower = text.lower()
    for pair, letter in DIGRAPHS.items():
        lower = lower.replace(pair, letter)
    known = {**LETTERS, **{letter: letter for letter in DIGRAPHS.values()}, " ": " ", "-": "-"}
    if any(letter not in known for letter in lower):
        return text
    return "".join(known[letter] for letter in lower).title()


@cache
def templates() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows("narratives"):
        found[row["type"], row["language"]].append(row["text"])
    return dict(found)


def first_day(quarter: str) -> date:
    return date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)


def days_in(quarter: str) -> int:
    start = first_day(quarter)
    return sum(monthrange(start.year, month)[1] for month in range(start.month, start.month + 3))


def kept_out_of_may(event: Event) -> bool:
    """So that the killed and injured of Serbia in May 2023 are those of the two mass shootings alone."""
    return event.quarter == "2023-Q2" and event.jurisdiction == "RS" and bool(event.victims("killed", "injured"))


def when(event: Event, random: Random) -> None:
    if event.mass_shooting:
        event.occurred_on, event.date_precision = MAY_2023[0], "month"
        return
    start, days = first_day(event.quarter), days_in(event.quarter)
    event.occurred_on = start + timedelta(random.randrange(days))
    while kept_out_of_may(event) and MAY_2023[0] <= event.occurred_on <= MAY_2023[1]:
        event.occurred_on = start + timedelta(random.randrange(days))
    event.date_precision = random.choices(("day", "month", "quarter"), (960, 35, 5))[0]
    if event.date_precision == "month":
        event.occurred_on = event.occurred_on.replace(day=1)
    elif event.date_precision == "quarter":
        event.occurred_on = start
    elif random.random() < 0.4:
        event.occurred_at = time(
            random.choices(range(24), [4] * 6 + [2] * 6 + [3] * 6 + [6] * 6)[0], random.choice((0, 15, 30, 45))
        )


def outcome_sentences(event: Event) -> list[str]:
    found = []
    for outcome, sentence in SENTENCES.items():
        number = len(event.victims(outcome))
        if number:
            who = NUMBERS[number] if number < len(NUMBERS) else f"{number} people"
            found.append(sentence.format(who=who, was="was" if number == 1 else "were"))
    return found


def tell(event: Event, random: Random) -> None:
    languages = LANGUAGES.get(event.jurisdiction, ())
    language = random.choice(languages) if languages and random.random() < LOCAL else "en"
    if event.mass_shooting or (event.type, language) not in templates():
        language = "en"
    if event.mass_shooting:
        text = "One of the two mass shootings of May 2023. How their victims divide between the two is illustrative."
    else:
        place = event.place or event.region or "the area"
        if language != "en":
            place = EXONYMS.get(place, place)
        if language in {"sr-cyrl", "mk"}:
            place = to_cyrillic(place)
        text = random.choice(templates()[event.type, language]).format(place=place)
    sentences = [
        text,
        *(outcome_sentences(event) if language == "en" else []),
        MARKS.get(language, "Illustrative record."),
    ]
    event.narrative = " ".join(sentences)


def outlets() -> list[tuple[str, str, str, str]]:
    """(code, name, kind, jurisdiction) of every invented outlet; names are completed where jurisdictions have theirs."""
    return [
        (f"demo-{code.lower()}-{key}", name, "official" if key == "bulletin" else "media", code)
        for code in JURISDICTIONS
        for key, name in OUTLETS.items()
    ]


def report(event: Event, random: Random) -> None:
    number = random.choices((1, 2, 3, 4), (45, 32, 16, 7))[0]
    headline = event.kind.replace("-", " ").capitalize()
    for key in random.sample(tuple(OUTLETS), number):
        code = event.jurisdiction.lower()
        event.reports.append(
            Report(
                source=f"demo-{code}-{key}",
                title=f"{headline}, {event.place}" if event.place else headline,
                address=f"https://{key}.{code}.example/{event.occurred_on.year}/{event.key.lower()}",
                published_on=event.occurred_on + timedelta(random.choice((0, 0, 1, 1, 2, 3))),
            )
        )


def tell_all(events: list[Event], random: Random) -> None:
    """Date, words, reports and handling of every event."""
    codes, weights = [code for code, _ in HANDLING], [weight for _, weight in HANDLING]
    for event in events:
        when(event, random)
        tell(event, random)
        report(event, random)
        event.handling = random.choices(codes, weights)[0]
