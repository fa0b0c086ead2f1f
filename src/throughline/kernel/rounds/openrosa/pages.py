"""Pages about phones: one's own keys, and what arrived from phones for a return or part."""

import base64
import json
import zlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.files.answers import handed
from throughline.kernel.files.services import hand_out
from throughline.kernel.rounds.device_models import Arrival, Attachment
from throughline.kernel.rounds.forms import wire
from throughline.kernel.rounds.forms.definition import Form, Question
from throughline.kernel.rounds.forms.places import path_of
from throughline.kernel.rounds.forms.words import value_label
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.rounds.openrosa import catalogue, keys
from throughline.kernel.rounds.rules import may_answer


class PhoneForm(forms.Form):
    """What is asked for a new phone."""

    name = forms.CharField(
        label=gettext_lazy("Name of the phone"),
        max_length=80,
        help_text=gettext_lazy("So that you know which one to revoke when it is lost."),
    )


@require_GET
def root(request: ViewerRequest, token: str = "") -> HttpResponse:
    """The server's address itself, for those who open it in a browser: here is how a phone is set up."""
    return redirect("device-keys")


@require_http_methods(["GET", "POST"])
def phones(request: ViewerRequest) -> HttpResponse:
    """One's own phones; the key of a new one is shown here, once. Administrators see those of their people."""
    viewer = request.viewer
    form = PhoneForm(request.POST or None)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = keys.make_key(viewer, name=form.cleaned_data["name"])
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error(problem.field or None, str(problem.message))
        else:
            form = PhoneForm()
            shown = {"made": made, "secret": secret, **_setting_up(request, made.user_name, secret)}
    context = {
        "title": _("Phones"),
        "form": form,
        "keys": keys.own(viewer),
        "others": keys.of_others(viewer),
        **shown,
    }
    response = render(request, "rounds/phones/keys.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _setting_up(request: HttpRequest, user_name: str, secret: str) -> dict[str, str]:
    """The address, and the picture that sets ODK Collect up when it is looked at."""
    server = request.build_absolute_uri(reverse("openrosa-root")).rstrip("/")
    keyed = request.build_absolute_uri(reverse("openrosa-keyed-root", args=[secret])).rstrip("/")
    drawn = segno.make(collect_settings(server, user_name, secret), error="m", micro=False)
    picture = drawn.svg_data_uri(scale=4, border=4, dark="#000", light="#fff", nl=False)
    return {"server": server, "keyed": keyed, "picture": picture}


def collect_settings(server: str, user_name: str, secret: str) -> str:
    """What ODK Collect reads from a QR code: its settings as JSON, packed (zlib) and written in base64."""
    told = {
        "general": {
            "protocol": "odk_default",
            "server_url": server,
            "username": user_name,
            "password": secret,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": "Throughline"},
    }
    return base64.b64encode(zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9)).decode()


@require_POST
def phone_revoke(request: ViewerRequest, key: UUID) -> HttpResponse:
    found = keys.managed(request.viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    keys.revoke_key(request.viewer, key=found)
    messages.success(request, _("The phone %(name)s can no longer sign in.") % {"name": found.name})
    return redirect("device-keys")


@require_GET
def arrivals(request: ViewerRequest, reference: str) -> HttpResponse:
    """What phones sent for a return or part, for those who answer it: also what could not be taken over."""
    holder = catalogue.holder_for(request.viewer, reference)
    if holder is None or not may_answer(request.viewer, holder):
        raise Http404
    found = Arrival.objects.visible_to(request.viewer).filter(sheet=holder.sheet_id)
    kept = found.select_related("by", "key").prefetch_related("attachments__file")
    context = {
        "title": _("Sent from phones"),
        "holder": holder,
        "back": reverse(f"{holder._meta.model_name}-detail", args=[holder.reference]),
        "arrivals": [(one, _left(holder, one)) for one in kept],
    }
    return render(request, "rounds/phones/arrivals.html", context)


@dataclass(frozen=True)
class Left:
    """An answer that stayed as a colleague wrote it."""

    label: str
    sent: str
    stands: str


def _left(holder: Return | Part, arrival: Arrival) -> list[Left]:
    """What the phone said where somebody else's answer stayed, in words, so that it can be entered by hand."""
    if not arrival.left:
        return []
    form = holder.edition.form
    language = form.language_for(get_language() or "")
    sent = wire.from_xml(form, bytes(arrival.xml)).answers

    def said(place: str, value: str) -> str:
        item = form.items.get(path_of(place))
        return value_label(form, item, value, language) if isinstance(item, Question) and value else value

    stands: dict[str, str] = holder.sheet.answers
    return [
        Left(_label(form, place, language), said(place, sent.get(place, "")), said(place, stands.get(place, "")))
        for place in arrival.left
    ]


def _label(form: Form, place: str, language: str) -> str:
    item = form.items.get(path_of(place))
    return (item.label(language) if item else "") or place


@require_GET
def arrival_form(request: ViewerRequest, key: UUID) -> HttpResponse:
    """The form as the phone sent it."""
    found = Arrival.objects.visible_to(request.viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    return handed(bytes(found.xml), "application/xml", f"{found.pk}.xml")


@require_GET
def answer_file(request: ViewerRequest, reference: str, name: str) -> HttpResponse:
    """The picture or other file that an answer names, for whoever may see that answer."""
    holder = catalogue.holder_for(request.viewer, reference)
    found = (
        Attachment.objects.visible_to(request.viewer)
        .filter(arrival__sheet=holder.sheet_id, name=name)
        .select_related("file")
        .order_by("-arrival__at")
        .first()
        if holder
        else None
    )
    if found is None or found.file is None:
        raise Http404
    return handed(hand_out(request.viewer, file=found.file), found.file.media_type)
