"""Putting one operation under an address, with what the description of the API says of it."""

from collections.abc import Callable, Sequence
from typing import Any

from ninja import Router

from throughline.api.schemas import Schema, answers, takes


def offer(
    router: Router,
    method: str,
    path: str,
    view: Callable[..., Any],
    summary: str,
    body: str | Schema = "",
    *,
    operation: str = "",
    answer: str = "",
    parameters: Sequence[Schema] = (),
) -> None:
    """The operation is named after its function unless told otherwise; `body` and `answer` name a schema."""
    extra: dict[str, Any] = {"responses": answers(answer)}
    if parameters:
        extra["parameters"] = list(parameters)
    if body:
        extra["requestBody"] = takes(body) if isinstance(body, str) else body
    name = operation or getattr(view, "__name__", "")
    router.add_api_operation(path, [method], view, operation_id=name, summary=summary, openapi_extra=extra)
