"""Runs migrations on the application's own engine."""

from typing import Any

from alembic import context
from flask import current_app

from kiosk.columns import Base, Instant


def as_plain_types(kind: str, thing: Any, _autogen: Any) -> Any:
    """Migrations name no class of ours: a later rename must not break an old migration."""
    return "sa.DateTime()" if kind == "type" and isinstance(thing, Instant) else False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=as_plain_types,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
