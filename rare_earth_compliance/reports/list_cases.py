"""The cases of a list as a table: the item, and the entries on which it stands, perhaps stands, or to which it points.

Knows how such a case is put into words. The engine judges it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from rare_earth_compliance.core.problems import Refused
from rare_earth_compliance.engine.casebook import Plans, judge_listed
from rare_earth_compliance.law.model import ItemList, ListCase, RulePack
from rare_earth_compliance.reports.blocks import Block, Grid, Rows


def list_case_blocks(pack: RulePack, listed: ItemList) -> Iterator[Block]:
    """Every case of a list, judged by the engine; nothing for a list without cases."""
    if not listed.cases:
        return
    rows, wrong, plans = [], 0, Plans(pack)
    for case in listed.cases:
        said, passed = _judged(plans, listed, case)
        wrong += not passed
        mark = "" if passed else "\nNOT as expected: " + _said(case.on, case.perhaps, case.hints)
        rows.append((case.name, "\n".join(_given(case)), said + mark))
    state = "all decided as expected" if not wrong else f"{wrong} NOT decided as expected"
    yield Rows(f"Its {len(rows)} cases: {state}", ())
    yield Grid(("case", "facts", "outcome"), tuple(rows))


def _judged(plans: Plans, listed: ItemList, case: ListCase) -> tuple[str, bool]:
    try:
        found = judge_listed(plans.pack, listed.id, case, plans)
    except Refused as refused:
        return "can not be judged: " + "; ".join(problem.message for problem in refused.problems), False
    return _said(found.on, found.perhaps, found.hints), found.passed


def _said(on: Iterable[str], perhaps: Iterable[str], hints: Iterable[str]) -> str:
    texts = [
        f"{label} {', '.join(codes)}" for label, codes in (("on", on), ("perhaps on", perhaps), ("points to", hints)) if codes
    ]
    return "; ".join(texts) or "on no entry"


def _given(case: ListCase) -> Iterator[str]:
    for name, value in {**case.given, **{f"shipment.{key}": inner for key, inner in case.shipment.items()}}.items():
        yield f"{name} = {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
    yield from (f"reading {name} = {option}" for name, option in case.readings)
