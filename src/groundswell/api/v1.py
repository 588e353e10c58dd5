"""Version 1: the resources in one contract, each in a module of its own."""

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from groundswell.api import attendances, endorsements, events, groups, problems, segments, series
from groundswell.api.tokens import Token
from groundswell.groups.errors import Refusal
from groundswell.intake.kinds import Invalid

api = NinjaAPI(
    title="Groundswell",
    version="1",
    description=(
        "Events and the answers to them, for programs. Make a token with "
        "`./groundswell manage token --organisation SLUG` and send it as `Authorization: Bearer …`."
    ),
    auth=Token(),
    urls_namespace="v1",
    # The pages that show a document load their scripts from third parties; ours is a plain file.
    docs_url=None,
    openapi_url=None,
)
api.exception_handler(Refusal)(problems.refused)
api.exception_handler(Invalid)(problems.not_accepted)
api.exception_handler(AuthenticationError)(problems.unauthenticated)
api.exception_handler(ValidationError)(problems.invalid)
api.exception_handler(HttpError)(problems.unreadable)
api.exception_handler(RequestDataTooBig)(problems.too_large)
api.exception_handler(OperationalError)(problems.not_now)
for resource in (groups, series, events, attendances, endorsements, segments):
    api.add_router("", resource.router)
