"""Finding a member, entering one, correcting one."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from kiosk.domain import names, phones, regions
from kiosk.language import language

NAME_WORDS = {
    names.Reason.EMPTY: _("Please enter the name."),
    names.Reason.TOO_LONG: _("A name has at most 100 characters. Please shorten it."),
    names.Reason.CHARACTERS: _("A name holds letters, characters and the dot · only."),
}
PHONE_WORDS = {
    phones.Reason.CHARACTERS: _("A phone number holds digits only."),
    phones.Reason.NOT_MOBILE: _("A mobile number here begins with 13 to 19."),
    phones.Reason.TOO_SHORT: _("A mobile number has 11 digits; some are missing."),
    phones.Reason.TOO_LONG: _("A mobile number has 11 digits; these are more."),
}
# Why somebody looks at a full number; the word itself goes into the access log.
REASONS = {
    "identify": _("To check who this is"),
    "call": _("To call about an event or a request"),
    "correct": _("To correct the record"),
}


class SearchForm(FlaskForm):
    text = StringField(validators=[Length(max=4300)])


class MemberForm(FlaskForm):
    """`clean_name` and `clean_phone` are what is stored, once the form is valid."""

    name = StringField(_("Name"))
    phone = StringField(_("Mobile phone"))
    hometown = SelectField(
        _("Hometown"), default=regions.UNKNOWN, validate_choice=False, choices=lambda: places()
    )

    clean_name = ""
    clean_phone: str | None = None

    def validate_name(self, field: StringField) -> None:
        try:
            self.clean_name = names.clean(field.data or "")
        except names.Refused as refused:
            raise ValidationError(NAME_WORDS[refused.reason]) from None

    def validate_phone(self, field: StringField) -> None:
        if not (field.data or "").strip():
            return
        try:
            self.clean_phone = phones.clean(field.data)
        except phones.Refused as refused:
            raise ValidationError(PHONE_WORDS[refused.reason]) from None

    def validate_hometown(self, field: SelectField) -> None:
        if not regions.valid(field.data or ""):
            raise ValidationError(_("Please choose one of the places in the list."))


class EditForm(MemberForm):
    """A phone that is left empty stays as it was; to take it away is an answer of its own."""

    version = IntegerField(default=0)
    no_phone = BooleanField(_("Delete the saved phone number"))

    def validate_phone(self, field: StringField) -> None:
        super().validate_phone(field)
        if self.clean_phone and self.no_phone.data:
            raise ValidationError(_("Please enter a new number or delete the saved one, not both."))

    def phone_after(self, saved: str | None) -> str | None:
        """What is stored from now on, where `saved` was."""
        return None if self.no_phone.data else self.clean_phone or saved


class NewMemberForm(MemberForm):
    """The button is the answer: pressing it says that the member has read and agreed."""

    party = BooleanField(_("The member agrees that Party membership is recorded"))
    agree = StringField(validators=[InputRequired(), AnyOf(["yes"])])


class PhoneForm(FlaskForm):
    reason = SelectField(
        _("Why do you need the full number?"),
        choices=[SelectChoice(*pair) for pair in REASONS.items()],
        invalid_choice_message=_("Please choose one of these."),
    )


class CheckInForm(FlaskForm):
    session = IntegerField(validators=[InputRequired()])


class SettleForm(FlaskForm):
    answer = StringField(validators=[InputRequired(), AnyOf(["same", "two"])])


def places() -> list[SelectChoice]:
    """All hometowns, grouped by province, in the reader's language."""
    chinese, none = language() == "zh_CN", _("No place")
    listed = [
        SelectChoice(regions.UNKNOWN, _("Not known"), optgroup=none),
        SelectChoice(regions.OTHER, _("Elsewhere, abroad"), optgroup=none),
    ]
    for province in regions.provinces():
        for region in (province, *regions.cities(province.code)):
            label = region.name if chinese else region.english
            group = province.name if chinese else province.english
            listed.append(SelectChoice(region.code, label, optgroup=group))
    return listed
