"""In which language a page answers: the one at the beginning of its address, or else the browser's.

``/fr/e/rally`` is the page ``/e/rally`` in French, with all its links. Only public pages have such addresses; the
desk follows the browser.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from groundswell.front.languages import Languages


@cache
def ours() -> Languages:
    """The languages of this installation."""
    return Languages([code for code, _ in settings.LANGUAGES])


def bare(path: str) -> tuple[str, str]:
    """The language that an address of a public page begins with, or nothing, and the path without it."""
    language = ours().in_path(path)
    rest = path[len(language) + 1 :] if language else path
    return (language, rest) if language and _is_public(rest) else ("", path)


def is_public(path: str) -> bool:
    """Whether a path, with or without a language, leads to a view that is the same for everybody."""
    return _is_public(bare(path)[1])


def _is_public(path: str) -> bool:
    try:
        return bool(getattr(resolve(path).func, "is_public", False))
    except Resolver404:
        return False


@sync_and_async_middleware
def languages(get_response: Any) -> Any:
    """Middleware: answer in the language asked for; where the address names it, so does every link of the page."""
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            with _spoken(request):
                return _labelled(request, await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        with _spoken(request):
            return _labelled(request, get_response(request))

    return synchronous


@contextmanager
def _spoken(request: HttpRequest) -> Iterator[None]:
    language, request.path_info = bare(request.path_info)
    asked = language or ours().of(request.headers.get("Accept-Language", "").encode("latin-1", "replace"))
    with translation.override(asked), _below(language):
        yield


@contextmanager
def _below(language: str) -> Iterator[None]:
    """Let addresses begin with the language, as they would with the path below which an installation is served."""
    before = get_script_prefix()
    if language:
        set_script_prefix(f"{before}{language}/")
    try:
        yield
    finally:
        set_script_prefix(before)


def _labelled(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def speak(request: HttpRequest, offered: Sequence[str]) -> None:
    """Answer in one of these languages: the one asked for, or else the first; the page links to the others."""
    request.offered = offered  # type: ignore[attr-defined]
    if translation.get_language() not in offered:
        translation.activate(offered[0])


def choices(request: HttpRequest) -> dict[str, object]:
    """What a template needs for its links to a page in other languages: nothing where there is only one.

    Each has ``code``, ``name``, ``dir``, ``path`` and ``url``. The page's own address, for search engines, is the
    one with its language in it.
    """
    offered = getattr(request, "offered", [])
    if len(offered) < 2:
        return {}
    found = [_choice(request, code, name) for code, name in settings.LANGUAGES if code in offered]
    return {"languages": found, "without_language": settings.PUBLIC_URL + request.path_info}


def _choice(request: HttpRequest, code: str, name: str) -> dict[str, str]:
    path = f"/{code}{request.path_info}"
    direction = "rtl" if code in settings.LANGUAGES_BIDI else "ltr"
    return {"code": code, "name": name, "dir": direction, "path": path, "url": settings.PUBLIC_URL + path}
