"""Logging in, and the language of the desk."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from kiosk.language import LANGUAGES

TOO_LONG = _("This is too long. Please check it.")


class LoginForm(FlaskForm):
    login = StringField(
        _("Log-in name"),
        validators=[
            InputRequired(_("Please enter your log-in name.")),
            Length(max=100, message=TOO_LONG),
        ],
    )
    password = PasswordField(
        _("Password"),
        validators=[
            InputRequired(_("Please enter your password.")),
            Length(max=200, message=TOO_LONG),
        ],
    )


class LanguageForm(FlaskForm):
    language = StringField(validators=[InputRequired(), AnyOf(list(LANGUAGES))])
