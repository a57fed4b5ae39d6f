"""Doorstep (家门口): member cards, check-ins and registrations at service-centre desks."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk import assets, commands, config, database, language, logs, routes, web
from kiosk.extensions import csrf, db, htmx, keys, migrate

__version__ = "0.1.0"


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """config -> extensions -> database -> language -> routes -> commands.

    `overrides` are laid over the settings of the environment; tests bring their own.
    """
    app = Flask(__name__, static_url_path=assets.address())
    app.config.from_mapping(config.from_environment())
    app.config.from_mapping(overrides or {})
    app.config["VERSION"] = __version__
    keys.init_app(app, app.config.get("SECRET_KEYS") or config.read_keys(app.config["KEYS"]))
    options = database.options(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {}).update(options)

    logs.init_app(app)
    db.init_app(app)
    database.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, directory=database.MIGRATIONS)
    csrf.init_app(app)
    htmx.init_app(app)
    language.init_app(app)
    assets.init_app(app)
    web.init_app(app)
    routes.init_app(app)
    commands.init_app(app)
    _look_past_proxies(app, int(app.config["KIOSK_PROXIES"]))
    return app


def _look_past_proxies(app: Flask, how_many: int) -> None:
    """Too many attempts count against the visitor's address, not the proxy's.

    With more proxies than there are, visitors could choose their address.
    """
    if how_many:
        looking_past = ProxyFix(app.wsgi_app, x_for=how_many, x_proto=1)
        app.wsgi_app = looking_past  # type: ignore[method-assign]  # as werkzeug says
