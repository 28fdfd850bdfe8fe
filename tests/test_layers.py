"""Rooms import only rooms below them; every module is seen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "rare_earth_compliance"
LEVELS = (("cli",), ("gate", "batch", "service", "record", "proof"), ("reports",), ("engine",), ("law", "product"), ("core",))
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
OUTSIDE = {"__init__.py", "__main__.py"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(module: Path) -> set[str]:
    """The rooms of the package that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.startswith("rare_earth_compliance."):
                found.add(name.split(".")[1])
    return found


def test_imports_point_down_only() -> None:
    seen, wrong = 0, []
    for module in modules():
        seen += 1
        inside = module.relative_to(PACKAGE)
        if len(inside.parts) == 1:
            assert inside.name in OUTSIDE, f"{inside} stands in no room"
            continue
        room = inside.parts[0]
        for other in imported(module) - {room}:
            if LEVEL[other] <= LEVEL[room]:
                wrong.append(f"{inside} imports {other}")
    assert wrong == []
    assert seen == len(list(PACKAGE.rglob("*.py"))) > 40


def test_every_module_says_what_it_knows() -> None:
    seen = 0
    for module in modules():
        text = module.read_text(encoding="utf-8")
        if text.strip():
            seen += 1
            assert ast.get_docstring(ast.parse(text)), f"{module} opens without saying what it knows"
    assert seen > 40


def test_no_module_grows_beyond_the_ceiling() -> None:
    lengths = {module.name: len(module.read_text(encoding="utf-8").splitlines()) for module in modules()}
    # The format and its reader each hold one thing whole; splitting them would split one thought.
    assert {name for name, length in lengths.items() if length > 400} <= {"document.py", "reader.py"}


def test_no_float_and_no_clock_in_code_that_decides() -> None:
    seen = 0
    for room in ("core", "law", "product", "engine", "proof"):
        for module in sorted((PACKAGE / room).rglob("*.py")):
            seen += 1
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (
                    f"a float in {module}:{node.lineno}"
                )
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("float", "round", "print"), f"{node.func.id}() in {module}:{node.lineno}"
                # Two whole numbers divided are a float: exact code writes Fraction(one, other).
                divides = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
                assert not divides, f"a division in {module}:{node.lineno}"
                if isinstance(node, ast.Attribute):
                    assert node.attr not in ("now", "today", "utcnow"), f"a clock in {module}:{node.lineno}"
    assert seen > 25


def test_no_law_in_python() -> None:
    """No control code, no announcement number, no listed-country comparison outside the rule files."""
    code = re.compile(r"^[0-9][A-E][0-9]{3}(\.|$)|^cn-mofcom|^20[0-9]{2}-[0-9]{2}-[0-9]{2}$|^(CN|HK|MO|TW)$|^annex-|^61-")
    seen = 0
    for module in modules():
        tree = ast.parse(module.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                seen += 1
                if "cli" in module.parts or node.value == "2026-11-23":
                    continue
                assert not code.match(node.value), f"law in Python: {node.value!r} in {module}:{node.lineno}"
    assert seen > 500
