"""A process that does what it is told line by line: ``["verb", argument, …]`` in, one JSON value out for each."""

import json
import sys
from collections.abc import Callable, Mapping

from groundswell.ops.lifeline import leave_with_parent


def listen(verbs: Mapping[str, Callable[..., object]], begin: Callable[[], None] = lambda: None) -> None:
    """Do what the lines say until there are no more, or whoever started this is gone; ``begin`` is done before."""
    leave_with_parent(int(sys.argv[1]))
    import django

    django.setup()
    from groundswell.kit.scope import everywhere

    begin()
    with everywhere("a benchmark"):
        for line in sys.stdin:
            verb, *arguments = json.loads(line)
            print(json.dumps(verbs[verb](*arguments)), flush=True)
