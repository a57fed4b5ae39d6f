"""What a card's QR code says: `K1`, 25 random base32 characters and a check character.

125 random bits say nothing about the person. Upper-case letters and 2 to 7 only, so that a
scanner that types like a keyboard cannot garble them. The check character (Luhn mod 32)
catches a mistyped character and nearly every pair of neighbours swapped.
"""

import hashlib
import hmac
import os
import re
from base64 import b32encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.extensions import keys

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 28
_SHAPE = re.compile(r"K1[A-Z2-7]{26}")
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_DOUBLED = {character: 2 * value // 32 + 2 * value % 32 for character, value in _VALUE.items()}


def make() -> str:
    body = b32encode(os.urandom(16))[:25].decode()  # 25 characters of five bits each
    return f"K1{body}{check_character(body)}"


def read(text: str) -> str | None:
    """The code that was scanned or typed, or None.

    Lower case and blanks around it are forgiven, nothing else is.
    """
    code = text.strip().upper()
    if not _SHAPE.fullmatch(code) or not text.isascii():
        return None
    return code if check_character(code[2:-1]) == code[-1] else None


def check_character(body: str) -> str:
    """Luhn mod N with N = 32 (ISO/IEC 7812-1's rule, carried over to 32 characters)."""
    doubled = sum(map(_DOUBLED.__getitem__, body[::-2]))
    return ALPHABET[-(doubled + sum(map(_VALUE.__getitem__, body[-2::-2]))) % 32]


def look_up_hash(text: str) -> str:
    """HMAC-SHA256 with the pepper: what the database keeps instead of the code."""
    return hmac.digest(keys["pepper"], text.encode("utf-8", "replace"), "sha256").hex()


def door_hash(code: str) -> str:
    """The first 8 bytes of SHA-256: what a door may keep for the time without a network."""
    return hashlib.sha256(f"door:{code}".encode()).hexdigest()[:16]


def seal(code: str) -> bytes:
    """AES-256-GCM; the key lives outside the database, so a stolen database prints no cards."""
    nonce = os.urandom(12)
    return nonce + AESGCM(keys["sealing"]).encrypt(nonce, code.encode(), None)


def unseal(sealed: bytes) -> str:
    return AESGCM(keys["sealing"]).decrypt(sealed[:12], sealed[12:], None).decode()
