"""The desk's board: what is going on today."""

from flask import Blueprint, Response, request

from kiosk import clock
from kiosk.domain import reports
from kiosk.web import current_centre, current_staff, respond, zone

desk_bp = Blueprint("reports", __name__)


@desk_bp.get("/")
def today() -> Response:
    return _board()


@desk_bp.get("/now")
def now() -> Response:
    """The same, asked for by the page itself every few seconds."""
    return _board()


def _board() -> Response:
    at = clock.now()
    board = reports.board(current_centre(), current_staff(), at=at, zone=zone())
    still = "still" in request.args  # a page that moves must be one that can be held
    return respond(
        "reports/today.html", part="reports/_board.html", board=board, at=at, still=still
    )
