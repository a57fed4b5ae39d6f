"""The questions of a registration, one form each, and the choices that belong to a visit."""

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Optional, ValidationError

from kiosk.domain import names, phones, regions


class ConsentForm(FlaskForm):
    """The button is the answer: nothing is ticked beforehand."""

    agree = StringField(validators=[InputRequired(), AnyOf(["yes"])])


class NameForm(FlaskForm):
    name = StringField()

    def validate_name(self, field: StringField) -> None:
        try:
            field.clean = names.clean(field.data or "")
        except names.Refused as refused:
            raise ValidationError(_name_words(refused.reason)) from None


class PhoneForm(FlaskForm):
    """`skip` is a button of its own; then whatever was typed is not kept."""

    phone = StringField()
    skip = StringField()

    def validate_phone(self, field: StringField) -> None:
        field.clean = ""
        if self.skip.data:
            return
        try:
            field.clean = phones.clean(field.data or "")
        except phones.Refused as refused:
            raise ValidationError(_phone_words(refused)) from None


class HometownForm(FlaskForm):
    """A tap on a province, on a city, on "elsewhere"; or back to all provinces."""

    hometown = StringField()

    def validate_hometown(self, field: StringField) -> None:
        if field.data and not regions.valid(field.data):
            raise ValidationError(_("Please tap one of the places shown here."))


class ComfortForm(FlaskForm):
    """Larger text, stronger contrast, the language: one of them at a time."""

    text = StringField(validators=[Optional(), AnyOf(["large", "xl"])])
    contrast = StringField(validators=[Optional(), AnyOf(["more"])])
    language = StringField(validators=[Optional(), AnyOf(["zh_CN", "en"])])

    @property
    def chosen(self) -> dict[str, Any]:
        """What was pressed; an empty value puts it back to normal."""
        fields = (self.text, self.contrast, self.language)
        return {field.name: field.data.strip() for field in fields if field.raw_data}


def _name_words(reason: names.Reason) -> str:
    match reason:
        case names.Reason.EMPTY:
            return str(_("Please enter your name."))
        case names.Reason.TOO_LONG:
            return str(
                _("This is longer than 100 characters. Please enter a shorter form of your name.")
            )
        case names.Reason.CHARACTERS:
            return str(_("Please use letters and characters only, without digits or signs."))


def _phone_words(refused: phones.Refused) -> str:
    match refused.reason:
        case phones.Reason.TOO_SHORT if refused.missing == phones.DIGITS:
            return str(_("Please enter your mobile number, or skip this question."))
        case phones.Reason.TOO_SHORT:
            return str(
                _("Digits still missing: %(count)s. A mobile number has 11.", count=refused.missing)
            )
        case phones.Reason.TOO_LONG:
            return str(_("These are more than 11 digits. Please check the number."))
        case phones.Reason.NOT_MOBILE:
            return str(_("A mobile number here begins with 13 to 19. Please check it, or skip."))
        case phones.Reason.CHARACTERS:
            return str(_("Please enter digits only."))
