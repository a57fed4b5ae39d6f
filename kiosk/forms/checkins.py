"""The door's choice: which event it checks in for."""

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import Optional


class DoorForm(FlaskForm):
    """An empty answer means that the door stands at no event."""

    session = IntegerField(validators=[Optional()])
