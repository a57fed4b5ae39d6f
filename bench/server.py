"""The production server in a process of its own, on a free port, and what it costs."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.client import Address, Failed

ROOT = Path(__file__).parents[1]
READY_WITHIN, STOPPED_WITHIN = 60.0, 20.0
SETTINGS = ("KIOSK_", "PYTHONDONTWRITEBYTECODE")
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """`kiosk serve` on the data of one folder, stopped by its own process id."""

    def __init__(self, data: Path, command: tuple[str, ...] = (), **settings: str) -> None:
        self.address: Address = ("127.0.0.1", free_port())
        self.command = command or (sys.executable, "-m", "kiosk", "serve")
        self.environment = environment(data) | settings | {"KIOSK_PORT": str(self.address[1])}
        self.log = data / "server.log"
        self.seconds_to_ready = 0.0

    def __enter__(self) -> Self:
        begin = time.perf_counter()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=ROOT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        while not self.said("is ready"):
            if self.process.poll() is not None or time.perf_counter() - begin > READY_WITHIN:
                self.stop()
                raise Failed(f"the server did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.01)
        self.seconds_to_ready = time.perf_counter() - begin
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def said(self, words: str) -> bool:
        return words in self.log.read_text("utf-8", "replace")

    def stop(self) -> None:
        """Ask, wait, and only then insist."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # it leads a session of its own
            self.process.wait(STOPPED_WITHIN)

    def processes(self) -> list[int]:
        """The server's own process and all below it."""
        found = [self.process.pid]
        for pid in found:  # grows as it is read: children of children
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, task.read_text().split())
        return found

    def cpu_seconds(self) -> float:
        """What all its processes have used so far."""
        return sum(map(cpu_of, self.processes()))

    def memory(self) -> int:
        """Bytes held by all its processes, shared pages counted once (PSS)."""
        return sum(map(memory_of, self.processes()))


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def environment(data: Path) -> dict[str, str]:
    """Ours without any setting of the product, and its data in `data`.

    Modules are compiled once, as scripts/serve sees to, whatever the machine is set to.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    return ours | {"KIOSK_DATA": str(data), "KIOSK_DEMO": "0"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
