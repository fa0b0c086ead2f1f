"""What a response says, whatever it is packed in; and the same without what differs between two looks."""

import io
import re
import zipfile
from typing import Any

import pypdfium2

# Headers that differ between two looks, or hold only our own rules.
NO_MATTER = {
    "Content-Security-Policy",
    "Content-Length",
    "Expires",
    "ETag",
    "Last-Modified",
    "Date",
    "WWW-Authenticate",
    "X-Request-ID",
}
ZIP, PDF = b"PK\x03\x04", b"%PDF"
PASSING = [
    (re.compile(r'name="csrfmiddlewaretoken" value="\w+"'), ""),
    (re.compile(r'nonce="[^"]+"'), ""),
    (re.compile(r'"X-CSRFToken": ?"\w+"'), ""),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\d{1,2} \w+ \d{4}, \d\d:\d\d"), "<time>"),
    (re.compile(r"\d\d:\d\d(:\d\d)?"), "<time>"),
    # The number of a version of the facts: it grows when anything changes, and says nothing more.
    (re.compile(r"(incident|people|weapon|person|training)([-\w]*)(:|%3A)\d+"), r"\1\2:<version>"),
]


def text_of(response: Any) -> str:
    """Everything readable in the response: page, sheet, document or picture."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items() if name not in NO_MATTER)
    return f"{response.status_code} {headers}\n{unpacked(content)}"


def unpacked(content: bytes) -> str:
    if content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in sorted(archive.namelist()))
    if content.startswith(PDF):
        document = pypdfium2.PdfDocument(content)
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    return content.decode("utf-8", "replace")


def settled(text: str) -> str:
    """The text without tokens and times."""
    for pattern, instead in PASSING:
        text = pattern.sub(instead, text)
    return text
