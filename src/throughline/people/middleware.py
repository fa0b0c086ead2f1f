"""Who works in a programme that asks a second factor of everyone sets one up before anything else."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from throughline.kernel.access.requests import ViewerRequest
from throughline.people.models import User
from throughline.people.queries import demanding
from throughline.people.signon import vouches_for_second_factor
from throughline.reference.models import Programme

# Where a factor is set up, and what one may do without: leave, look at one's sessions, choose language and colours.
OPEN = ("/accounts/", "/language/", "/theme/")


class SecondFactorMiddleware:
    """Stands before the pages people sign in to; keys of programs and phones are factors of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: ViewerRequest, view: Callable[..., Any], given: Any, named: Any
    ) -> HttpResponse | None:
        """Lead to the page where a second factor is set up, unless there is one."""
        if not getattr(view, "login_required", True) or not (programmes := demanding()):
            return None
        user = request.user
        mine = programmes & {programme for programme, _role in request.viewer.roles}
        if not mine or not isinstance(user, User) or has_second_factor(request, user):
            return None
        names = Programme.objects.filter(pk__in=mine).values_list("name", flat=True)
        request.second_factor_demanded = ", ".join(names)  # type: ignore[attr-defined]
        return None if request.path_info.startswith(OPEN) else redirect("mfa_index")


def has_second_factor(request: HttpRequest, user: User) -> bool:
    """Set up here, or asked by the provider the person came in through, where the operator says that it does."""
    if Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        return True
    return vouches_for_second_factor(get_authentication_records(request, user))
