"""`kiosk centres` and `kiosk devices`: what a new installation needs from the console."""

from sqlalchemy import select

from kiosk.extensions import db
from kiosk.models import Centre, Device


def run(app, *args):
    db.session.commit()
    return app.test_cli_runner().invoke(args=args)


def test_the_first_centre_of_an_installation(app):
    said = run(app, "centres", "add", "BA001", "航城街道党群服务中心", "--kind", "street")

    centre = db.session.scalars(select(Centre)).one()
    assert said.exit_code == 0, said.output
    assert (centre.name, centre.name_en, centre.kind) == (centre.name, centre.name, "street")


def test_a_centre_is_not_added_twice(app, centre):
    said = run(app, "centres", "add", centre.code, "另一个中心")

    assert said.exit_code == 1
    assert "already" in said.output


def test_a_device_key_stands_alone_on_the_last_line(app, centre):
    said = run(app, "devices", "pair", "二号门", "--centre", centre.code, "--kind", "door")

    key = said.output.strip().splitlines()[-1]
    assert said.exit_code == 0, said.output
    assert len(key) == 64
    assert key not in db.session.scalars(select(Device)).one().key_hash


def test_a_device_needs_a_centre_that_exists(app, centre):
    said = run(app, "devices", "pair", "二号门", "--centre", "XX", "--kind", "door")

    assert said.exit_code == 1
    assert "no centre with the code XX" in said.output
