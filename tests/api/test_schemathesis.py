"""The API against its own document: whatever Schemathesis thinks up gets an answer that the document promises."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import Case

from groundswell.groups import operations as groups
from groundswell.people.saved import save_segment
from groundswell.people.segments import Segmentation
from tests import made_up

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
schema.config.generation.update(
    max_examples=25,
    deterministic=True,
    # Unknown parameters are ignored, as is usual.
    allow_extra_parameters=False,
    # The token comes from the fixture; who is let in without one is in test_tokens.py.
    with_security_parameters=False,
)
checks = schema.config.checks
# Some rules say more than a schema can: that a postcode could be one, that a title is text.
checks.positive_data_acceptance.expected_statuses = ["2xx", "404", "409", "422"]
checks.negative_data_rejection.expected_statuses = ["400", "404", "413", "422"]
# The rows that an example leaves behind are there for the next one, as in life.
with_what_was_left = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Given:
    """What there is before the first request."""

    ids: dict[str, str]
    headers: dict[str, str]


@pytest.fixture
def given(db: None) -> Iterator[Given]:
    """An event with an answer, a series, a segment and a token; requests stay inside of the test’s transaction."""
    organisation = made_up.organisation()
    event = made_up.event(made_up.root(organisation))
    series = made_up.series(event.group)
    answer = made_up.confirmed(event)
    secret = groups.make_api_token(
        made_up.SYSTEM, organisation=organisation, label="test", contact_data=True, role=made_up.OWNER
    )
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    segment = save_segment(made_up.SYSTEM, organisation=organisation, name="All", segmentation=Segmentation())
    ids = {"event_id": event.id, "group_id": event.group_id, "series_id": series.id, "attendance_id": answer.id}
    ids |= {"segment_id": segment.id}
    yield Given({name: str(value) for name, value in ids.items()}, {"Authorization": f"Bearer {secret}"})
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@with_what_was_left
@schema.parametrize()
def test_every_answer_is_one_that_the_document_promises(case: Case, given: Given) -> None:
    case.call_and_validate(headers=given.headers)


@with_what_was_left
@schema.include(path_regex="_id}").parametrize()
def test_the_same_for_what_exists(case: Case, given: Given) -> None:
    case.path_parameters |= {name: given.ids[name] for name in case.path_parameters}
    case.call_and_validate(headers=given.headers)
