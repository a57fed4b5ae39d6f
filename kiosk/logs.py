"""The log: where something broke, never whose data it broke on."""

import logging
import traceback
from types import TracebackType
from typing import TextIO, cast

from flask import Flask
from flask.logging import wsgi_errors_stream

Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Leaves out what an exception says: a database quotes the row that it refused."""

    def formatException(self, ei: Caught) -> str:  # noqa: N802 - logging's own name
        kind = ei[0].__name__ if ei[0] else "unknown"
        return "".join(traceback.format_tb(ei[2])) + kind


def init_app(app: Flask) -> None:
    handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))  # the request's own
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(message)s"))
    app.logger.handlers[:] = [handler]
    app.logger.propagate = False
    app.logger.setLevel(app.config["KIOSK_LOG"].upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
