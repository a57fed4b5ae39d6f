"""Rules of the house that a machine can see."""

import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from kiosk import config, create_app

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TEXT = {".py", ".md", ".html", ".css", ".js", ".sh", ".toml", ".lock", ".po", ".csv", ".json", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.suffix in TEXT and path.exists()]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_carries_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text("utf-8")

    assert "--hash=sha256:" in text
    assert not re.search(r"://|--(extra-)?index|--find-links", text)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_locked(lock):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = list(project["dependencies"])
    if "dev" in lock:
        wanted += project["optional-dependencies"]["test"]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE))

    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert name
        assert name[0].lower().replace("_", "-") in {one.replace("_", "-") for one in locked}


def test_every_setting_stands_in_the_readme():
    text = README.read_text("utf-8")

    assert [o.name for o in config.OPTIONS if f"`{o.name}`" not in text] == []


def test_every_command_stands_in_the_readme():
    text = README.read_text("utf-8")
    commands = create_app().cli.commands

    for name, command in commands.items():
        for verb in getattr(command, "commands", {"": None}):
            assert f"kiosk {name} {verb}".strip() in text


def test_every_link_in_the_pages_leads_somewhere():
    for page in [README, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_vendored_files_are_what_their_readme_says():
    for readme in ROOT.glob("**/vendor/README.md"):
        if ".venv" in readme.parts:
            continue
        said = readme.read_text("utf-8")
        for path in readme.parent.iterdir():
            if path.suffix in {".js", ".css"}:
                assert hashlib.sha256(path.read_bytes()).hexdigest() in said, path.name


def test_templates_hold_no_script_or_style_of_their_own():
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)|\bstyle=|\bon[a-z]+=|hx-on|javascript:|<style")

    for path in (ROOT / "kiosk/templates").rglob("*.html"):
        assert not forbidden.search(path.read_text("utf-8")), path


def test_kiosk_pages_lead_nowhere_else():
    for path in (ROOT / "kiosk/templates").rglob("*.html"):
        for address in re.findall(r'(?:href|src|action)="(https?:[^"]*)"', path.read_text("utf-8")):
            raise AssertionError(f"{path}: {address}")


def test_nothing_is_left_open():
    words = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b", "HA" + r"CK\b")))
    for path in tracked():
        if path.suffix in {".py", ".js", ".html", ".css", ".sh"} and "vendor" not in path.parts:
            assert not words.search(path.read_text("utf-8")), path
