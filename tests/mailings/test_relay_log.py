"""Copies in doubt are settled by the log of the mail server that has them, or has them not."""

import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db.models import Sum

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.mailings.journal import seal
from groundswell.mailings.models import Deferred, DomainTally, Mailing, Result
from groundswell.mailings.recovery import home, recover
from groundswell.mailings.relay_log import SETTLED, ask_log, traces_taken
from groundswell.mailings.traces import trace_of
from groundswell.people.models import Reach
from tests.mailings.conftest import Post
from tests.mailings.relay import Relay, opensmtpd
from tests.mailings.test_recovery import killed
from tests.ops.conftest import until

TRACE = "0123456789abcdef0123" * 2 + "4567"

POSTFIX = f"""Nov 28 10:00:01 mx postfix/smtpd[812]: 7C1B2A0042: client=localhost[127.0.0.1]
Nov 28 10:00:01 mx postfix/cleanup[815]: 7C1B2A0042: message-id=<{TRACE}@example.org>
Nov 28 10:00:01 mx postfix/qmgr[700]: 7C1B2A0042: from=<bounces@example.org>, size=812, nrcpt=1 (queue active)
"""
CUT_OFF = f"""Nov 28 10:00:01 mx postfix/cleanup[815]: 7C1B2A0042: message-id=<{TRACE}@example.org>
Nov 28 10:00:01 mx postfix/smtpd[812]: lost connection after DATA (0 bytes) from localhost[127.0.0.1]
Nov 28 10:00:02 mx postfix/qmgr[700]: 7C1B2A0043: from=<root@example.org>, size=812, nrcpt=1 (queue active)
Nov 28 10:00:03 mx postfix/qmgr[700]: 7C1B2A0042: removed
"""
OPENSMTPD = f"""a60b smtp message msgid=81484f20 size=247 nrcpt=1 proto=ESMTP
a60b smtp envelope evpid=81484f2063bf0aab from=<bounces+{TRACE}@example.org> to=<ada@example.org>
"""
EXIM = f"2026-11-28 10:00:01 1wXyZa-00000000abc-1dEf <= bounces@example.org H=web id={TRACE}@example.org\n"
"""As each writes it: OpenSMTPD is asked below, the others' lines are as their manuals and logs have them."""


@pytest.mark.parametrize(
    "log",
    [POSTFIX, POSTFIX.replace(TRACE, TRACE.upper()), OPENSMTPD, EXIM, POSTFIX.replace("<bounces@", f"<{TRACE}@")],
    ids=["postfix", "capitals", "opensmtpd", "exim", "postfix with a return address"],
)
def test_what_a_server_took_in_is_known_by_its_log(log: str) -> None:
    assert set(traces_taken(log.splitlines())) == {TRACE}


@pytest.mark.parametrize(
    "log",
    [
        CUT_OFF,
        f"Nov 28 10:00:01 mx postfix/smtpd[8]: NOQUEUE: reject: RCPT from me: 550 from=<{TRACE}@example.org>\n",
        f'a60b smtp failed-command command="MAIL FROM:<{TRACE}@example.org>" result="452"\n',
        f"2026-11-28 10:00:01 H=web F=<{TRACE}@example.org> rejected RCPT <ada@example.org>\n",
        OPENSMTPD.replace(TRACE, TRACE + "0"),
    ],
    ids=["cut off", "refused by postfix", "refused by opensmtpd", "refused by exim", "no trace"],
)
def test_what_was_begun_or_refused_is_not(log: str) -> None:
    assert set(traces_taken(log.splitlines())) == set()


@pytest.fixture
def mailing() -> Mailing:
    """One whose first copy is in doubt, since longer than a server takes."""
    made = killed("announcement")
    recover(uuid7(), home())
    Result.objects.filter(state="doubt").update(at=now() - SETTLED)
    return made


def log_of(mailing: Mailing) -> list[str]:
    return OPENSMTPD.replace(TRACE, trace_of(mailing.id, 1)).splitlines()


def state(mailing: Mailing) -> str:
    return "".join(Result.objects.filter(mailing_id=mailing.id, number=1).values_list("state", flat=True))


def doubts() -> int:
    return DomainTally.objects.aggregate(doubt=Sum("doubt"))["doubt"]


@pytest.mark.django_db
class TestDoubts:
    def test_whose_copy_the_server_has_got_theirs(self, mailing: Mailing) -> None:
        # Who is in doubt counts as written to from then on; whose copy is found, from that day.
        Reach.objects.update(contacted_on=0)
        asked = ask_log(log_of(mailing), is_whole=True)
        assert (asked.doubts, asked.arrived, asked.again) == (1, 1, 0)
        assert (state(mailing), doubts()) == ("sent", 0)
        assert Reach.objects.exclude(contacted_on=0).count() == 1
        found = Entry.objects.get(verb="mailings.found_in_log")
        assert (found.object_id, found.detail["people"], found.actor) == (mailing.id, 1, None)

    def test_a_log_that_may_be_cut_says_nothing_of_the_others(self, mailing: Mailing) -> None:
        asked = ask_log([], is_whole=False)
        assert (asked.doubts, asked.arrived, asked.again) == (1, 0, 0)
        assert (state(mailing), doubts()) == ("doubt", 1)

    def test_who_is_not_in_a_whole_log_is_sent_theirs_again(self, mailing: Mailing) -> None:
        asked = ask_log([], is_whole=True)
        assert (asked.doubts, asked.arrived, asked.again) == (1, 0, 1)
        assert (state(mailing), doubts()) == ("", 0)
        assert Deferred.objects.filter(mailing_id=mailing.id, number=1).exists()
        assert Entry.objects.get(verb="mailings.not_in_log").detail["people"] == 1

    def test_what_the_server_may_still_take_is_left(self, mailing: Mailing) -> None:
        """The twin is the test above: there the same doubt is ten minutes old."""
        Result.objects.filter(state="doubt").update(at=now())
        assert ask_log([], is_whole=True).again == 0
        assert state(mailing) == "doubt"

    def test_what_was_cancelled_is_not_sent_again(self, mailing: Mailing) -> None:
        Mailing.objects.update(state="cancelled")
        assert ask_log([], is_whole=True).again == 0
        assert ask_log(log_of(mailing), is_whole=True).arrived == 1

    def test_a_log_is_not_read_where_nothing_is_in_doubt(self) -> None:
        assert ask_log(iter([]), is_whole=True).doubts == 0

    def test_a_copy_that_is_in_no_doubt_stays_as_it_is(self, mailing: Mailing) -> None:
        Result.objects.filter(mailing_id=mailing.id, number=1).update(state="left")
        assert ask_log(log_of(mailing), is_whole=True).arrived == 0
        assert state(mailing) == "left"


@pytest.fixture
def relayed(make_post: Callable[..., Post], tmp_path: Path) -> Iterator[tuple[Post, Relay]]:
    """A post office that hands over to OpenSMTPD."""
    post = make_post(mode="letters", bounces="bounces@example.org")
    with opensmtpd(tmp_path) as relay:
        post.port = relay.port
        yield post, relay


def asked(post: Post, *arguments: str) -> str:
    """What the command says of a log."""
    done = post.cli("relay-log", *arguments, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


def kill_on_the_way(process: subprocess.Popen[str], post: Post, relay: Relay) -> None:
    """Kill whoever sends when at least one copy is in the server's hands and not answered."""
    while process.poll() is None:
        # Long enough to take some more in, or the next look would find it as it was.
        time.sleep(0.05)
        with relay.paused():
            # All that it answered is heard by then.
            time.sleep(0.2)
            if on_the_way(post.data):
                process.kill()
                process.wait()


def on_the_way(data: Path) -> int:
    journals = [Path(shutil.copy(path, data)) for path in (data / "mailings").glob("*/*.journal")]
    return sum(len(seal(journal).in_doubt) for journal in journals)


@pytest.mark.enable_socket
def test_after_kills_a_real_server_s_log_leaves_no_doubt(relayed: tuple[Post, Relay]) -> None:
    post, relay = relayed
    post.prepare(250)
    for kill in (1, 2):
        process = post.start()
        until(lambda: relay.accepted().total() > kill * 60)  # noqa: B023
        kill_on_the_way(process, post, relay)
    doubts = Counter(post.finish().values())["doubt"]
    assert 0 < doubts <= 2 * post.connections
    assert post.run("age").wait(60) == 0
    told = asked(post, str(relay.log), "--whole")
    assert told.startswith(f"In doubt: {doubts}. ")
    assert "are left" not in told
    states = post.finish()
    assert set(states.values()) == {"sent"}
    assert relay.accepted() == Counter(states.keys())
    print(told)


@pytest.mark.enable_socket
def test_what_the_command_cannot_read_it_says(make_post: Callable[..., Post], tmp_path: Path) -> None:
    post = make_post()
    done = post.cli("relay-log", str(tmp_path / "none"), text=True)
    assert done.returncode == 1
    assert re.search("The log cannot be read: No such file", done.stderr)
    assert asked(post, "/dev/null") == "In doubt: 0. Arrived: 0. Sent again: 0.\n"
