"""Reading a body: as long as it may be, and not longer."""

import asyncio

import pytest

from groundswell.front.messages import MOST_TAKEN, Gone, Message, TooLarge, read

PIECE = b"x" * 65_536


class Sender:
    """Sends pieces, and counts what was taken from it."""

    def __init__(self, pieces: int, *, goes_away: bool = False) -> None:
        self.waiting = pieces
        self.goes_away = goes_away

    async def receive(self) -> Message:
        assert self.waiting > 0, "nothing more comes: waiting for it would take for ever"
        self.waiting -= 1
        if self.goes_away and not self.waiting:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": PIECE, "more_body": self.waiting > 0}


def test_a_body_is_read_to_its_end() -> None:
    assert asyncio.run(read(Sender(3).receive, len(PIECE) * 3)) == PIECE * 3


@pytest.mark.parametrize("pieces", [2, 150])
def test_one_that_is_too_long_is_taken_in_whole_so_that_a_browser_reads_the_answer(pieces: int) -> None:
    sender = Sender(pieces)
    with pytest.raises(TooLarge):
        asyncio.run(read(sender.receive, len(PIECE)))
    assert sender.waiting == 0


def test_one_without_end_is_not() -> None:
    sender = Sender(10 * MOST_TAKEN // len(PIECE))
    with pytest.raises(TooLarge):
        asyncio.run(read(sender.receive, len(PIECE)))
    assert sender.waiting > 0


def test_who_goes_away_is_noticed() -> None:
    with pytest.raises(Gone):
        asyncio.run(read(Sender(3, goes_away=True).receive, len(PIECE)))
