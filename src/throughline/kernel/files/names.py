"""A file name that is safe to show, to store and to hand to any operating system. No Django here."""

import re
import unicodedata

LONGEST = 120
FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
SPACES = re.compile(r"[\t\n\r\u00a0\u2000-\u200a\u2028\u2029 ]+")
# Names Windows keeps for devices, whatever their ending.
DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean_name(given: str) -> str:
    """The last part of the path, without control, direction-changing or unprintable characters."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    # Category C: controls, right-to-left overrides and zero-width marks, surrogates, unassigned.
    spaced = SPACES.sub(" ", last)
    printable = "".join(letter for letter in spaced if not unicodedata.category(letter).startswith("C"))
    name = FORBIDDEN.sub("_", printable).strip(" .")
    if DEVICES.match(name):
        name = f"_{name}"
    return shorten(name) or "file"


def shorten(name: str) -> str:
    """Keep the ending when the name is too long."""
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST].strip(" .")
    return f"{stem[: LONGEST - len(ending) - 1].strip(' .')}.{ending}"


def ending(name: str) -> str:
    """What follows the last dot, in lower case; empty if there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
