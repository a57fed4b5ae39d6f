"""What commands write: a progress bar where somebody looks, files that are whole or not there."""

import os
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import click


class Bar(Protocol):
    def update(self, n_steps: int) -> None: ...


def progress(length: int, label: str) -> AbstractContextManager[Bar]:
    """A bar on the terminal; nothing at all in a log or a pipe."""
    return click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    )


def write(path: Path, content: bytes) -> None:
    """Put the whole file in place, or leave what was there. Only its owner may read it."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> click.ClickException:
    return click.ClickException(f"{path} cannot be written: {error.strerror or 'unknown reason'}.")
