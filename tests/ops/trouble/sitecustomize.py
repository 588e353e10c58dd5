"""Two things that break and quote what people typed, as databases do; TALKATIVE takes the log's guard out.

Python loads this file by itself where PYTHONPATH names its folder; nothing of it is part of the product.
"""

import logging
import os

from django.core.handlers import base

from groundswell.intake import kinds
from groundswell.kit import logs

named = kinds.named
resolve_request = base.BaseHandler.resolve_request


class Breaks:
    """A kind of action that fails, quoting somebody, where somebody is called Broken."""

    def __init__(self, kind):
        self.kind = kind

    def __getattr__(self, name):
        return getattr(self.kind, name)

    def settle(self, organisation, actions):
        for action in actions:
            if b"broken" in action.payload:
                raise KeyError(action.payload)
        return self.kind.settle(organisation, actions)


def resolve_or_break(self, request):
    if "trouble" in request.path:
        raise ValueError(request.get_full_path(), request.META)
    return resolve_request(self, request)


kinds.named = lambda kind: Breaks(named(kind))
base.BaseHandler.resolve_request = resolve_or_break

if os.environ.get("TALKATIVE"):
    logs.OneObject.format = logging.Formatter.format
