"""Claims about amounts: which way a share pulls, and on which side a line itself falls.

Knows every number in a condition, in lists as well, and the two neighbours of a line. Does not know which number is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from rare_earth_compliance.engine.determination import Status
from rare_earth_compliance.law.conditions import All, AnyOf, Ask, Condition, Not, Term, UnderEach
from rare_earth_compliance.law.model import Rule, RulePack
from rare_earth_compliance.proof.claim import LINE, SHARE, Claim, Standing, guarded
from rare_earth_compliance.proof.formulas import Formula, both, flag, follows, negated, real, replaced
from rare_earth_compliance.proof.free import Free
from rare_earth_compliance.proof.ground import Ground, Grown, InWorld, Shown, part
from rare_earth_compliance.proof.tree import SHAPES
from rare_earth_compliance.proof.witness import Expected

SHARES = "value_share"
UP, DOWN = 1, -1


@dataclass(frozen=True)
class Line:
    """A number that a condition compares with, written once; ``asks`` are its questions under each reading."""

    text: str
    asks: tuple[Ask, ...]


def lines(condition: Condition) -> Iterator[Line]:
    """Every number in a condition, each once. Conditions are shallow: recursive."""
    if isinstance(condition, Ask):
        if condition.number is not None:
            yield Line(_text(condition), (condition,))
    elif isinstance(condition, All | AnyOf):
        for one in condition.parts:
            yield from lines(one)
    elif isinstance(condition, Not | Term):
        yield from lines(condition.part)
    elif isinstance(condition, UnderEach):
        found = [line for _, inner in condition.options for line in lines(inner)]
        if found:
            # One number under each option: the text of the first stands for all.
            yield Line(found[0].text, tuple(ask for line in found for ask in line.asks))


def _text(ask: Ask) -> str:
    named = " ".join(text for key, text in ask.params if key in ("of", "whose", "party", "name"))
    return " ".join(word for word in (ask.question, named, ask.operator.replace("_", " "), ask.written) if word)


# ---- which way a share pulls


def of_shares(ground: Ground) -> Iterator[Claim]:
    """Every rule that asks for a share, once for its content and once for its value."""
    for rule in filter(lambda rule: ground.looks_at(rule.id), ground.pack.rules.values()):
        if any(_computed(ground.pack, ask) == SHARES for line in lines(rule.when) for ask in line.asks):
            yield _pull(ground, rule, "content", "more listed content of the kind it counts never lifts", UP)
            yield _pull(ground, rule, "value", "a higher value of the item never brings", DOWN)


def _computed(pack: RulePack, ask: Ask) -> str:
    return pack.questions[ask.question].computed_by


def _pull(ground: Ground, rule: Rule, what: str, says: str, way: int) -> Claim:
    """All else equal; ``way`` is UP where more of it may only bring the rule, DOWN where it may only lift it."""
    claim = Claim(kind=SHARE, of=f"{rule.id} {what}", says=f"{says} {rule.id}", standing=Standing.PROVED)

    def settle() -> Claim:
        free = ground.free.free
        now = _required(ground.free.rule(rule))
        pairs, grown = _grown_content(free) if what == "content" else _grown_value(free)
        wrong = both((grown, *_turned(now, replaced(now, *pairs), -way)))
        right = ground.free.model(wrong) is None
        for shape in SHAPES:
            shown = _pulled(ground.tree(shape), rule, what, way if right else -way)
            if shown is not None:
                told = f"{claim.says}, shown from both sides" if right else f"against: {claim.says}"
                names = tuple(ground.show(one, told, _expected(rule, one)).name for one in shown)
                turned = "applies" if (way == UP) == right else "no longer applies"
                because = f"all else equal: with more {what} the rule {turned}"
                standing = Standing.PROVED if right else Standing.REFUTED
                return replace(claim, standing=standing, because=because, witnesses=names)
        because = "no small product shows which way it turns" if right else "it is not ruled out, and no small product shows it"
        return replace(claim, standing=Standing.OPEN, because=because)

    return guarded(claim, settle)


def _required(made: InWorld) -> Formula:
    return both((made.when, negated(made.lifted)))


def _turned(now: Formula, then: Formula, way: int) -> tuple[Formula, Formula]:
    """That the rule comes (UP) or goes (DOWN) with the change."""
    return (negated(now), then) if way == UP else (now, negated(then))


def _grown_content(free: Free) -> tuple[list[tuple[Formula, Formula]], Formula]:
    """Every content worth as much or more, and everything that was held still held."""
    pairs, grown = [], []
    for key, term in free.content.items():
        more = real(f"more {' '.join(key)}")
        pairs.append((term, more))
        grown.append(more >= term)
    for key, held in free.held.items():
        still = flag(f"still {' '.join(key)}")
        pairs.append((held, still))
        grown.append(follows(held, still))
    return pairs, both(grown)


def _grown_value(free: Free) -> tuple[list[tuple[Formula, Formula]], Formula]:
    pairs, grown = [], []
    for name, number in free.numbers.items():
        if name.startswith("value "):
            more = real(f"more {name}")
            pairs.append((number.term, more))
            grown.append(more >= number.term)
    return pairs, both(grown)


def _pulled(grown: Grown, rule: Rule, what: str, way: int) -> tuple[Shown, Shown] | None:
    """Two products that differ by the value of one item, with which the rule comes or goes: content, or the item itself."""
    tree, made = grown.tree, grown.rule(rule)
    now, step = _required(made), tree.vocabulary.scale
    for node in tree.inside(grown.node) if what == "content" else [grown.node]:
        pair = (tree.value(node), tree.value(node) + step)
        still = replaced(both(tree.limits), pair)
        model = grown.model(both((made.law.runs, still, *_turned(now, replaced(now, pair), way))))
        if model is not None:
            return (grown, model), (grown, model.changed(tree.value(node), step))
    return None


def _expected(rule: Rule, found: Shown) -> Expected:
    world, model = found
    made = world.rule(rule)
    applies, lifted = model.holds(made.when), model.holds(made.lifted)
    status = Status.EXEMPT if applies and lifted else Status.APPLIES if applies else Status.FAILS
    return Expected(rule=rule.id, part=part(found), status=status)


# ---- lines


@dataclass(frozen=True)
class Strict:
    """What must hold at a line: a rule, a policy, or that an exemption does not; and the rule at which it is shown."""

    name: str
    rule: Rule
    policy: str = ""
    exemption: str = ""

    def formula(self, world: Grown) -> Formula:
        """That the strict side holds."""
        made = world.rule(self.rule)
        if self.policy:
            return made.policies[self.policy]
        return negated(made.unless[self.exemption]) if self.exemption else made.when

    def around(self, world: Grown) -> Formula:
        """What must hold besides so that it decides: the rule runs, and nothing else lifts it."""
        made = world.rule(self.rule)
        others = [negated(one) for name, one in made.unless.items() if name != self.exemption]
        return both((made.law.runs, *others, *([made.when] if self.policy or self.exemption else [])))

    def expected(self, found: Shown, *, strict: bool) -> Expected:
        """What the engine must say on the strict side, and beyond it."""
        base = Expected(rule=self.rule.id, part=part(found), status=Status.APPLIES)
        if self.policy:
            return replace(base, policy=self.policy) if strict else replace(base, no_policy=self.policy)
        if strict:
            return base
        if self.exemption:
            return replace(base, status=Status.EXEMPT, exemption=self.exemption)
        return replace(base, status=Status.FAILS)


def of_lines(ground: Ground) -> Iterator[Claim]:
    """Every number of every rule, exemption, policy and list entry."""
    policies: set[str] = set()
    lists: set[str] = set()
    for rule in ground.pack.rules.values():
        strict = Strict(rule.id, rule)
        if ground.looks_at(rule.id):
            yield from (_line(ground, strict, line) for line in _each(rule.when))
        for one in rule.unless if ground.looks_at(rule.id) else ():
            mine = Strict(one.id, rule, exemption=one.id)
            yield from (_line(ground, mine, line) for line in _each(one.when))
        for name in [name for name in rule.policies if name not in policies and ground.looks_at(name)]:
            policies.add(name)
            mine = Strict(name, rule, policy=name)
            yield from (_line(ground, mine, line) for line in _each(ground.pack.policies[name].when))
        for name in [name for name in rule.lists if name not in lists and ground.looks_at(name)]:
            lists.add(name)
            for entry in ground.pack.lists[name].entries:
                mine = Strict(f"{name} {entry.code}", rule)
                yield from (_line(ground, mine, line) for line in _each(entry.recognise))


def _each(condition: Condition) -> list[Line]:
    """The numbers of a condition, each once."""
    found: dict[str, tuple[Ask, ...]] = {}
    for line in lines(condition):
        found[line.text] = tuple(dict.fromkeys((*found.get(line.text, ()), *line.asks)))
    return [Line(text, asks) for text, asks in found.items()]


def _line(ground: Ground, strict: Strict, line: Line) -> Claim:
    says = f"at exactly {line.asks[0].written} the strict side of {strict.name} holds, a hair beyond it does not"
    claim = Claim(kind=LINE, of=f"{strict.name}: {line.text}", says=says, standing=Standing.PROVED)
    if all(ask.number is not None and ask.number.low == 0 and ask.operator in ("at_least", "below") for ask in line.asks):
        return replace(claim, because="no amount is below nothing: the line has one side")

    def settle() -> Claim:
        loose = [ask for ask in line.asks if not _strict_at(ground, strict, ask)]
        pair = _pair(ground, strict, line, against=bool(loose))
        if pair is None:
            because = "no small product stands at the line" if not loose else "at the line the strict side is not ruled in"
            return replace(claim, standing=Standing.OPEN, because=because)
        at, beyond = pair
        first = ground.show(at, f"at the line: {line.text}", strict.expected(at, strict=not loose))
        second = ground.show(beyond, f"beyond the line: {line.text}", strict.expected(beyond, strict=bool(loose)))
        names = (first.name, second.name)
        if loose:
            because = "exactly at the line the strict side does not hold, a hair beyond it does"
            return replace(claim, standing=Standing.REFUTED, because=because, witnesses=names)
        return replace(claim, witnesses=names)

    return guarded(claim, settle)


def _strict_at(ground: Ground, strict: Strict, ask: Ask) -> bool:
    """Whether the strict side holds at the line wherever it holds on one of its sides, all else equal; for every product."""
    free = ground.free.free
    formula = strict.formula(ground.free)
    number = _number(ask)
    term, times = free.quantity(ask)
    gap = _gap(ground, ask)
    at = replaced(formula, (term, times(number)))
    sides = [replaced(formula, (term, times(side))) for side in (number - gap, number + gap) if side >= 0]
    return all(ground.free.model(both((side, negated(at)))) is None for side in sides)


def _number(ask: Ask) -> Fraction:
    if ask.number is None:
        raise ValueError(f"{ask.question} is compared with nothing")
    return ask.number.low


def _gap(ground: Ground, ask: Ask) -> Fraction:
    """Half of the way to the next line for the same question."""
    same = {_number(one) for one in ground.vocabulary.asks if one.number and one.question == ask.question}
    return Fraction(min((abs(one - _number(ask)) for one in same if one != _number(ask)), default=Fraction(1, 1000)), 2)


def _pair(ground: Ground, strict: Strict, line: Line, *, against: bool) -> tuple[Shown, Shown] | None:
    """A product exactly at the line and one a hair beyond it, which the strict side tells apart.

    ``against``: with the strict side beyond the line instead of at it.
    """
    for shape in SHAPES:
        grown = ground.tree(shape)
        tree = grown.tree
        formula = strict.formula(grown)
        for ask in line.asks:
            exactly, variables = tree.exactly(ask, grown.node)
            for variable in variables:
                for step in (DOWN, UP):
                    beyond = replaced(formula, (variable, variable + step))
                    still = replaced(both((strict.around(grown), *tree.limits)), (variable, variable + step))
                    sides = (negated(formula), beyond) if against else (formula, negated(beyond))
                    model = grown.model(both((exactly, strict.around(grown), still, *sides)))
                    if model is not None:
                        return (grown, model), (grown, model.changed(variable, step))
    return None
