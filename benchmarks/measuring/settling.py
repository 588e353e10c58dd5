"""What the worker does: from the journal to the rows, while somebody saves in the desk."""

from itertools import count
from statistics import median

from measuring.client import percentile
from measuring.figures import Report, Size
from measuring.processes import Helper

Save = tuple[float, float]


def settling(size: Size, report: Report, worker: Helper, desk: Helper) -> None:
    """Settle a few thousand answers of new people, several times: with few people there, and with many."""
    saves: list[Save] = []
    seeds = count(1)
    for key, people in zip(("settle_per_second", "settle_per_second_1m"), size.people, strict=True):
        worker.ask("fill", people)
        rates = []
        for _ in range(size.rounds):
            worker.ask("write", size.settled, next(seeds))
            rate, during = _settle(worker, desk)
            rates.append(rate)
            saves += during
        report.note(key, median(rates), f"{people:,} people there")
    durations = [1000 * seconds for _, seconds in saves]
    report.note("desk_write_p99_ms", percentile(durations, 99), f"{len(saves)} saves")
    report.note("desk_write_p50_ms", percentile(durations, 50))


def _settle(worker: Helper, desk: Helper) -> tuple[float, list[Save]]:
    """Settle what waits: how many a second, and the saves that fell into it."""
    desk.ask("save", True)
    done = worker.ask("settle")
    saves = desk.ask("save", False)
    during = [
        (began, seconds) for began, seconds in saves if began + seconds > done["began"] and began < done["ended"]
    ]
    return done["settled"] / (done["ended"] - done["began"]), during
