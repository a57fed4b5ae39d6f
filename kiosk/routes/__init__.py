"""Which features each audience sees. Nothing is reachable that does not hang below one.

The features' own addresses stand in their modules; the desk's all begin with /desk.
"""

from flask import Flask

from kiosk import audiences
from kiosk.routes import (
    api,
    audit,
    calls,
    cards,
    centres,
    checkins,
    events,
    members,
    organisations,
    reports,
    staff,
    visits,
)

FEATURES = {
    audiences.visitor: (visits.visitor_bp, events.visitor_bp, organisations.visitor_bp),
    audiences.door: (centres.door_bp, checkins.door_bp),
    audiences.desk: (
        staff.desk_bp,
        reports.desk_bp,
        calls.desk_bp,
        members.desk_bp,
        cards.desk_bp,
        events.desk_bp,
        centres.desk_bp,
        audit.desk_bp,
    ),
    audiences.machine: (api.machine_bp,),
}

for audience, features in FEATURES.items():
    for feature in features:
        audience.register_blueprint(feature)


def init_app(app: Flask) -> None:
    for name in app.config["AUDIENCES"]:
        app.register_blueprint(getattr(audiences, name))
