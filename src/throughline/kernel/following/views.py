"""What I follow, what is new in it, and the address in mails that ends it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.following import queries, services
from throughline.kernel.following.addresses import target, target_of
from throughline.kernel.following.choices import Every
from throughline.kernel.following.models import Following


@require_GET
def following_list(request: ViewerRequest) -> HttpResponse:
    """All I follow, and what else I am told of, each with the button that ends it."""
    context = {
        "rows": queries.followed(request.viewer),
        "others": queries.elsewhere(request.viewer),
        "rhythms": Every.choices,
    }
    return render(request, "following/list.html", context)


@require_http_methods(["GET", "POST"])
def add(request: ViewerRequest) -> HttpResponse:
    """Follow what an address shows: say how often, and that is all."""
    address = (request.POST if request.method == "POST" else request.GET).get("address", "")
    try:
        wanted = target_of(request.viewer, address)
        if request.method == "POST":
            services.follow(request.viewer, address=address, every=request.POST.get("every", Every.EACH))
            messages.success(request, _("You will be told. What you follow is listed here."))
            return redirect("following-list")
    except Invalid as invalid:
        wrong = {"problems": [str(one.message) for one in invalid.problems], "address": address}
        return render(request, "following/add.html", wrong, status=422)
    standing = queries.following_like(request.viewer, wanted)
    context = {
        "target": wanted,
        "address": address,
        "rhythms": Every.choices,
        "every": standing.every if standing is not None else Every.EACH,
        "standing": standing,
    }
    return render(request, "following/add.html", context)


@require_GET
@never_cache
def news(request: ViewerRequest, key: UUID) -> HttpResponse:
    """What became new between two moments, as I may read it now."""
    one = _own(request, key)
    aim = target(request.viewer, one)
    if aim is None:
        raise Http404
    since, until = (_number(request, name) for name in ("since", "until"))
    since, until = one.told if since is None else since, queries.newest() if until is None else until
    found = queries.news(request.viewer, one, since, until)
    context = {"following": one, "target": aim, "news": found, "more": max(found.count - len(found.items), 0)}
    return render(request, "following/news.html", context)


@require_POST
def change(request: ViewerRequest, key: UUID) -> HttpResponse:
    try:
        services.change_rhythm(request.viewer, following=_own(request, key), every=request.POST.get("every", ""))
    except Invalid as invalid:
        messages.error(request, str(invalid.problems[0].message))
    else:
        messages.success(request, _("Saved."))
    return redirect("following-list")


@require_POST
def end(request: ViewerRequest, key: UUID) -> HttpResponse:
    services.end(request.viewer, following=_own(request, key))
    messages.success(request, _("You are told of it no longer."))
    return redirect("following-list")


def answering(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a mail. A mail program posts to it by itself (RFC 8058), a person sees one button."""
    if request.method != "POST":
        return render(request, "following/end.html", {"done": False})
    known = services.end_by_token(token)
    return render(request, "following/end.html", {"done": known, "unknown": not known}, status=200 if known else 404)


def unlogged(request: HttpRequest, token: str) -> HttpResponse:
    """The same; Django would write the address of a refusal into its log, and who holds the address may use it."""
    answer = answering(request, token)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 (Django offers no other way)
    return answer


end_from_mail = csrf_exempt(login_not_required(require_http_methods(["GET", "HEAD", "POST"])(never_cache(unlogged))))


def _own(request: ViewerRequest, key: UUID) -> Following:
    found = queries.followings(request.viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _number(request: ViewerRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else None
