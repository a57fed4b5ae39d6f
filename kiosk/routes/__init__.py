"""Which features each audience sees. Nothing is reachable that does not hang below one.

The features' own addresses stand in their modules; the desk's all begin with /desk.
"""

from flask import Flask

from kiosk import audiences
from kiosk.routes import api, centres

FEATURES = {
    audiences.visitor: (),
    audiences.door: (centres.door_bp,),
    audiences.desk: (),
    audiences.machine: (api.bp,),
}

for audience, features in FEATURES.items():
    for feature in features:
        audience.register_blueprint(feature)


def init_app(app: Flask) -> None:
    for name in app.config["AUDIENCES"]:
        app.register_blueprint(getattr(audiences, name))
