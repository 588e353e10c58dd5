"""Static files under addresses that change with their content, so that a browser may keep them for ever.

There is no step that collects files: the addresses are computed from the finders, once per process.
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import Storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from groundswell.web.public.pages import keep, public

FOR_EVER = "public, max-age=31536000, immutable"
TEXTS = {"text/css", "text/javascript", "image/svg+xml", "text/plain"}


class FingerprintedStorage(Storage):
    """Gives ``{% static %}`` its addresses: ``/static/<8 hex of the content's hash>/<name>``."""

    def url(self, name: str | None) -> str:
        """The address of a static file.

        :raises ValueError: for a name that no finder knows, so a slip fails the first test that meets it.
        """
        if name not in known():
            raise ValueError(f"No static file is called {name!r}.")
        return f"{settings.STATIC_URL}{fingerprint(name)}/{name}"


@cache
def known() -> dict[str, Path]:
    """Every static file that a finder knows, by the name that templates use; the first finder's wins."""
    files: dict[str, Path] = {}
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            files.setdefault(Path(path).as_posix(), Path(storage.path(path)))
    return files


@cache
def fingerprint(name: str) -> str:
    """Eight hexadecimal digits that change with the content of a known static file."""
    return hashlib.sha256(known()[name].read_bytes()).hexdigest()[:8]


@public
@require_safe
def serve(request: HttpRequest, fingerprint_asked: str, name: str) -> HttpResponse:
    """A static file, kept for ever by whoever asked for it. No SQL.

    An old fingerprint leads on to the current one: a page that was kept across an upgrade keeps its looks.

    :raises Http404: for a name that no finder knows.
    """
    if name not in known():
        raise Http404(name)
    if fingerprint_asked != fingerprint(name):
        return HttpResponseRedirect(FingerprintedStorage().url(name))
    keep(request, seconds=86_400.0)
    return HttpResponse(
        known()[name].read_bytes(), content_type=_content_type(name), headers={"Cache-Control": FOR_EVER}
    )


def _content_type(name: str) -> str:
    guessed, _ = mimetypes.guess_type(name)
    return f"{guessed}; charset=utf-8" if guessed in TEXTS else guessed or "application/octet-stream"
