"""Secrets that a browser or a device holds, and what the database keeps instead of them."""

import hashlib
import hmac
import secrets

from kiosk.extensions import keys


def make() -> str:
    """256 random bits, as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def hash_of(token: str) -> str:
    """SHA-256, as 64 hexadecimal digits: what is kept of a token from `make`.

    A secret of 112 random bits or more needs no slow hash and no salt
    (NIST SP 800-63B, 5.1.2.2). Anything shorter is for `hidden`.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def hidden(kind: str, text: str) -> str:
    """HMAC-SHA256 with the pepper, for what could be guessed: an address, a code of digits.

    Who has the database alone cannot try all of them. `kind` keeps the same text apart.
    """
    return hmac.digest(keys["pepper"], f"{kind}:{text}".encode(), "sha256").hex()
