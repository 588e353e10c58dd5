"""Whatever is typed as a further subject stays one header."""

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Group
from groundswell.mailings import operations, subjects
from groundswell.mailings.letters import letter, preview
from groundswell.mailings.models import Mailing
from groundswell.mailings.operations import Draft
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation(postal_address="1 High Street"))


HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("Feedback-ID", "MIME-Version", "Content-Type"),
}


@pytest.mark.slow
@given(st.text(max_size=150))
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("a\r\nBcc: all@example.org")
@example("=?utf-8?b?eA==?= {first_name|\u2028}")
@example("é" * 150)
def test_no_text_as_a_further_subject_makes_a_header(root: Group, said: str) -> None:
    words = {"en": {"subject": "One", "subject2": said, "text": "Come."}}
    try:
        checked = operations._values(root, Draft(words=words))
    except InvalidFields:
        return
    mailing = Mailing(organisation=root.organisation, group=root, words=checked["words"])
    subject = subjects.many(mailing) - 1
    values = {"email": "ada@example.org", "trace": "x", "stop": "x", "me": "x"}
    made = letter(mailing, "en", subject)
    if made.has_own_subject:
        values["subject"] = made.subject_for("Ada")
    filled = made.form.fill(values | dict.fromkeys(made.variables, "Ada"))
    message = message_from_bytes(filled, policy=default)
    assert set(message.keys()) == HEADERS
    assert not message.defects
    expected = preview(mailing, "en", "Ada", subject)["subject"]
    assert " ".join(str(message["Subject"]).split()) == " ".join(expected.split())
