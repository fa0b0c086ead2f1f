"""Pages about the API: its reference, its description, one's own keys."""

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.api import services
from throughline.api.errors import problem
from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer

METHODS = ("get", "post", "patch", "put", "delete")


def _schema() -> dict[str, Any]:
    from throughline.api.urls import api  # reason: the addresses import this module

    with override("en-gb"):
        return dict(api.get_openapi_schema())


@login_not_required
@require_GET
def description(request: HttpRequest) -> HttpResponse:
    """The API described for programs: OpenAPI 3.1. It holds no data of anyone."""
    return HttpResponse(json.dumps(_schema(), ensure_ascii=False, default=str), content_type="application/json")


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """An address of the API that does not exist, told to programs as everything else is."""
    return problem(HTTPStatus.NOT_FOUND, _("There is nothing here that you can see."))


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """The same for people, as a plain page."""
    schema = _schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, operations in schema["paths"].items():
        for method, operation in operations.items():
            if method in METHODS:
                tag = next(iter(operation.get("tags", [])), "other")
                groups.setdefault(tag, []).append(_told(address, method, operation, schema))
    context = {"title": _("API reference"), "groups": groups, "about": _paragraphs(schema)}
    return render(request, "api/reference.html", context)


def _paragraphs(schema: dict[str, Any]) -> list[list[tuple[bool, str]]]:
    """The description by paragraphs, each in pieces: (whether it is code, the piece)."""
    paragraphs = schema["info"]["description"].split("\n\n")
    return [[(bool(n % 2), piece) for n, piece in enumerate(one.split("`"))] for one in paragraphs]


def _told(address: str, method: str, operation: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """One operation as the page prints it."""
    content = operation.get("requestBody", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    body = schema["components"]["schemas"].get(name, {})
    required = set(body.get("required", ()))
    return {
        "method": method.upper(),
        "address": address,
        "summary": operation.get("summary", ""),
        "parameters": operation.get("parameters", []),
        "fields": [
            {"name": key, "description": one.get("description", ""), "required": key in required}
            for key, one in body.get("properties", {}).items()
        ],
    }


class KeyForm(forms.Form):
    """What is asked for a new key."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("The program that will use it, for instance.")
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("a year"))],
    )


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own keys; a new one is shown here, once."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    form = KeyForm(request.POST or None)
    made, key = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, key = services.make(viewer, name=form.cleaned_data["name"], days=form.cleaned_data["days"])
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error(problem.field or None, str(problem.message))
        else:
            form = KeyForm()
    context = {"title": _("API keys"), "form": form, "made": made, "key": key, "tokens": services.own(viewer)}
    answer = render(request, "api/tokens.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def token_revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    token = services.own(viewer).filter(pk=key).first()
    if token is None:
        raise Http404
    services.revoke(viewer, token=token)
    messages.success(request, _("The key %(name)s is worthless now.") % {"name": token.name})
    return redirect("token-list")
