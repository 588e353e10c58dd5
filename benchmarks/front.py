"""``./groundswell bench front``: how fast the one loop is, held against servers that do nothing else.

A client in another process keeps 64 connections busy and speaks, as a named proxy, for 20,000 addresses, so that
the flood limits stay on. What is compared is measured in turns, with the same headers on both sides; a figure is
the median over the turns. Everything happens in a folder and in databases of its own, and all of it stops by
itself. Figures of a machine that does something else at the same time mean little in themselves; the ratios hold.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from measuring.bare import Answer
from measuring.client import Job
from measuring.figures import QUICK, Report, Size
from measuring.installations import Databases, Installation, databases, workplace
from measuring.probe import answer_to
from measuring.processes import Helper, Processes, Server
from measuring.serving import Serving
from measuring.settling import settling


def main(arguments: Sequence[str]) -> int:
    """Measure and print. The status is 0 also where a goal is missed: a busy machine misses some by itself."""
    given = _parser().parse_args(arguments)
    if sys.platform != "linux":
        print("groundswell: bench front needs Linux.", file=sys.stderr)
        return 2
    report = Report()
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        Bench(folder, made, processes, QUICK if given.quick else Size(), report).run(of_bloc=given.bloc)
    if given.json:
        database = "postgresql" if given.database else "sqlite"
        what = {"database": database, "page": "bloc" if given.bloc else "event"}
        print(json.dumps({**what, **report.figures, "failures": report.failures}, indent=2))
    else:
        print(report.table())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./groundswell bench front", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--database",
        default="",
        help="postgresql (starts one) or postgresql://… (databases made there, and dropped); default: SQLite",
    )
    parser.add_argument("--bloc", action="store_true", help="the page and the form of a bloc, not of an event")
    parser.add_argument("--quick", action="store_true", help="only see that it runs: the figures mean nothing")
    return parser


@dataclass(frozen=True)
class Bench:
    """One run."""

    folder: Path
    databases: Databases
    processes: Processes
    size: Size
    report: Report

    def run(self, *, of_bloc: bool) -> None:
        """Measure the web process, then the worker, in copies of one installation.

        Where it is a bloc's page that is measured, only the web process: settling is the same for both.
        """
        first = Installation(self.folder / "first", self.databases.make())
        with self._scene(first) as scene:
            event = scene.ask("make")
            if of_bloc:
                event |= scene.ask("call_blocs", 1)
        one, other, third = (first.copied(name, self.databases) for name in ("front", "django", "settling"))
        self._serve(one, other, event)
        if of_bloc:
            return
        with self._scene(third) as worker, self._scene(third) as desk:
            settling(self.size, self.report, worker, desk)

    def _serve(self, one: Installation, other: Installation, event: Mapping[str, Any]) -> None:
        """Two web processes, one with front and one without, beside bare servers."""
        with ExitStack() as stack:
            front = stack.enter_context(self._web(one, front=True))
            page = Job(port=front.port, process=front.process, path=event["path"], seconds=self.size.seconds)
            attend = replace(page, kind="attend", status=303, boxes=event["boxes"])
            bare, written = answer_to(page), answer_to(attend)
            store = self.databases.make() or str(self.folder / "limit.sqlite3")
            serving = Serving(
                size=self.size,
                report=self.report,
                page=page,
                attend=attend,
                front=front,
                django=stack.enter_context(self._web(other, front=False)),
                bare=stack.enter_context(self._bare("page", bare)),
                limit=stack.enter_context(self._bare("limit", replace(written, store=store))),
            )
            serving.pages()
            serving.slow()
            serving.attendances()
            serving.touched(stack.enter_context(self._scene(one)), event["tag"])

    def _scene(self, installation: Installation) -> AbstractContextManager[Helper]:
        return self.processes.helper("measuring.scene", variables=installation.variables())

    def _web(self, installation: Installation, *, front: bool) -> AbstractContextManager[Server]:
        return self.processes.server("groundswell.ops.web", variables=installation.variables(front=front))

    def _bare(self, name: str, answer: Answer) -> AbstractContextManager[Server]:
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps(asdict(answer)))
        return self.processes.server("measuring.bare", str(file))
