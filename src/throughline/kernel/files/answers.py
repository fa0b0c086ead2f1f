"""Files as answers: whatever they carry does not run here."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def handed(
    content: bytes, kind: str, name: str = "", *, attached: bool = True, kept: str = "private, no-store"
) -> HttpResponse:
    """A file as it is, as a download unless it is to be shown; `kept` says how long a browser may keep it."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(attached, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = kept
    return response
