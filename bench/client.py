"""A load client that costs little: requests built beforehand, plain sockets, one thread.

It shares its cores with the server it measures, so it does as little as it can for each
answer: find the end, look at the status, note the time.
"""

import gc
import math
import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

Address = tuple[str, int]
LONGEST_WAIT = 20.0  # seconds without any answer


class Failed(RuntimeError):
    """The server did not answer as it should; a figure from it would mean nothing."""


@dataclass(slots=True)
class Run:
    """What a load gave: how long it took, and how long each answer took (seconds)."""

    seconds: float
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.waits) / self.seconds

    def percentile(self, share: float) -> float:
        """The wait that `share` of 100 answers did not exceed, in milliseconds."""
        ordered = sorted(self.waits)
        return 1000 * ordered[max(math.ceil(len(ordered) * share / 100) - 1, 0)]


class Connection:
    """One caller: sends a request, waits for the answer, keeps the connection if it may."""

    def __init__(self, address: Address, requests: Sequence[bytes]) -> None:
        self.address = address
        self.requests = deque(requests)
        self.socket = socket.socket()
        self.open = False
        self.answer = b""
        self.sent_at = 0.0

    def send(self, *, since: float | None = None) -> socket.socket:
        """Send the next request. `since`: when it should have been sent, if that was earlier."""
        self.sent_at = since or time.perf_counter()
        self.answer = b""
        if not self.open:
            self.socket.close()
            self.socket = socket.create_connection(self.address, timeout=LONGEST_WAIT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open = True
        self.socket.sendall(self.requests.popleft())
        return self.socket

    def receive(self) -> float | None:
        """The wait in seconds once the answer is complete, None before that."""
        part = self.socket.recv(65536)
        self.answer += part
        head, blank, body = self.answer.partition(b"\r\n\r\n")
        if part and (not blank or len(body) < length(head)):
            return None
        if not head.startswith(b"HTTP/1.1 200"):
            raise Failed(f"unexpected answer: {head[:40]!r} {body[:200]!r}")
        return time.perf_counter() - self.sent_at

    def close(self) -> None:
        self.socket.close()
        self.open = False


def closing(answer: bytes) -> bool:
    """Does the server hang up after this answer?"""
    return b"\r\nConnection: close\r\n" in answer


def length(head: bytes) -> int:
    """Content-Length of an answer."""
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def drive(
    address: Address, queues: Sequence[Sequence[bytes]], *, seconds: float, rate: float = 0.0
) -> Run:
    """Send the requests of each queue over a connection of its own, for `seconds` at most.

    Without a `rate` each connection sends its next request as soon as it has the answer.
    With one, requests are due at even distances, in turn over the connections, and a wait
    counts from when the request was due, so that a stalled server is not asked less.
    """
    connections = [Connection(address, queue) for queue in queues]
    selector = selectors.DefaultSelector()
    gc.collect()
    gc.disable()
    try:
        if rate:
            return _steadily(connections, seconds, rate)
        return _as_fast_as_possible(connections, selector, seconds)
    finally:
        gc.enable()
        selector.close()
        for connection in connections:
            connection.close()


def _as_fast_as_possible(
    connections: list[Connection], selector: selectors.BaseSelector, seconds: float
) -> Run:
    begin = time.perf_counter()
    end, waits, busy = begin + seconds, list[float](), len(connections)
    for connection in connections:
        selector.register(connection.send(), selectors.EVENT_READ, connection)
    while busy:
        ready = selector.select(LONGEST_WAIT)
        if not ready:
            raise Failed(f"no answer within {LONGEST_WAIT:.0f} s")
        for key, _ in ready:
            connection = key.data
            wait = connection.receive()
            if wait is None:
                continue
            waits.append(wait)
            if closing(connection.answer):
                selector.unregister(connection.socket)
                connection.close()
            if not connection.requests or time.perf_counter() >= end:
                end = 0.0  # the first to run dry ends the run, so that the load stays even
                busy -= 1
            elif connection.open:
                connection.send()
            else:
                selector.register(connection.send(), selectors.EVENT_READ, connection)
    return Run(time.perf_counter() - begin, waits)


def _steadily(connections: list[Connection], seconds: float, rate: float) -> Run:
    begin, waits = time.perf_counter(), list[float]()
    for number in range(int(seconds * rate)):
        due = begin + number / rate
        time.sleep(max(due - time.perf_counter(), 0))
        connection = connections[number % len(connections)]
        connection.send(since=due)
        while (wait := connection.receive()) is None:
            pass
        waits.append(wait)
        if closing(connection.answer):
            connection.close()
    return Run(time.perf_counter() - begin, waits)
