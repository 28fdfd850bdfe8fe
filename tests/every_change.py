"""A pack in which something of every kind is otherwise, and what is said of it, kept in ``every_change.txt``.

``python -m tests.every_change`` writes it anew. Knows the parts of a pack as values; the made pack states no law and is
never written to files.
"""

from __future__ import annotations

import shutil
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rare_earth_compliance.core.json_text import Number
from rare_earth_compliance.core.quantities import exactly
from rare_earth_compliance.engine.comparison import Change, changes
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Not, Term
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Case, RulePack, Subject

KEPT = Path(__file__).parent / "every_change.txt"
CORPUS = Path(__file__).parent / "rule_schema_corpus" / "good"


def _without(table: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key != name}


def otherwise(pack: RulePack) -> RulePack:
    """The small pack of ``rule_schema_corpus`` with a change in every kind of thing, and each kind added to."""
    (rule,) = pack.rules.values()
    (listed,) = pack.lists.values()
    (instrument,) = pack.instruments.values()
    term = next(iter(pack.terms.values()))
    policy, duty, caution, reading, question, suspension, status, subject, unseen = (
        next(iter(table.values()))
        for table in (
            *(pack.policies, pack.duties, pack.cautions, pack.readings, pack.questions, pack.suspensions),
            *(pack.statuses, pack.subjects),
            {"": pack.not_modelled[0]},
        )
    )
    scrap = Ask("item.form", "is", frozenset({"scrap"}), written="scrap")
    nested = AnyOf((Not(scrap), All((Not(Term(term.id, "other words", scrap)), scrap)), Term("new", "new words", scrap)))
    more = Case(
        name="made",
        on=date(2025, 1, 9),
        given=subject.id,
        changes=(("product.form", None), ("product.name", "x")),
        readings=(("scope", "narrow"),),
        status=(),
        at="",
        expect="applies",
        known_by=None,
        state="",
        policy="",
        place=rule.cases[0].place,
    )
    changed_rule = replace(
        rule,
        title=f"{rule.title} now",
        starts=date(2025, 1, 8),
        when=All((rule.when, nested)),
        unless=(*rule.unless, *(replace(one, id="corpus-1/9", when=nested, only_if_stated=True) for one in rule.unless)),
        cases=(
            replace(rule.cases[1], changes=more.changes, readings=more.readings),
            *rule.cases[2:],
            more,
            replace(more, name="made", on=date(2025, 1, 10)),
            replace(more, name="other"),
        ),
    )
    entry = listed.entries[0]
    fraction = Ask("item.fraction", "at_least", number=exactly(1), written="100 %", params=(("element", "Sb"),))
    changed_list = replace(
        listed,
        entries=(
            replace(entry, hs_codes=("1", "2"), declared=not entry.declared, recognise=fraction),
            replace(entry, code="0B"),
        ),
        cases=(),
    )
    document = {"product": {"form": "metal", "parts": [1, Number("1.50"), True, None, "中"]}, "a": 1}
    return replace(
        pack,
        title="another title",
        verified_through=date(2031, 1, 1),
        instruments={instrument.id: replace(instrument, title_en="other", not_seen=()), "new": replace(instrument, id="new")},
        rules={rule.id: changed_rule, "new/1": replace(rule, id="new/1")},
        policies=_without(pack.policies, policy.id),
        duties={duty.id: replace(duty, owes="more", working_days=99), "new": replace(duty, id="new")},
        cautions={caution.id: replace(caution, text="other text", asks=("shipment.kind",)), "new": replace(caution, id="new")},
        lists={listed.id: changed_list, "new": replace(listed, id="new", title="")},
        readings={
            **pack.readings,
            reading.id: replace(
                reading, official=None, options=(replace(reading.options[0], means="otherwise"), *reading.options[2:])
            ),
            "new": replace(reading, id="new"),
        },
        terms={**pack.terms, term.id: replace(term, says="other words", part=nested), "new": Term("new", "new words", scrap)},
        questions={**pack.questions, question.id: replace(question, words=("x", "y"), param_words={"a": ("b",)})},
        suspensions={suspension.id: replace(suspension, suspends=("a", "b")), "new": replace(suspension, id="new")},
        statuses={status.id: replace(status, watch=(date(2031, 1, 2),)), "new": replace(status, id="new")},
        subjects={subject.id: Subject(id=subject.id, document=document), "new": replace(subject, id="new")},
        not_modelled=(replace(unseen, elements=frozenset({"Sb", "Bi"})), replace(unseen, id="new", subject="")),
    )


def _side(value: Any) -> str:
    """A side in full, whatever the order of what has none."""
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(_side, value))) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_side, value)) + ")"
    if is_dataclass(value) and not isinstance(value, type):
        inner = [f"{field.name}={_side(part)}" for field in fields(value) if (part := getattr(value, field.name)) is not None]
        return f"{type(value).__name__}({', '.join(inner)})"
    return repr(value)


def told(found: Change) -> str:
    """One difference as the kept file has it."""
    return (
        f"{found.what} {found.kind} {found.id} {found.field!r}\n  before: {_side(found.before)}\n  after:  {_side(found.after)}"
    )


def small() -> RulePack:
    """The pack that is changed."""
    with TemporaryDirectory() as folder:
        shutil.copytree(CORPUS, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("status.yaml"))
        return load(Path(folder))


def text() -> str:
    """All differences, there and back."""
    pack = small()
    other = otherwise(pack)
    there, back = ([told(one) for one in changes(*pair)] for pair in ((pack, other), (other, pack)))
    return "\n".join([*there, "", "back", "", *back]) + "\n"


if __name__ == "__main__":
    KEPT.write_text(text(), encoding="utf-8")
