"""A file that is read from the disk while it is sent."""

from collections.abc import AsyncIterator
from typing import IO, cast

from asgiref.sync import sync_to_async
from django.http import FileResponse, HttpResponse

AT_ONCE = 1 << 16


class File(FileResponse):
    """One that is read bit by bit by an asynchronous server too, which would read all of it at once otherwise."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        file = cast("IO[bytes]", self.file_to_stream)
        while part := await sync_to_async(file.read)(AT_ONCE):
            yield part


def table(file: IO[bytes], name: str) -> HttpResponse:
    """A table under this name, to be kept by the browser."""
    answer = File(file, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8")
    return cast("HttpResponse", answer)
