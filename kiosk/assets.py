"""The static files, below one address that changes with any of them."""

import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"


def address() -> str:
    """/static/ and a digest: a browser may keep the files for good, and a stylesheet or module
    finds the ones beside it."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(STATIC)}\n".encode() + path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"
