"""The log: who did what. It is read here and changed nowhere."""

from flask import Blueprint, Response, request

from kiosk.domain import audit
from kiosk.web import respond

desk_bp = Blueprint("audit", __name__, url_prefix="/audit")


@desk_bp.get("")
def index() -> Response:
    before = request.args.get("before", type=int)
    entries = audit.latest(before=before if before and 0 < before < 2**63 else None)
    return respond("audit/index.html", entries=entries, before=before)
