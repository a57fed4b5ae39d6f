"""`kiosk doctor` says what is wrong and what to do."""

from sqlalchemy import text

from kiosk.domain import audit, settings
from kiosk.extensions import db

WITHOUT_GUARD = {  # what somebody with the database in hand can do
    "sqlite": "DROP TRIGGER audit_entries_no_update",
    "postgresql": "SET LOCAL session_replication_role = replica",
}


def doctor(app):
    db.session.commit()
    return app.test_cli_runner().invoke(args=["doctor"])


def test_a_healthy_installation_is_all_ok(app, tmp_path):
    app.config["KEYS"].mkdir(mode=0o700)
    audit.write("a.b", "c:1", by="test")

    said = doctor(app)

    assert said.exit_code == 0, said.output
    assert "!!" not in said.output
    assert "audit chain: whole" in said.output


def test_a_chain_that_somebody_edited_is_trouble(app):
    app.config["KEYS"].mkdir(mode=0o700)
    audit.write("a.b", "c:1", by="test")
    db.session.execute(text(WITHOUT_GUARD[db.engine.dialect.name]))
    db.session.execute(text("UPDATE audit_entries SET actor = 'nobody'"))

    said = doctor(app)

    db.session.rollback()
    assert said.exit_code == 1
    assert "!!  audit chain: broken at entry 1" in said.output


def test_keys_that_others_can_read_are_trouble(app):
    app.config["KEYS"].mkdir(mode=0o755)
    settings.put("any", "thing")

    said = doctor(app)

    assert said.exit_code == 1
    assert "chmod -R go=" in said.output
