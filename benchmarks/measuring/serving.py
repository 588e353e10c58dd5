"""What the web process does: pages and attendances, beside bare servers, beside Django alone, and in trouble."""

from dataclasses import dataclass, replace
from statistics import median

from measuring.client import Job, Outcome
from measuring.figures import Measure, Report, Rounds, Size, interleaved, rate, ratio
from measuring.processes import Helper, Server, finish, load, start_load

SLOW_CLIENTS = 16


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The servers side by side, and what they are asked."""

    size: Size
    report: Report
    page: Job
    attend: Job
    front: Server
    django: Server
    bare: Server
    limit: Server

    def pages(self) -> None:
        """The event's page through front, by Django alone, and by a bare server."""
        sides = {"front": self.front, "bare": self.bare, "django": self.django}
        rounds = interleaved(self.size.rounds, {name: on(side, self.page) for name, side in sides.items()})
        self._compare("page", rounds, "bare")
        self.report.note("client_ceiling_per_second", median(each.ceiling for each in rounds["front"]))

    def attendances(self) -> None:
        """Attendances, each on disk before its answer: through front, by Django alone, and at the limit."""
        sides = {"front": self.front, "limit": self.limit, "django": self.django}
        rounds = interleaved(self.size.rounds, {name: on(side, self.attend) for name, side in sides.items()})
        self._compare("attend", rounds, "limit")
        half = replace(self.attend, rate=rate(rounds, "front") / 2)
        calm = interleaved(self.size.rounds, {"front": on(self.front, half)})["front"]
        asked = f"{half.rate:,.0f} a second, median {median(each.p50 for each in calm):.1f} ms"
        self.report.note("attend_p99_ms", median(each.p99 for each in calm), asked)

    def _compare(self, what: str, rounds: Rounds, bound: str) -> None:
        for side, outcomes in rounds.items():
            self.report.note(f"{what}_{side}_per_second", rate(rounds, side))
            self.report.note(f"{what}_{side}_cpu_us", median(each.cpu for each in outcomes))
            self.report.note_failures(f"{what} {side}", outcomes)
        for other in (bound, "django"):
            beside = f"{rate(rounds, 'front'):,.0f} and {rate(rounds, other):,.0f} a second"
            self.report.note(f"{what}_vs_{other}", ratio(rounds, "front", other), beside)

    def touched(self, scene: Helper, tag: str) -> None:
        """Attendances while the event's count moves ten times a second; beside it, while the event changes."""

        def while_touched(*tags: str) -> Outcome:
            scene.ask("touch", *tags)
            outcome = on(self.front, self.attend)()
            scene.ask("touch")
            return outcome

        sides = {
            "rest": on(self.front, self.attend),
            "count": lambda: while_touched(f"{tag}:count"),
            "event": lambda: while_touched(tag),
        }
        rounds = interleaved(self.size.rounds, sides)
        self._note_trouble("attend_while_touched", rounds, "count")
        self._note_trouble("attend_while_event_changes", rounds, "event")

    def slow(self) -> None:
        """The page through front, while some clients keep Django busy with pages that are not kept."""
        unkept = replace(self.page, kind="unkept", status=0, connections=SLOW_CLIENTS, addresses=2000)
        unkept = replace(unkept, seconds=self.size.seconds + 0.6, warm_up=0.1)
        answered = []

        def beside_slow() -> Outcome:
            others = start_load(for_server(self.front, unkept))
            outcome = on(self.front, self.page)()
            answered.append(finish(others).per_second)
            return outcome

        rounds = interleaved(self.size.rounds, {"rest": on(self.front, self.page), "slow": beside_slow})
        self._note_trouble("front_under_slow", rounds, "slow")
        self.report.note("slow_clients_per_second", median(answered))

    def _note_trouble(self, key: str, rounds: Rounds, side: str) -> None:
        beside = f"{rate(rounds, side):,.0f} and {rate(rounds, 'rest'):,.0f} a second"
        self.report.note(key, ratio(rounds, side, "rest"), beside)
        self.report.note_failures(key, rounds[side])


_seeds = iter(range(1, 1_000_000))


def for_server(server: Server, job: Job) -> Job:
    """The same job for another server, with requests that nobody has sent yet."""
    return replace(job, port=server.port, process=server.process, seed=next(_seeds))


def on(server: Server, job: Job) -> Measure:
    """Measures a server by a job."""
    return lambda: load(for_server(server, job))
