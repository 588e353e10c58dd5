"""Ports for servers that tests start."""

import socket


def free_port() -> int:
    """One of this machine's on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
