"""Issuing and printing cards."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange


class CardForm(FlaskForm):
    member = IntegerField(validators=[InputRequired()])


class SheetForm(FlaskForm):
    start = IntegerField(
        _("First free place on the sheet"),
        default=1,
        validators=[NumberRange(1, 10, _("A sheet has the places 1 to 10."))],
    )
