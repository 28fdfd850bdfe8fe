"""Mutants of a module of the package: one comparison, number, word, condition, sum or argument changed at a time.

Knows what is changed in Python code and what each mutant is called. Does not judge: the tests of the module do.
Types, docstrings, decorators, imports and what stands under TYPE_CHECKING change no behaviour and are left as they are.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "all_of": "any_of", "any_of": "all_of"}


@dataclass(frozen=True)
class CodeMutant:
    """A module with one thing changed: of which kind, called what, inside which function ("" for none)."""

    kind: str
    name: str
    function: str
    tree: ast.Module
    """The whole module; what is not changed in it is shared with the other mutants."""
    part: ast.Module
    """The same with nothing but the future imports and the statement that is changed."""


def mutants(text: str) -> Iterator[CodeMutant]:
    """Every mutant of a module, each by a name of its own that holds no line number."""
    tree = ast.parse(text)
    seen: Counter[str] = Counter()
    above = {id(below): node for node in ast.walk(tree) for below in ast.iter_child_nodes(node)}
    for function, node, parent in _nodes(tree):
        for kind, other in _changed(node, parent):
            was, now = _short(node), _short(other)
            name = f"{function or 'module'}: {was} → {now}"
            seen[name] += 1
            again = f" ({seen[name]})" if seen[name] > 1 else ""
            yield CodeMutant(kind, f"{name}{again}", function, *_put(tree, above, node, other))


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _put(tree: ast.Module, above: dict[int, ast.AST], node: ast.AST, other: ast.AST) -> tuple[ast.Module, ast.Module]:
    """The module with another node in place of one, and the same with nothing else in it: only the way down is copied."""
    here = ast.fix_missing_locations(ast.copy_location(other, node))
    was = node
    while was is not tree:
        up = above[id(was)]
        over = copy.copy(up)
        for name, value in ast.iter_fields(up):
            if value is was:
                setattr(over, name, here)
            elif isinstance(value, list) and any(one is was for one in value):
                setattr(over, name, [here if one is was else one for one in value])
        was, here = up, over
    assert isinstance(here, ast.Module)
    same = {id(one) for one in tree.body}
    future = [one for one in tree.body if isinstance(one, ast.ImportFrom) and one.module == "__future__"]
    return here, ast.Module([*future, *(one for one in here.body if id(one) not in same)], [])


def _nodes(tree: ast.Module) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """The nodes that do something, with the outermost function they stand in and the node above them."""
    work: list[tuple[str, bool, ast.AST, ast.AST]] = [("", False, node, tree) for node in reversed(tree.body)]
    while work:
        where, inside, node, parent = work.pop()
        if isinstance(node, ast.Import | ast.ImportFrom) or (isinstance(node, ast.If) and _short(node.test) == "TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        yield (where if inside else ""), node, parent
        below: list[ast.AST] = list(ast.iter_child_nodes(node))
        name, within = where, inside
        if isinstance(node, ast.FunctionDef):
            name, within = (where, True) if inside else (f"{where}.{node.name}".lstrip("."), True)
            work += [(where, inside, one, node.args) for one in reversed([*node.args.defaults, *node.args.kw_defaults]) if one]
            below = list(node.body)
        elif isinstance(node, ast.ClassDef):
            name, below = f"{where}.{node.name}".lstrip("."), list(node.body)
        elif isinstance(node, ast.AnnAssign):
            below = [node.value] if node.value else []
        elif isinstance(node, ast.FormattedValue):
            below = [node.value]
        work += [(name, within, one, node) for one in reversed(below)]


def _changed(node: ast.AST, parent: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for position, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                ops = [*node.ops[:position], other(), *node.ops[position + 1 :]]
                yield "comparison", ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for position in range(len(node.values)):
            kept = [*node.values[:position], *node.values[position + 1 :]]
            yield "and/or", kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)
    elif isinstance(node, ast.BinOp) and type(node.op) in SUMS:
        yield "sum", ast.BinOp(node.left, SUMS[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in SUMS:
        yield "sum", ast.AugAssign(node.target, SUMS[type(node.op)](), node.value)
        yield "left out", ast.Pass()
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield "not", node.operand
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield "returned", ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr) or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)):
        yield "left out", ast.Pass()
    elif isinstance(node, ast.Continue):
        yield "loop", ast.Break()
    elif isinstance(node, ast.Break):
        yield "loop", ast.Continue()
    if _is_condition(node, parent) and not isinstance(node, ast.Compare | ast.UnaryOp):
        yield "condition", ast.UnaryOp(ast.Not(), node)  # type: ignore[arg-type]


def _is_condition(node: ast.AST, parent: ast.AST) -> bool:
    if isinstance(parent, ast.If | ast.IfExp | ast.While):
        return node is parent.test
    return isinstance(parent, ast.comprehension) and any(node is one for one in parent.ifs)


def _constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int):
        yield "constant", ast.Constant(value + 1)
        if value:
            yield "constant", ast.Constant(value - 1)
    elif isinstance(value, str):
        number = value.replace(".", "", 1).isdigit()
        changed = value[:-1] + str((int(value[-1]) + 1) % 10) if number else f"X{value}X"
        yield "constant" if number else "word", ast.Constant(changed)
    elif value is None:
        yield "constant", ast.Constant("")


def _call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield "call", ast.Call(ast.Name(NAMES[node.func.id], ast.Load()), node.args, node.keywords)
    for position, one in enumerate(node.args):
        if not isinstance(one, ast.Constant | ast.Starred):
            args = [*node.args[:position], ast.Constant(None), *node.args[position + 1 :]]
            yield "argument", ast.Call(node.func, args, node.keywords)
    for position in range(len(node.keywords)):
        kept = [*node.keywords[:position], *node.keywords[position + 1 :]]
        yield "argument", ast.Call(node.func, node.args, kept)
