"""The dependency rule of docs/architecture.md, kept by a test."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KIOSK = ROOT / "kiosk"
MAY_IMPORT = {
    "clock": set(),
    "config": set(),
    "assets": set(),
    "columns": {"clock"},
    "models": {"columns"},
    "extensions": {"columns"},
    "artwork": {"artwork"},
    "domain": {"artwork", "clock", "domain", "extensions", "models"},
    "database": {"clock", "extensions"},
    "language": {"extensions"},
    "logs": set(),
    "forms": {"domain", "language", "models"},
    "openapi": {"domain", "models"},
    "web": {"clock", "database", "domain", "extensions", "language", "models"},
    "audiences": {"clock", "database", "domain", "extensions", "web"},
    "routes": {
        "artwork", "audiences", "clock", "database", "domain", "extensions", "forms", "language",
        "models", "openapi", "routes", "web",
    },
    "demo": {"demo", "domain", "extensions", "models"},
    "commands": {
        "artwork", "clock", "commands", "database", "demo", "domain", "extensions", "language",
        "models",
    },
    "__main__": {"__version__", "config", "create_app"},
}  # fmt: skip
NO_FLASK = {"clock", "columns", "models", "artwork", "domain", "demo"}
WEB_LIBRARIES = {"flask", "flask_wtf", "wtforms", "htmx_flask", "flask_babel", "werkzeug"}
# A rule module may import only those before it.
DOMAIN_ORDER = (
    "audit", "settings", "tokens", "pinyin", "names", "phones", "regions", "codes", "roles",
    "staff", "centres", "organisations", "members", "calls", "cards", "visits", "prints", "events",
    "attendances", "verdicts", "answers", "batches", "deliveries", "checkins", "amendments",
    "records", "sightings", "searches", "reports", "workbooks", "spreadsheets", "rosters",
    "exports", "entries", "doubles", "exchange",
)  # fmt: skip
PACKAGES = {"kiosk", *(f"kiosk.{p.name}" for p in KIOSK.iterdir() if (p / "__init__.py").exists())}
FILES = [
    path
    for path in sorted(KIOSK.rglob("*.py"))
    if path != KIOSK / "__init__.py" and "migrations" not in path.parts
]


def layer(dotted: str) -> str:
    return dotted.split(".")[1]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module in PACKAGES:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_module_imports_only_what_its_layer_may(path):
    mine = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in imports(path):
        if name.startswith("kiosk."):
            assert layer(name) in MAY_IMPORT[mine], f"{mine} may not import {name}"
        if mine in NO_FLASK:
            assert name.split(".")[0] not in WEB_LIBRARIES


@pytest.mark.parametrize("path", sorted((KIOSK / "domain").glob("[a-z]*.py")), ids=name_of)
def test_a_rule_module_imports_only_those_before_it(path):
    allowed = DOMAIN_ORDER[: DOMAIN_ORDER.index(path.stem)]
    for name in imports(path):
        if name.startswith("kiosk.domain."):
            assert name.split(".")[2] in allowed


def test_every_rule_module_has_a_place_in_the_order():
    found = {path.stem for path in (KIOSK / "domain").glob("[a-z]*.py")}

    assert found == set(DOMAIN_ORDER)


@pytest.mark.parametrize("path", sorted((KIOSK / "routes").glob("[a-z]*.py")), ids=name_of)
def test_a_route_module_imports_no_other_and_builds_no_query(path):
    for name in imports(path):
        assert not name.startswith("kiosk.routes."), name
        assert name != "sqlalchemy", "a list comes from a domain function"
    assert ".query" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", sorted((KIOSK / "routes").glob("[a-z]*.py")), ids=name_of)
def test_a_blueprint_is_named_for_the_audience_that_it_hangs_below(path):
    names = re.findall(r"^(\w+) = Blueprint\(", path.read_text("utf-8"), re.MULTILINE)

    assert names
    assert set(names) <= {"visitor_bp", "door_bp", "desk_bp", "machine_bp"}


@pytest.mark.parametrize("path", sorted((KIOSK / "domain").glob("*.py")), ids=name_of)
def test_rules_never_commit(path):
    assert ".commit(" not in path.read_text("utf-8")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function and its lines, from `def` to its end."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_and_modules_fit_on_a_screen(path):
    """A route 12 lines, a rule 25, a module 250; the tables stand together in one."""
    most = 12 if path.parent.name == "routes" else 25
    longest = 1100 if path.name == "models.py" else 250

    assert [(name, lines) for name, lines in functions(path) if lines > most] == []
    assert len(path.read_text("utf-8").splitlines()) <= longest


def test_models_hold_schema_and_no_rules():
    source = (KIOSK / "models.py").read_text("utf-8")

    assert all(lines <= 7 for _, lines in functions(KIOSK / "models.py"))
    assert "select(" not in source


def test_no_rule_imports_inside_a_function():
    for path in FILES:
        for function in ast.walk(tree(path)):
            if isinstance(function, ast.FunctionDef):
                inner = [
                    n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)
                ]
                assert not inner, f"{name_of(path)} line {function.lineno}"
