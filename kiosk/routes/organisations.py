"""Finding people from home: hometown branches by province, without any phone number."""

from flask import Blueprint, Response, abort

from kiosk.domain import organisations, regions
from kiosk.web import paginate, respond

visitor_bp = Blueprint("organisations", __name__)


@visitor_bp.get("/find")
def index() -> Response:
    places = paginate(organisations.home_provinces(), size=9)
    return respond("organisations/index.html", places=places)


@visitor_bp.get("/find/<code>")
def show(code: str) -> Response:
    province = regions.get(code)
    if province is None or province.code != province.province:
        abort(404)
    branches = paginate(organisations.hometown_branches(province.code), size=4)
    return respond(
        "organisations/show.html",
        province=province,
        branches=branches,
        public_name=organisations.public_name,
    )
