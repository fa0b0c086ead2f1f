"""Public addresses are answered here, before anything that knows people: no session is read, no cookie is set.

Whoever reads the public page is nobody in particular. What a browser sends of itself (cookies, a key) is dropped at
this door, so a page cannot differ between two readers.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from throughline.portal import answers

PREFIX = "/public/"
OF_A_PERSON = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")


class PublicMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        for name in OF_A_PERSON:
            request.META.pop(name, None)
        if request.method not in ("GET", "HEAD"):
            return answers.finished(request, answers.refused(405))
        if answers.too_often(request):
            return answers.finished(request, answers.refused(429))
        try:
            found = resolve(request.path_info)
            answer = found.func(request, *found.args, **found.kwargs)
        except Http404:
            answer = answers.not_found(request)
        return answers.finished(request, answer)
