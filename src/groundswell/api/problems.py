"""What the API says when it refuses or fails: problem details for HTTP APIs (RFC 9457)."""

import logging
from collections.abc import Awaitable, Iterable, Mapping
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from groundswell.api import limits
from groundswell.front.messages import App, Message, Receive, Scope, Send
from groundswell.groups.errors import InvalidFields, Refusal
from groundswell.intake.kinds import Invalid

log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
REALM = 'Bearer realm="groundswell"'
UNDER = "/api/"


class Fault(BaseModel):
    """What is wrong with one part of a request."""

    detail: str = Field(description="One plain sentence.")
    pointer: str | None = Field(default=None, description="The place in the body, as a JSON pointer.")
    parameter: str | None = Field(default=None, description="The parameter's name.")


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="One plain sentence.")
    code: str = Field(description="What a program can tell problems apart by.")
    errors: list[Fault] = Field(default=[], description="What is wrong with each part of the request.")


NEW_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""Statuses that RFC 9110 renamed; Python knows the new names from 3.13 on."""

SENTENCES = {
    400: _("The request could not be read."),
    401: _("Send a token: Authorization: Bearer …"),
    404: _("There is nothing at this address."),
    405: _("This address does not take that method."),
    408: _("The request took too long. Nothing was kept."),
    413: _("That is too much at once. Nothing was kept."),
    503: _("There is no room at this moment. Nothing was kept. Please try again in a minute."),
    500: _("Something went wrong here. Please tell whoever runs this installation."),
}


def phrase(status: int) -> str:
    """A status in words, the same under every version of Python."""
    return NEW_PHRASES.get(status) or HTTPStatus(status).phrase


def problem(status: int, *, detail: str = "", code: str = "", errors: Iterable[Fault] = ()) -> HttpResponse:
    """The answer that says so; without ``detail`` and ``code`` they come from the status."""
    title = phrase(status)
    said = Problem(
        title=title,
        status=status,
        detail=detail or gettext(SENTENCES.get(status, f"{title}.")),
        code=code or title.lower().replace(" ", "-"),
        errors=list(errors),
    )
    body = said.model_dump_json(exclude_none=True)
    return HttpResponse(body, status=status, content_type=PROBLEM_JSON)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A noun's refusal; wrong fields point into the body."""
    wrong = refusal.errors if isinstance(refusal, InvalidFields) else {}
    answer = problem(refusal.status, detail=refusal.sentence, code=refusal.code, errors=_faults(wrong))
    if isinstance(refusal, limits.TooOften):
        _say(answer, {**limits.headers(0, refusal.seconds), "Retry-After": str(refusal.seconds)})
    return answer


def not_accepted(request: HttpRequest, error: Invalid) -> HttpResponse:
    """What a supporter's form refuses, written down for them by a program."""
    return problem(
        422, detail=gettext(InvalidFields.sentence), code=InvalidFields.code, errors=_faults(error.errors)
    )


def _faults(wrong: Mapping[str, str]) -> list[Fault]:
    return [Fault(detail=sentence, pointer=f"#/{name}") for name, sentence in wrong.items()]


def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or none that is good; which of the two stands in the challenge (RFC 6750, section 3)."""
    if "Authorization" not in request.headers:
        answer = problem(401)
        answer["WWW-Authenticate"] = REALM
        return answer
    answer = problem(401, detail=gettext("This token is not good here, or not any more."))
    answer["WWW-Authenticate"] = f'{REALM}, error="invalid_token"'
    return answer


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What does not have the shape that the OpenAPI document asks for."""
    faults = [_fault(each) for each in error.errors]
    return problem(422, detail=gettext(InvalidFields.sentence), code=InvalidFields.code, errors=faults)


def _fault(error: dict[str, Any]) -> Fault:
    sentence = f"{error['msg'].removeprefix('Value error, ').rstrip('.')}."
    source, *path = map(str, error["loc"])
    if source != "body":
        return Fault(detail=sentence, parameter=path[-1])
    # The first step is the name of the operation's argument, which the body does not have.
    return Fault(detail=sentence, pointer="#" + "".join(f"/{_escaped(step)}" for step in path[1:]))


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What is no JSON at all."""
    return problem(error.status_code)


def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """More than any event needs."""
    return problem(413)


def not_now(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """The database cannot be used, or cannot write because its disk is full."""
    log.error("Not carried out", exc_info=error)
    answer = problem(503)
    answer["Retry-After"] = "10"
    return answer


@sync_and_async_middleware
def problems(get_response: Any) -> Any:
    """Middleware: below ``/api/`` every error is a problem, whoever answered, and no answer is ever cached."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return _finished(request, await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        return _finished(request, get_response(request))

    return synchronous


def _finished(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    if not request.path_info.startswith(UNDER):
        return answer
    if answer.status_code >= 400 and answer.get("Content-Type") != PROBLEM_JSON:
        answer = _instead_of(answer.status_code, answer.items())
    answer["Cache-Control"] = "no-store"
    if hasattr(request, "allowance"):
        _say(answer, limits.headers(*request.allowance))
    return answer


def _say(answer: HttpResponseBase, headers: dict[str, str]) -> None:
    for name, value in headers.items():
        answer[name] = value


def _instead_of(status: int, headers: Iterable[tuple[str, str]]) -> HttpResponse:
    said = problem(status)
    for name, value in headers:
        if name.lower() in {"allow", "retry-after"}:
            said[name] = value
    return said


def below_api(app: App) -> App:
    """The same ASGI application, whose errors below ``/api/`` are problems also where it never asks Django."""

    def chosen(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        programs = scope.get("path", "").startswith(UNDER)
        return app(scope, receive, _translating(send) if programs else send)

    return chosen


def _translating(send: Send) -> Send:
    translated = False

    async def translating(message: Message) -> None:
        nonlocal translated
        if message["type"] == "http.response.start":
            headers = [
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message["headers"]
            ]
            translated = message["status"] >= 400 and ("content-type", PROBLEM_JSON) not in headers
            if translated:
                await _send(_instead_of(message["status"], headers), send)
        if not translated:
            await send(message)

    return translating


async def _send(answer: HttpResponse, send: Send) -> None:
    answer["Cache-Control"] = "no-store"
    answer["Content-Length"] = str(len(answer.content))
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.items()]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content, "more_body": False})
