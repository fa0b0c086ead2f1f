"""Attendance and certificates over the API, for the team of an activity: the register, marks, approving, revoking."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.api.work import job_told
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.training import certified
from throughline.training.attendance import PERCENTS, Mark
from throughline.training.models import Activity, Certificate
from throughline.training.registers import Register, check_team, register
from throughline.training.services import attendance, certificates
from throughline.training.services.attendance import Entry

TEXT: dict[str, Any] = {"type": "string"}
EXCUSED = "excused"
BODIES: dict[str, Any] = {
    "Marks": {
        "type": "object",
        "required": ["marks"],
        "properties": {
            "marks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["person", "session", "attendance"],
                    "properties": {
                        "person": {**TEXT, "description": "Reference of the person."},
                        "session": {**TEXT, "description": "Key of the session, as the register tells it."},
                        "attendance": {"enum": [*PERCENTS, EXCUSED, None], "description": "null takes a mark out."},
                    },
                },
            }
        },
    },
    "Approve": {
        "type": "object",
        "required": ["people"],
        "properties": {
            "people": {"type": "array", "items": TEXT, "description": "References of those who were looked through."}
        },
    },
    "Revoke": {"type": "object", "required": ["reason"], "properties": {"reason": TEXT}},
}
router = Router(tags=["delivery"])


def _roll(request: HttpRequest, key: str) -> tuple[Viewer, Register]:
    viewer = caller(request)
    activity: Activity = record_or_404(registry.get("activity"), viewer, key, whole=False)
    return viewer, register(viewer, activity)


def read_attendance(request: HttpRequest, key: str) -> dict[str, Any]:
    """The register: sessions, people, marks, and the share of all sessions held."""
    _viewer, roll = _roll(request, key)
    return {
        "sessions": [
            {"id": str(one.pk), "title": str(one), "starts_at": one.starts_at.isoformat(), "held": one in roll.held}
            for one in roll.sessions
        ],
        "needed": roll.activity.attendance_needed,
        "items": [
            {
                "person": line.reference,
                "name": line.name,
                "percent": str(line.tally.percent) if line.tally and line.tally.percent is not None else None,
                "marks": {str(key): EXCUSED if mark.excused else mark.percent for key, mark in line.marks.items()},
            }
            for line in roll.lines
        ],
    }


def write_attendance(request: HttpRequest, key: str) -> dict[str, Any]:
    """Write marks; all or none. Sending the same again changes nothing."""
    viewer, roll = _roll(request, key)
    told = body_of(request).get("marks")
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise Invalid([Problem("marks", _("This field takes a list of marks."))])
    places = {line.reference: line.place.pk for line in roll.lines}
    entries, problems = [], []
    for row, one in enumerate(told, start=1):
        try:
            entries.append(_entry(one, places, row))
        except ValueError as fault:
            problems.append(Problem("marks", str(fault), row=row))
    if problems:
        raise Invalid(problems)
    return {"changed": attendance.take(viewer, activity=roll.activity, entries=entries, via="api")}


def _entry(told: dict[str, Any], places: dict[str, UUID], row: int) -> Entry:
    person, value = told.get("person"), told.get("attendance")
    if person not in places:
        raise ValueError(_("Nobody with a confirmed place here is %(told)s.") % {"told": person})
    if value is not None and value != EXCUSED and (isinstance(value, bool) or value not in PERCENTS):
        raise ValueError(_("Attendance is 0, 50 or 100 percent."))
    try:
        session = UUID(str(told.get("session")))
    except ValueError as odd:
        raise ValueError(_("Name the session by its key.")) from odd
    mark = None if value is None else Mark(0, excused=True) if value == EXCUSED else Mark(value)
    return Entry(places[str(person)], session, mark, row=row)


def read_certificates(request: HttpRequest, key: str) -> dict[str, Any]:
    """Who has earned one and has none yet, and what was issued."""
    _viewer, roll = _roll(request, key)
    names = {line.place.pk: line.name for line in roll.lines}
    return {
        "proposed": [
            {"person": one.place.person.reference, "name": names.get(one.place.pk), "percent": str(one.tally.percent)}
            for one in certificates.proposed(roll.activity)
        ],
        "issued": [certificate_told(one) for one in certified.of_activity(roll.activity)],
    }


def certificate_told(one: Certificate) -> dict[str, Any]:
    return {
        "number": one.serial,
        "person": one.place.person.reference,
        "issued_on": one.issued_on.isoformat(),
        "valid": one.is_valid,
        "rule": one.rule,
    }


def approve_certificates(request: HttpRequest, key: str) -> HttpResponse:
    """Approve certificates of the people named; a job makes them (202)."""
    viewer, roll = _roll(request, key)
    told = body_of(request).get("people")
    places = {line.reference: line.place.pk for line in roll.lines}
    if not isinstance(told, list) or not told or not all(isinstance(one, str) and one in places for one in told):
        raise Invalid([Problem("people", _("Name the people by their references."))])
    job = certificates.review(viewer, activity=roll.activity, places=[places[one] for one in told])
    return JsonResponse(job_told(job), status=202)


def revoke_certificate(request: HttpRequest, key: str, number: str) -> dict[str, Any]:
    """Revoke a certificate of this activity; the reason is for its team and its holder."""
    viewer = caller(request)
    activity: Activity = record_or_404(registry.get("activity"), viewer, key, whole=False)
    check_team(viewer, activity)
    found = certified.of_activity(activity).filter(serial__iexact=number).first() if "\x00" not in number else None
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    reason = text_of(body_of(request), "reason")
    return certificate_told(certificates.revoke(viewer, certificate=found, reason=reason))


for _method, _path, _view, _summary, _body in (
    ("GET", "/attendance", read_attendance, "Who attended what", ""),
    ("POST", "/attendance", write_attendance, "Write attendance", "Marks"),
    ("GET", "/certificates", read_certificates, "Who has earned and who has a certificate", ""),
    ("POST", "/certificates", approve_certificates, "Approve certificates", "Approve"),
    ("POST", "/certificates/{number}/revoke", revoke_certificate, "Revoke a certificate", "Revoke"),
):
    offer(router, _method, f"/activities/{{key}}{_path}", _view, _summary, _body)
