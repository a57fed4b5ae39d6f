"""The static files, below one address that changes with any of them."""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

IMPORT = re.compile(r'@import "([^"]+)"(?: layer\((\w+)\))?;')
STATIC = Path(__file__).parent / "static"


def address() -> str:
    """/static/ and a digest: a browser may keep the files for good, and a stylesheet or module
    finds the ones beside it."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(STATIC)}\n".encode() + path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def init_app(app: Flask) -> None:
    """Serve each stylesheet whole; every other file as it is."""
    styles = {f"css/{path.name}": path.name for path in (STATIC / "css").glob("*.css")}

    def static(filename: str) -> Response:
        if filename not in styles:
            return app.send_static_file(filename)
        response = Response(stylesheet(styles[filename]), mimetype="text/css")
        response.add_etag()
        response.make_conditional(request)
        return response

    app.view_functions["static"] = static


@cache
def stylesheet(name: str) -> str:
    """A stylesheet with those that it imports in their places: one file to fetch, not fifty."""

    def imported(found: re.Match[str]) -> str:
        text = stylesheet(found[1])
        return f"@layer {found[2]} {{\n{text}}}" if found[2] else text

    return IMPORT.sub(imported, (STATIC / "css" / name).read_text("utf-8"))
