"""Several people at the same instant: each in a thread, with a database session of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from kiosk.extensions import db


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Let them all begin together. What each returned, in order; an exception comes through."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            return act()

    db.session.commit()
    with ThreadPoolExecutor(len(acts)) as pool:
        done = [running.result() for running in [pool.submit(run, act) for act in acts]]
    db.session.expire_all()
    return done
