"""A mailing by a provider who is slow, busy, broken and rude: nobody gets two, and none is left out but doubts."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable

import pytest

from groundswell.mailings import providers
from groundswell.mailings.providers import Lane, Requests
from groundswell.mailings.smtp import Envelope, NoServer
from groundswell.outbox.providers import Answer, Said
from tests.mailings.conftest import Post
from tests.provider_server import OK, Reply, provider_server

RUDE = (
    Reply(500, {}),
    Reply(400, {"ErrorCode": 1, "Message": "No."}),
    Reply(429, {}, {"Retry-After": "0"}),
    Reply(429, {}, {"Retry-After": "0"}),
    Reply(hangs_up=True),
    Reply(hangs_up=True, takes=False),
    Reply(504, {}),
    Reply(200, b"not JSON", takes=False),
    Reply(delay=0.05),
)


def rude(rate: float = 0.3, times: int = 3) -> Callable[[str], Reply]:
    """One who misbehaves so often, and to nobody more often than so many times."""
    rolled, before = random.Random(7), Counter[str]()

    def reply(to: str) -> Reply:
        before[to] += 1
        return rolled.choice(RUDE) if before[to] <= times and rolled.random() < rate else OK

    return reply


@pytest.fixture
def post(make_post: Callable[..., Post]) -> Post:
    return make_post(mode="rounds", connections=8)


@pytest.mark.enable_socket
@pytest.mark.parametrize("plays", ["postmark", "mailgun"])
def test_nobody_gets_two_and_nobody_is_left_out_but_doubts(post: Post, plays: str) -> None:
    with provider_server(plays, reply=rude()) as server:
        post.provider = server.setting
        post.prepare(300)
        copies = post.finish()
    taken = Counter(server.to)
    assert set(taken.values()) == {1}
    assert Counter(copies.values()).keys() == {"sent", "doubt"}
    assert {to for to, state in copies.items() if state == "sent"} <= taken.keys()
    assert 5 < sum(state == "doubt" for state in copies.values()) < 100
    assert server.at_once > 1


@pytest.mark.enable_socket
def test_who_knows_copies_by_their_keys_leaves_no_doubt(post: Post) -> None:
    # A copy is asked for three times in all.
    with provider_server("resend", reply=rude(0.2, times=2)) as server:
        post.provider = server.setting
        post.prepare(150)
        copies = post.finish()
    assert Counter(server.to) == dict.fromkeys(copies, 1)
    assert set(copies.values()) == {"sent"}
    assert max(server.keys.values()) > 1


@pytest.mark.enable_socket
def test_while_it_lets_nobody_in_all_wait(post: Post) -> None:
    asked: list[str] = []

    def shut(to: str) -> Reply:
        asked.append(to)
        return Reply(401, {}) if len(asked) < 30 else OK

    with provider_server(reply=shut) as server:
        post.provider = server.setting
        post.prepare(60)
        copies = post.finish()
    assert set(copies.values()) == {"sent"}
    assert Counter(server.to) == dict.fromkeys(copies, 1)


@pytest.mark.enable_socket
def test_a_copy_has_its_headers_and_says_which_one_it_is(post: Post) -> None:
    with provider_server() as server:
        post.provider = server.setting
        post.prepare(3)
        post.finish()
    for said in server.taken:
        headers = {header["Name"]: header["Value"] for header in said["Headers"]}
        assert headers.keys() == {
            "Message-ID",
            "List-Id",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "Feedback-ID",
        }
        assert headers["Message-ID"].startswith(f"<{said['Metadata']['copy']}@")
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert (said["TrackOpens"], said["TrackLinks"]) == (False, "None")
        assert "We march" in said["TextBody"] or "Come." in said["TextBody"]
        assert said["HtmlBody"].rstrip().endswith("</html>")
    assert len({said["Metadata"]["copy"] for said in server.taken}) == 3


class Notes:
    """Gives out mails and notes what became of them; ``shut`` says of which it does not begin."""

    def __init__(self, many: int, shut: set[int] = frozenset()) -> None:  # type: ignore[assignment]
        self.waiting = deque(Envelope(n, "us@example.org", f"p{n}@example.org", b"%d" % n) for n in range(many))
        self.shut = shut
        self.told: list[tuple[str, int, bool]] = []

    def take(self) -> Envelope | None:
        return self.waiting.popleft() if self.waiting else None

    def begins(self, envelope: Envelope) -> bool:
        return envelope.number not in self.shut

    def answered(self, envelope: Envelope, code: int, said: bytes) -> None:
        self._note(f"answered {code} {said.decode()}".strip(), envelope)

    def heard(self) -> None:
        """Nothing is written down here."""

    def lost(self, envelope: Envelope) -> None:
        self._note("lost", envelope)

    def spared(self, envelope: Envelope) -> None:
        self._note("spared", envelope)

    def _note(self, what: str, envelope: Envelope) -> None:
        self.told.append((what, envelope.number, envelope.sent))


class Says:
    """A provider that gives these answers, one after another."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.closed = list(answers), 0

    def __call__(self, _name: str, _options: object) -> "Says":
        return self

    def hand_over(self, body: bytes) -> Answer:
        assert body != b"6"
        return self.answers.pop(0) if self.answers else Answer(Said.TAKEN, 250)

    def close(self) -> None:
        self.closed += 1


def told(
    notes: Notes, says: Says, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[tuple[str, int, bool]], Requests]:
    """What a lane tells of all mails until it ends, or has none any more."""
    monkeypatch.setattr(providers, "Provider", says)
    requests = Requests("postmark", {})

    async def run() -> None:
        lane: Lane = await requests.connect(notes)
        lane.pump()
        while notes.waiting and not lane.closed.done():
            await asyncio.sleep(0.001)
        lane.finish()
        await asyncio.wait_for(lane.closed, 5)
        lane.pump()

    asyncio.run(run())
    return notes.told, requests


def test_a_line_tells_what_became_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    says = Says(
        Answer(Said.TAKEN, 250),
        Answer(Said.UNKNOWN),
        Answer(Said.NEVER, 550, "5.1.3 no"),
        Answer(Said.TOO_MANY, 429, wait=0.01),
        Answer(Said.LATER, 451),
    )
    found, _ = told(Notes(7, shut={2}), says, monkeypatch)
    assert found == [
        ("answered 250", 0, True),
        ("lost", 1, True),
        ("lost", 2, False),
        ("answered 550 5.1.3 no", 3, True),
        ("spared", 4, False),
        ("answered 451", 5, True),
        ("lost", 6, True),
    ]


def test_where_nobody_is_let_in_a_line_ends_and_no_other_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes(3)
    found, requests = told(notes, Says(Answer(Said.SHUT, words="it does not let us in (401)")), monkeypatch)
    assert (found, len(notes.waiting)) == ([("spared", 0, False)], 2)
    with pytest.raises(NoServer, match="401"):
        asyncio.run(requests.connect(notes))
    assert "VERY-SECRET" not in repr(Requests("postmark", {"server_token": "VERY-SECRET"}))
