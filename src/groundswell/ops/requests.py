"""One line in the log for every request that reaches Django: where it went, how it ended, how long it took.

Nothing says who asked or what for: no address of the network, no query, no cookie, no browser. Pages that front
answers from memory, and answers that it takes down itself, are not written down: there are thousands in a second.
"""

import logging
import time
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from groundswell.kit.ids import uuid7
from groundswell.kit.logs import NOWHERE, about
from groundswell.kit.scope import nobody_yet

log = logging.getLogger(__name__)

ID = "X-Request-Id"
QUIET = {"health"}
"""Routes that machines ask every few seconds; they are written down when something is wrong."""


@sync_and_async_middleware
def logged(get_response: Any) -> Any:
    """Middleware, outermost: a number for the request, in all its lines and in an answer that failed."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            with about(request=uuid7().hex) as facts:
                began = time.perf_counter()
                return _written(request, await get_response(request), facts, began)

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        with about(request=uuid7().hex) as facts:
            began = time.perf_counter()
            return _written(request, get_response(request), facts, began)

    return synchronous


@sync_and_async_middleware
def for_nobody_yet(get_response: Any) -> Any:
    """Middleware: a request sees nobody's people until a door has let somebody in (:mod:`.kit.scope`)."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            with nobody_yet():
                answer: HttpResponseBase = await get_response(request)
                return answer

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        with nobody_yet():
            answer: HttpResponseBase = get_response(request)
            return answer

    return synchronous


def _written(
    request: HttpRequest, answer: HttpResponseBase, facts: dict[str, object], began: float
) -> HttpResponseBase:
    route = request.resolver_match.route if request.resolver_match else None
    if answer.status_code >= 500:
        answer[ID] = str(facts["request"])
    if route not in QUIET or answer.status_code >= 500:
        log.info(
            "request",
            extra={
                "facts": {
                    "method": request.method if request.method in METHODS else "another",
                    "route": NOWHERE if route is None else f"/{route}",
                    "status": answer.status_code,
                    "ms": round((time.perf_counter() - began) * 1000, 1),
                }
            },
        )
    return answer


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
