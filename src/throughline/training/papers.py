"""Sign-in sheets, badges and certificates as PDF, by typst: what they say is put together here, how they look in data/."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from throughline.kernel.fonts import font_folder
from throughline.kernel.reporting.render import words
from throughline.kernel.reporting.templates import PACKAGE_IMPORT, UnusableTemplate
from throughline.kernel.ui import formats
from throughline.reference.queries import footnotes
from throughline.training.badge_codes import grouped, token_of
from throughline.training.models import Activity, Certificate, Session
from throughline.training.registers import Line

Plain = dict[str, Any]
PACKAGE = Path(__file__).resolve().parent / "data"
SIGN_IN, BADGES, CERTIFICATE = "sign-in", "badges", "certificate"
EMPTY_ROWS = 4
LONGEST_TITLE = 140


class Press:
    """Prints one kind of paper again and again: template and fonts are read once."""

    def __init__(self, folder: Path, name: str) -> None:
        (folder / "main.typ").write_text(template(name), "utf-8")
        fonts = font_folder()
        self._compiler = typst.Compiler(
            str(folder / "main.typ"), root=str(folder), font_paths=[str(fonts)] if fonts else []
        )

    def print(self, document: Plain) -> bytes:
        told = {"doc": json.dumps(document, ensure_ascii=False)}
        made = self._compiler.compile(format="pdf", sys_inputs=told, pdf_standards=["ua-1"])
        if not isinstance(made, bytes):
            message = "A PDF is one file."
            raise TypeError(message)
        return made


@contextmanager
def press(name: str) -> Iterator[Press]:
    """A press for one kind of paper, in a folder of its own: typst may read nothing else."""
    with tempfile.TemporaryDirectory(prefix="throughline-press-") as folder:
        yield Press(Path(folder), name)


def template(name: str) -> str:
    """The look: the secretariat's own where it put one beside the templates of its documents."""
    own = Path(settings.DATA) / "report-templates" / f"{name}.typ"
    text = (own if own.is_file() else PACKAGE / f"{name}.typ").read_text("utf-8")
    if PACKAGE_IMPORT.search(text):
        raise UnusableTemplate(f"{name}.typ loads a package from the network; copy what it needs into the file")
    return text


# What each paper says


def sign_in_sheets(activity: Activity, sessions: Sequence[Session], lines: Sequence[Line]) -> bytes:
    """A sheet to sign for each session, with a few empty rows."""
    document = {
        **_common(activity, [line.jurisdiction for line in lines]),
        "sessions": [{"title": str(one), "when": _hours(one)} for one in sessions],
        "lines": [_line(one) for one in lines],
        "empty": EMPTY_ROWS,
    }
    document["words"] |= {
        "sheet": _("Sign-in sheet"),
        "page": _("Page"),
        "columns": [_("No."), _("Name"), _("Organisation"), _("Jurisdiction"), _("Signature")],
    }
    with press(SIGN_IN) as one:
        return one.print(document)


def badges(activity: Activity, lines: Sequence[Line]) -> bytes:
    """A badge for each, with the code that the team's phones read and, under it, the one they type."""
    title = str(activity)
    document = {
        **_common(activity, [line.jurisdiction for line in lines]),
        "short_title": title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…",
        "lines": [
            _line(one) | {"code": grouped(one.code), "qr": drawn(address("check-in", token_of(one.place.pk)))}
            for one in lines
        ],
    }
    document["words"] |= {"badges": _("Badges"), "qr": _("Code to check in:")}
    with press(BADGES) as one:
        return one.print(document)


def certificate_document(certificate: Certificate) -> Plain:
    """What a certificate says."""
    place = certificate.place
    activity = place.activity
    manager = activity.manager
    code = grouped(certificate.code)
    where = [activity.venue, str(activity.venue_jurisdiction or "")]
    told = {
        **_common(activity, [activity.venue_jurisdiction]),
        "name": str(place.person),
        "when_and_where": ", ".join([days(activity), *(one for one in where if one)]),
        "rule": certificate.rule,
        "serial": certificate.serial,
        "issued": formats.day(certificate.issued_on),
        "date": [certificate.issued_on.year, certificate.issued_on.month, certificate.issued_on.day],
        "signed_by": str(manager.name if manager else activity.owner),
        "signed_as": _("Activity manager") if manager else "",
        "address": address("verify-code", code),
        "verify_at": address("verify").partition("://")[2],
        "code": code,
        "qr": drawn(address("verify-code", code)),
    }
    told["words"] |= {
        "certificate": _("Certificate of attendance"),
        "certifies": _("This is to certify that"),
        "attended": _("attended"),
        "issued": _("Issued"),
        "number": _("Number"),
        "verify": _("Verify at"),
        "qr": _("Code that leads to the page on which this certificate is verified"),
    }
    return told


def days(activity: Activity) -> str:
    """When an activity takes place, in words."""
    first, last = formats.day(activity.starts_on), formats.day(activity.ends_on)
    return first if activity.starts_on == activity.ends_on else f"{first} – {last}"


def address(name: str, *values: str) -> str:
    """The full address of a page, as it has to stand on paper."""
    return settings.THROUGHLINE_ADDRESS.rstrip("/") + reverse(name, args=values)


def drawn(text: str) -> str:
    """A QR code as SVG."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=1, xmldecl=False, svgclass=None, lineclass=None
    )
    return out.getvalue().decode()


def _line(one: Line) -> Plain:
    return {"name": one.name, "organisation": one.organisation, "jurisdiction": str(one.jurisdiction or "")}


def _hours(session: Session) -> str:
    begins, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    when = f"{formats.day(begins.date())}, {begins:%H:%M} – {ends:%H:%M}"
    return f"{when}  ·  {session.place}" if session.place else when


def _common(activity: Activity, jurisdictions: Iterable[Any]) -> Plain:
    language, _sep, region = (get_language() or "en-gb").partition("-")
    named = {one for one in jurisdictions if one is not None}
    return {
        "title": str(activity),
        "reference": activity.reference,
        "issuer": str(activity.programme.secretariat),
        "programme": str(activity.project or activity.programme),
        "language": language,
        "region": region if len(region) == len("GB") else None,
        "handling": str(activity.get_handling_display()),
        "handling_colour": f"#{words.HANDLING[activity.handling]}",
        "illustrative": _("Illustrative data, no real people.") if activity.illustrative else "",
        "footnotes": [f"{one.jurisdiction.mark} {one.text}" for one in footnotes(activity.programme.publisher, named)] if named else [],
        "look": {
            name: f"#{value}"
            for name, value in {
                "accent": words.ACCENT, "ink": words.INK, "muted": words.MUTED, "rule": words.RULE, "wash": words.WASH,
            }.items()
        },
        "words": {"private": _("This paper holds names. It is for the team and the people on it.")},
    }  # fmt: skip
