"""Long lists in pages: a cursor says after which row the next page begins, so no row is skipped or doubled."""

import base64
import binascii
from typing import Annotated, Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

MOST = 200


class Row(Protocol):
    """What can stand in a list."""

    id: UUID


def cursor_after(row: Row) -> str:
    """The cursor of the page that begins after a row; opaque for whoever gets it."""
    return base64.urlsafe_b64encode(row.id.bytes).rstrip(b"=").decode()


def _opened(cursor: object) -> UUID | None:
    if cursor == "":
        return None
    try:
        raw = base64.b64decode(f"{cursor}==", altchars=b"-_", validate=True)
        return UUID(bytes=raw)
    except (ValueError, binascii.Error):
        raise ValueError("Take the cursor from an answer's next, unchanged.") from None


class Paging(BaseModel):
    """The parameters of every list."""

    cursor: Annotated[
        UUID | None,
        BeforeValidator(_opened),
        WithJsonSchema({"type": "string", "pattern": "^([-_A-Za-z0-9]{22})?$"}),
    ] = Field(default=None, description="Where the page begins; comes with the next of the page before.")
    limit: int = Field(default=50, ge=1, le=MOST, description="How many items the page has at most.")


def page_of[Kept: Model](
    rows: QuerySet[Kept], asked: Paging, request: HttpRequest
) -> tuple[list[Kept], str | None]:
    """One page of rows that are in the descending order of their ids, and the next one's URL, if any (1 query)."""
    if asked.cursor:
        rows = rows.filter(id__lt=asked.cursor)
    found = list(rows[: asked.limit + 1])
    page = found[: asked.limit]
    return page, _next_url(request, page[-1]) if len(found) > asked.limit else None  # type: ignore[arg-type]


def _next_url(request: HttpRequest, last: Row) -> str:
    query = request.GET.copy()
    query["cursor"] = cursor_after(last)
    return f"{settings.PUBLIC_URL}{request.path}?{query.urlencode()}"
