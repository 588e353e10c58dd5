"""The command line: ``./groundswell COMMAND``. The work of a command is imported only when it is called."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from groundswell.config import environment
from groundswell.config.environment import BadSetting, Environment, option, variable
from groundswell.ops.claims import Taken

HELP = {
    "data": "the folder in which everything is kept (default: ./data)",
    "host": "the address to listen at (default: 127.0.0.1)",
    "port": "the port to listen at; 0 takes any free one (default: 8000)",
    "base_url": "the address that people see, such as https://rally.example.org",
    "database": "postgresql://user:password@host/name (default: SQLite in the data folder)",
    "smtp": "smtp://user:password@host:587 (default: mail is kept, and read at /desk/outbox)",
    "mail_from": "the address that mail comes from",
    "proxies": "networks of proxies whose forwarded addresses are believed, such as 10.0.0.7,10.1.0.0/16",
    "front": "on or off: answer public pages from memory (default: on)",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status. A wrong setting is one plain sentence and status 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else "help"
    command = COMMANDS.get(name)
    if command is None:
        return _help(0 if name in {"help", "-h", "--help"} else 2)
    try:
        return command(given[1:])
    except (BadSetting, Taken) as error:
        print(f"groundswell: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _up(arguments: Sequence[str]) -> int:
    """start Groundswell here (--demo: with the demo in it)"""
    parser = _parser("up", "Start Groundswell: migrate, then run web and worker until Ctrl-C.")
    for name, text in HELP.items():
        parser.add_argument(option(name), help=f"{text} [{variable(name)}]")
    parser.add_argument("--demo", action="store_const", const="on", help="load the demo [GROUNDSWELL_DEMO]")
    settings = _settings(vars(parser.parse_args(arguments)))
    from groundswell.ops.supervisor import up

    return up(settings)


def _manage(arguments: Sequence[str]) -> int:
    """run a management command of Django on an installation"""
    from groundswell.ops.manage import manage

    return manage(arguments)


def _settings(options: dict[str, str | None]) -> Environment:
    """The settings: an option wins over its variable."""
    given = {variable(name): value for name, value in options.items() if value is not None}
    return environment.read({**os.environ, **given})


def _parser(command: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=f"./groundswell {command}", description=description, allow_abbrev=False
    )


def _help(status: int) -> int:
    print("Usage: ./groundswell COMMAND [options]    (./groundswell COMMAND --help tells more)\n")
    for name, command in COMMANDS.items():
        print(f"  {name:<9} {command.__doc__}")
    return status


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {"up": _up, "manage": _manage}


if __name__ == "__main__":
    sys.exit(main())
