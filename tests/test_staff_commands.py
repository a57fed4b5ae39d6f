"""`kiosk staff add`, with and without a terminal."""

import pytest

from kiosk.domain import staff
from kiosk.models import Role
from tests import make


@pytest.fixture
def add(app, centre):
    def run(*args, typed="eine lange Nacht\n"):
        return app.test_cli_runner().invoke(args=["staff", "add", *args], input=typed)

    return run


def test_an_account_is_added_from_standard_input(add):
    run = add(
        "Fang", "--role", "desk", "--centre", "BA001", "--name", "方姐", "--password-file", "-"
    )

    person = staff.by_login("fang")
    assert run.exit_code == 0, run.output
    assert (person.name, person.role, person.centre.code) == ("方姐", Role.DESK, "BA001")
    assert "/desk/login" in run.output


def test_a_branch_is_named_by_its_code(add):
    make.branch(code="B007")

    run = add("bran", "--role", "branch", "--organisation", "B007", "--password-file", "-")

    assert run.exit_code == 0, run.output
    assert staff.by_login("bran").organisation.code == "B007"


def test_the_password_may_stand_in_a_file(add, tmp_path):
    (tmp_path / "password").write_text("eine lange Nacht\n")

    run = add("boss", "--role", "admin", "--password-file", str(tmp_path / "password"))

    assert run.exit_code == 0, run.output


def test_without_a_terminal_nothing_is_asked(add):
    run = add("boss", "--role", "admin")

    assert run.exit_code == 1
    assert "--password-file" in run.output


@pytest.mark.parametrize(
    "args",
    [
        ("fang", "--role", "desk"),
        ("fang", "--role", "branch"),
        ("fang", "--role", "desk", "--centre", "NONE"),
        ("fang", "--role", "branch", "--organisation", "NONE"),
        ("two words", "--role", "admin"),
    ],
)
def test_what_cannot_be_added_is_one_clear_line(add, args):
    run = add(*args, "--password-file", "-")

    assert run.exit_code == 1
    assert run.output.startswith("Error: ")
    assert run.output.count("\n") == 1


def test_a_short_password_is_refused(add):
    run = add("boss", "--role", "admin", "--password-file", "-", typed="short\n")

    assert "at least 10" in run.output
    assert staff.by_login("boss") is None
