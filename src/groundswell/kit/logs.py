"""What goes into the log: what happened and where, and nothing that anybody typed."""

import logging
import os
import traceback

FRAMES = 8


def without_values(error: BaseException) -> str:
    """What went wrong and where; not the message, since a database quotes people's data in it."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-FRAMES:]]
    return f"{type(error).__module__}.{type(error).__qualname__} at {' > '.join(places)}"


class NamesNobody(logging.Formatter):
    """Puts exceptions down without their messages, and requests by the pattern of their address."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "path"):
            match = getattr(request, "resolver_match", None)
            # An address may be the key to somebody's data: the links in mails are.
            shown = f"/{match.route}" if match is not None else "an address that leads nowhere"
            record.message = record.message.replace(request.path, shown)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        """The error and those that led to it, the first one last."""
        error = ei[1] if isinstance(ei, tuple) else None
        lines = []
        while isinstance(error, BaseException):
            lines.append(without_values(error))
            error = error.__cause__ or error.__context__
        return "\n".join(lines)
