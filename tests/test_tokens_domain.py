"""Tokens: the holder has the secret, the database what nobody can turn back into it."""

from kiosk.domain import tokens


def test_no_two_tokens_are_alike():
    made = {tokens.make() for _ in range(100)}

    assert len(made) == 100
    assert {len(token) for token in made} == {64}


def test_a_hash_is_always_the_same_and_never_the_token():
    token = tokens.make()

    assert tokens.hash_of(token) == tokens.hash_of(token) != token
    assert tokens.hash_of("abc").startswith("ba7816bf8f01cfea414140de5dae2223")  # FIPS 180-4


def test_what_could_be_guessed_is_hidden_by_a_key_outside_the_database(app):
    mine = tokens.hidden("pairing_code", "12345678")

    app.extensions["keys"] = app.extensions["keys"] | {"pepper": b"another" * 5}

    assert mine not in (tokens.hidden("pairing_code", "12345678"), tokens.hash_of("12345678"))


def test_the_same_text_of_two_kinds_has_two_hashes(app):
    assert tokens.hidden("login", "a") != tokens.hidden("address", "a")
