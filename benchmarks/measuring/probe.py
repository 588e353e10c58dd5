"""One request and its answer, so that a bare server can give the same one."""

import socket

from measuring.bare import Answer
from measuring.client import HEAD_END, Job, requests, whole_length

# The server adds these itself, to every application's answer.
_OF_THE_SERVER = {"date", "server", "connection"}


def answer_to(job: Job) -> Answer:
    """What the first request of a job gets.

    :raises ValueError: if it is not the status that the job expects.
    """
    with socket.create_connection(("127.0.0.1", job.port), timeout=30) as line:
        line.sendall(next(requests(job)))
        answer = line.recv(65536)
        while (length := whole_length(answer)) is None or len(answer) < length:
            answer += line.recv(65536)
    head, _, body = answer.partition(HEAD_END)
    first, *lines = head.decode("latin-1").split("\r\n")
    if int(first.split()[1]) != job.status:
        raise ValueError(f"{job.kind}: {first} instead of {job.status}")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    kept = [header for header in headers if header[0].lower() not in _OF_THE_SERVER]
    return Answer(status=job.status, headers=kept, body=body.hex())
