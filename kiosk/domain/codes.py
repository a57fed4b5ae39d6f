"""What a card's QR code says: `K1`, 25 random base32 characters and a check character.

125 random bits say nothing about the person. Upper-case letters and 2 to 7 only, so that a
scanner that types like a keyboard cannot garble them. The check character (Luhn mod 32)
catches a mistyped character and nearly every pair of neighbours swapped.
"""

import hashlib
import hmac
import os
import re
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.extensions import keys

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 28
LONGEST = 160  # characters that a scanner may send; anything longer is noise
_SHAPE = re.compile(r"K1[A-Z2-7]{26}")
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def make() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(25))
    return f"K1{body}{check_character(body)}"


def read(text: str) -> str | None:
    """The code that was scanned or typed, or None. Lower case is forgiven, nothing else is."""
    code = text.strip().upper()
    if not _SHAPE.fullmatch(code) or not text.isascii():
        return None
    return code if check_character(code[2:-1]) == code[-1] else None


def check_character(body: str) -> str:
    """Luhn mod N with N = 32 (ISO/IEC 7812-1's rule, carried over to 32 characters)."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = _VALUE[character] * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def look_up_hash(text: str) -> str:
    """HMAC-SHA256 with the pepper: what the database keeps instead of the code."""
    return hmac.new(keys["pepper"], text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def door_hash(code: str) -> str:
    """The first 8 bytes of SHA-256: what a door may keep for the time without a network."""
    return hashlib.sha256(f"door:{code}".encode()).hexdigest()[:16]


def seal(code: str) -> bytes:
    """AES-256-GCM; the key lives outside the database, so a stolen database prints no cards."""
    nonce = os.urandom(12)
    return nonce + AESGCM(keys["sealing"]).encrypt(nonce, code.encode(), None)


def unseal(sealed: bytes) -> str:
    return AESGCM(keys["sealing"]).decrypt(sealed[:12], sealed[12:], None).decode()
