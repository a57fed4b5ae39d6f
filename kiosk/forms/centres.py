"""Forms about centres and their devices."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length


class PairForm(FlaskForm):
    code = StringField(validators=[InputRequired(), Length(max=20)])
