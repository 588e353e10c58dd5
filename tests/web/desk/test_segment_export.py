"""The people of a saved segment as a file: where the button is, what the file holds, and of many two people."""

import asyncio
import csv
from io import BytesIO, StringIO

import pytest
from django.test import Client

from groundswell.groups.access import OWNER, SYSTEM
from groundswell.groups.approvals import Approval
from groundswell.groups.models import Group
from groundswell.people import exporting
from groundswell.people.models import Segment
from groundswell.people.saved import save_segment
from groundswell.people.segments import parse
from groundswell.web.desk.file import File
from tests import made_up

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def desk(root: Group) -> Client:
    return made_up.browser(made_up.account(root))


@pytest.fixture
def segment(root: Group) -> Segment:
    for name in ("Ada", "Bo"):
        made_up.subscriber(root.organisation, name)
    made_up.person(root.organisation, "Cy")
    return save_segment(
        SYSTEM, organisation=root.organisation, name="Éire & all", segmentation=parse({"steps": []})
    )


def where(segment: Segment) -> str:
    return f"/desk/people/segments/{segment.id}/export"


def test_it_is_a_file_for_a_spreadsheet(desk: Client, segment: Segment) -> None:
    assert where(segment) in desk.get(f"/desk/people/segments/{segment.id}").content.decode()
    answer = desk.post(where(segment))
    assert answer["Content-Disposition"] == 'attachment; filename="eire-all.csv"'
    assert answer["Cache-Control"] == "no-store, private"
    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert rows[0][:3] == ["e-mail", "name", "telephone"]
    assert [row[0] for row in rows[1:]] == ["ada@example.org", "bo@example.org"]
    assert rows[1][-1] == "news of the campaign (e-mail)"


def test_who_may_not_has_no_button(root: Group, segment: Segment) -> None:
    mailer = made_up.browser(made_up.account(root, made_up.MAILER, "mo@example.org"))
    page = mailer.get(f"/desk/people/segments/{segment.id}").content.decode()
    assert "/export" not in page
    assert mailer.post(where(segment)).status_code == 403


def test_one_with_brackets_has_the_button_too(desk: Client, root: Group) -> None:
    inner = {"steps": [{"steps": [{"is": "tag", "name": "x"}]}]}
    one = save_segment(SYSTEM, organisation=root.organisation, name="Brackets", segmentation=parse(inner))
    assert where(one) in desk.get(f"/desk/people/segments/{one.id}").content.decode()


def test_many_need_a_second_person(
    desk: Client, root: Group, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MANY", 1)
    owner = made_up.browser(made_up.account(root, OWNER, "winnie@example.org"))
    made_up.held_for_long(root)
    answer = desk.post(where(segment), {"purpose": "updates"})
    assert (answer.status_code, "which segment it is" in answer.content.decode()) == (409, True)
    assert desk.post(where(segment), {"purpose": "updates", "ask": "yes"})["Location"] == "/desk/approvals"
    asked = Approval.objects.get()
    assert asked.said == {"purpose": "updates", "channel": "email", "people": "2"}
    owner.post(f"/desk/approvals/{asked.id}", {"then": "approve"})
    file = desk.post(f"/desk/approvals/{asked.id}", {"then": "use"})
    assert file.getvalue().count(b"@example.org") == 2
    assert desk.post(f"/desk/approvals/{asked.id}", {"then": "use"}).status_code == 303


def test_an_asynchronous_server_reads_it_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.web.desk.file.AT_ONCE", 2)

    async def read() -> list[bytes]:
        return [part async for part in File(BytesIO(b"abcde"))]

    assert asyncio.run(read()) == [b"ab", b"cd", b"e"]
