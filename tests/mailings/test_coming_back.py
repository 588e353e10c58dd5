"""The whole way: a mailing goes out by SMTP, a server sends some of it back, and a pipe hands that over."""

import os
import re
import subprocess
from collections.abc import Callable

import pytest

from tests.mail_server import MailServer, mail_server
from tests.mailings.coming_back import answer, bounce, complaint
from tests.mailings.conftest import Post

pytestmark = pytest.mark.enable_socket

MakePost = Callable[..., Post]


def pipe(post: Post, raw: bytes, *, database: str = "") -> subprocess.CompletedProcess[bytes]:
    """What a mail server does with a message to the address for what comes back."""
    return post.cli("returned-mail", database=database, input=raw)


def sent(post: Post) -> MailServer:
    """What a mail server got of a mailing to four."""
    post.bounces = "bounces@example.org"
    post.prepare(4)
    with mail_server() as server:
        assert post.run("letters", str(server.port), "2").wait(90) == 0
    assert sorted(server.to) == [f"p{number}@example.org" for number in range(4)]
    return server


def test_what_a_server_sends_back_is_taken_in_by_a_pipe(make_post: MakePost) -> None:
    post = make_post()
    server = sent(post)
    by_verp, by_id, unwanted, away = zip(server.came_from, server.ids, strict=True)
    assert all(re.fullmatch(r"bounces\+[0-9a-f]{44}@example\.org", one) for one in server.came_from)
    messages = [
        bounce(to=by_verp[0]),
        bounce(copy=by_id[1].strip("<>"), whole=False),
        complaint(sent_by=unwanted[0]),
        answer(to=away[0], about=away[1].strip("<>")),
        bounce(to=by_verp[0]),
        b"\x00\xff no mail at all" * 100_000,
    ]
    for raw in messages:
        done = pipe(post, raw)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    told = post.tell()
    assert told["returns"] == ["complaint", "hard", "hard"]
    assert told["shut"] == {"bounced": 2, "complained": 1}


def test_what_cannot_be_taken_in_now_is_to_be_tried_again(make_post: MakePost) -> None:
    post = make_post()
    wrong = pipe(
        post, bounce(to=f"bounces+{'0' * 44}@example.org"), database="postgresql://me:w0rd@127.0.0.1:9/none"
    )
    assert wrong.returncode == os.EX_TEMPFAIL
    assert wrong.stderr.endswith(b"groundswell: the message is not taken in now (OperationalError)\n")
    assert b"w0rd" not in wrong.stderr
    assert pipe(post, b"", database="postgresql://nobody").returncode == os.EX_TEMPFAIL


def test_only_an_address_that_a_server_does_not_know_is_written_to_no_more(make_post: MakePost) -> None:
    """Each reply refuses another number of people, so that the sum would say whose addresses were shut."""
    replies = ["550 5.1.1 No such user"]
    replies += ["550 5.7.1 Your server is on a list"] * 2 + ["552 5.2.2 Mailbox full"] * 4 + ["550 No"] * 8
    post = make_post()
    post.prepare(len(replies))
    with mail_server(rcpt=replies.pop) as server:
        assert post.run("letters", str(server.port), "2").wait(90) == 0
    told = post.tell()
    assert (len(told["copies"]), set(told["copies"].values()), replies) == (15, {"refused"}, [])
    assert told["shut"] == {"bounced": 1}
