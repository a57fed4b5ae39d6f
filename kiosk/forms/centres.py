"""Forms about centres and their devices."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from kiosk.models import DeviceKind


class PairForm(FlaskForm):
    code = StringField(validators=[InputRequired(), Length(max=20)])


class DeviceForm(FlaskForm):
    """What the new device is called on the desk's pages, and what it does."""

    name = StringField(
        _("Name of the device"),
        validators=[
            InputRequired(_("Please give the device a name, such as Door 1.")),
            Length(max=60, message=_("This is too long. Please shorten it.")),
        ],
    )
    kind = SelectField(
        _("What it does"),
        choices=[
            SelectChoice(DeviceKind.DOOR.value, _("Door: scans cards")),
            SelectChoice(DeviceKind.KIOSK.value, _("Kiosk: visitors register")),
        ],
        invalid_choice_message=_("Please choose one of these."),
    )

    def validate_name(self, field: StringField) -> None:
        if not (field.data or "").isprintable():
            raise ValidationError(_("Please use letters, characters, digits and signs only."))
