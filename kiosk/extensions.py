"""The extensions, each made once and bound to the application in kiosk/__init__.py."""

from collections.abc import Mapping

from flask import Flask, current_app
from flask_babel import Babel
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from kiosk.columns import Base

# What was just committed is what was just read: reloading each row after a commit
# would cost a check-in a third of its time.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
htmx = Htmx()
babel = Babel()
migrate = Migrate()


class Keys:
    """The secret keys of this installation, by name: secret, pepper, sealing, audit."""

    def init_app(self, app: Flask, keys: Mapping[str, bytes]) -> None:
        app.extensions["keys"] = keys
        app.secret_key = keys["secret"]

    def __getitem__(self, name: str) -> bytes:
        key: bytes = current_app.extensions["keys"][name]
        return key


keys = Keys()
