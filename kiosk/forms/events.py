"""Adding an event, taking its list along, and taking a check-in back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from kiosk.models import SignUpRule

TOO_LONG = _("This is too long. Please shorten it.")
WHEN = _("Please enter a date and a time.")
CHOOSE = _("Please choose one of these.")
PURPOSES = {
    "attendance": _("Proof of attendance"),
    "preparation": _("To prepare the next event"),
    "statistics": _("Statistics"),
    "organisation": _("For the organising branch"),
}
MISTAKES = {
    "wrong_person": _("It was somebody else"),
    "not_here": _("Was not here"),
    "wrong_event": _("It was another event"),
}


def _printable(_form: FlaskForm, field: StringField) -> None:
    field.data = (field.data or "").strip()
    if not field.data.isprintable():
        raise ValidationError(_("Please use letters, characters, digits and signs only."))


class EventForm(FlaskForm):
    title = StringField(
        _("Title"),
        validators=[
            InputRequired(_("Please enter a title.")),
            Length(max=100, message=TOO_LONG),
            _printable,
        ],
    )
    title_en = StringField(
        _("Title in English"), validators=[Length(max=100, message=TOO_LONG), _printable]
    )
    place = StringField(_("Place"), validators=[Length(max=200, message=TOO_LONG), _printable])
    starts = DateTimeLocalField(_("Begins"), validators=[InputRequired(WHEN)])
    ends = DateTimeLocalField(_("Ends"), validators=[InputRequired(WHEN)])
    places = IntegerField(
        _("Places"),
        validators=[Optional(), NumberRange(1, 100_000, _("Please enter a number from 1 on."))],
    )
    sign_up = SelectField(
        _("Sign-up"),
        choices=[
            SelectChoice(SignUpRule.NONE.value, _("No sign-up needed")),
            SelectChoice(SignUpRule.OPTIONAL.value, _("Sign-up possible")),
            SelectChoice(SignUpRule.REQUIRED.value, _("Sign-up needed")),
        ],
        invalid_choice_message=CHOOSE,
    )

    def validate_ends(self, field: DateTimeLocalField) -> None:
        if self.starts.data and field.data and field.data <= self.starts.data:
            raise ValidationError(_("The end must be after the beginning."))

    def times(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Beginning and end, as people at the desk mean them."""
        return self.starts.data.replace(tzinfo=zone), self.ends.data.replace(tzinfo=zone)


class ExportForm(FlaskForm):
    kind = SelectField(choices=[SelectChoice("xlsx"), SelectChoice("csv")])
    purpose = SelectField(
        _("What is the list for?"),
        choices=[SelectChoice(*pair) for pair in PURPOSES.items()],
        invalid_choice_message=CHOOSE,
    )


class UndoForm(FlaskForm):
    reason = SelectField(
        _("What went wrong?"),
        choices=[SelectChoice(*pair) for pair in MISTAKES.items()],
        invalid_choice_message=CHOOSE,
    )
