"""The loader of rule packs: a folder of files to a RulePack, or to every problem in it.

Knows how the files of a pack fit together: names, counts, references, cases. One broken rule refuses
the pack. Reads only files below the folder it is given. Does not evaluate anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeVar

from rare_earth_compliance.core import codes, json_text
from rare_earth_compliance.core.problems import Path, Place, Problem, Refused
from rare_earth_compliance.core.yaml_text import Document
from rare_earth_compliance.law import build, files, listed, model, parties
from rare_earth_compliance.law.checks import check_pack
from rare_earth_compliance.law.claims import CLAIMS
from rare_earth_compliance.law.conditions import AnyOf, Condition, ConditionReader, Question, Term, readings_of
from rare_earth_compliance.law.opening import Opened
from rare_earth_compliance.law.pack_files import PACK, digest, rules_folder
from rare_earth_compliance.law.translations import file_names

N = TypeVar("N")
EFFECTS = {"required": model.LICENCE, "prohibited": model.PROHIBITION, "none": model.DUTY}


def load(folder: FilePath | None = None) -> model.RulePack:
    """The pack in ``folder``, or the one that comes with the product. Raises Refused with all problems."""
    return _Loader(folder or rules_folder()).load()


@dataclass(slots=True)
class _Loader(Opened):
    @contextmanager
    def counted_conditions(self, document: Document, count: int, reader: ConditionReader) -> Iterator[None]:
        """A part that was lost from a condition would leave another one. Where one can not be read, that is said alone."""
        before, problems = reader.count, len(self.problems)
        yield
        if len(self.problems) == problems:
            self.counted(document, count, reader.count - before, "conditions", "condition_count")

    def load(self) -> model.RulePack:
        opened = self.file(PACK, files.PackFile)
        if opened is None:
            raise Refused(self.problems)
        document, pack = opened
        opened_lists = [one for name in pack.lists if (one := self.file(name, files.ListFile))]
        reader, readings = self.language(pack, frozenset(fields.id for _, fields in opened_lists))
        lists = self.lists(opened_lists, reader)
        parts = _Parts()
        for name in pack.instruments:
            self.instrument(name, reader, parts)
        subjects = self.subjects(pack.subjects)
        people = self.parties(pack.parties)
        named = {PACK, pack.vocabulary, pack.readings, pack.terms, pack.parties, *pack.lists, *pack.instruments, *pack.subjects}
        self.strays(document, named)
        # What was passed over because its file was lost must never become a pack, whatever was said of the file.
        if self.problems or reader.lost:
            raise Refused(self.problems)
        made = model.RulePack(
            id=pack.pack,
            title=pack.title,
            verified_through=pack.verified.through,
            verified_how=pack.verified.how,
            sha256=digest(self.seen),
            instruments=parts.instruments,
            rules=parts.rules,
            policies=parts.policies,
            duties=parts.duties,
            cautions=parts.cautions,
            lists=lists,
            readings=readings,
            terms=reader.terms,
            questions=reader.questions,
            suspensions=parts.suspensions,
            statuses=parts.statuses,
            not_modelled=tuple(
                model.NotModelled(id=one.id, subject=one.subject, elements=frozenset(one.elements), state=one.state)
                for one in pack.not_modelled
            ),
            subjects=subjects,
            parties=people,
            files=tuple(sorted(self.seen)),
        )
        self.problems += check_pack(made, str(self.folder))
        if self.problems:
            raise Refused(self.problems)
        return made

    def strays(self, document: Document, named: set[str | None]) -> None:
        """A rule file that the pack does not name would be law that nobody evaluates; translations and claims are no law."""
        found = set()
        for above, _, names in os.walk(self.folder, onerror=self.unseen):
            paths = (FilePath(above, name).relative_to(self.folder) for name in names)
            found |= {path.as_posix() for path in paths if path.suffix.lower() in (".yaml", ".yml")}
        for name in sorted(found - named - file_names() - {CLAIMS}):
            self.note(document, (), f"{name} lies in the folder, but the pack does not name it", "name it, or move it away")

    def unseen(self, error: OSError) -> None:
        """A folder that can not be looked into may hold such a file."""
        why = (error.strerror or "can not be read").lower()
        self.problems.append(Problem(place=Place(file=str(error.filename)), message=why, advice="restore the folder"))

    # ---- vocabulary, readings, terms

    def question(self, document: Document, position: int, one: files.QuestionFields) -> None:
        if (one.found_at is None) == (one.computed_by is None):
            self.note(document, ("questions", position), "needs exactly one of found_at and computed_by")
        if one.settled_by and (one.type != "words" or not {*one.settled_by} <= {*one.words}):
            self.note(document, ("questions", position), "settled_by needs some of the words of a question of the type words")

    def language(self, pack: files.PackFile, lists: frozenset[str]) -> tuple[ConditionReader, dict[str, model.Reading]]:
        questions: dict[str, Question] = {}
        lost = {"questions", "readings", "terms"} | ({"lists"} if len(lists) < len(pack.lists) else set())
        if opened := self.file(pack.vocabulary, files.VocabularyFile):
            document, words = opened
            if self.counted(document, words.count, len(words.questions), "questions"):
                lost.discard("questions")
            questions = self.unique(document, "questions", ((one.ask, build.question(one)) for one in words.questions))
            for position, one in enumerate(words.questions):
                self.question(document, position, one)
        readings = self.readings(pack.readings, lost)
        named = {one.id: tuple(option.id for option in one.options) for one in readings.values()}
        reader = ConditionReader(questions, named, {}, lists)
        reader.lost = lost
        if opened_terms := self.file(pack.terms, files.TermsFile):
            document, terms = opened_terms
            if self.counted(document, terms.count, len(terms.terms), "terms"):
                lost.discard("terms")
            reader.groups = {name: frozenset(group) for name, group in terms.groups.items()}
            if "questions" not in lost:
                self.groups(document, terms.groups, reader.questions)
            with self.counted_conditions(document, terms.condition_count, reader):
                for position, term in enumerate(terms.terms):
                    if term.id in reader.terms:
                        self.note(document, ("terms", position), f"the term {term.id!r} stands twice")
                    made = self.condition(
                        reader, document, document.value["terms"][position]["when"], ("terms", position, "when")
                    )
                    reader.terms[term.id] = Term(term.id, term.says, made)
        return reader, readings

    def readings(self, name: str, lost: set[str]) -> dict[str, model.Reading]:
        readings: dict[str, model.Reading] = {}
        if opened_readings := self.file(name, files.ReadingsFile):
            document, listed = opened_readings
            if self.counted(document, listed.count, len(listed.readings), "readings"):
                lost.discard("readings")
            readings = self.unique(document, "readings", ((one.id, build.reading(one)) for one in listed.readings))
            for position, reading in enumerate(listed.readings):
                options = {option.id for option in reading.options}
                used = (reading.conservative, reading.official, reading.assumed)
                if any(option is not None and option not in options for option in used):
                    wrong = "conservative, official or assumed names no option of the reading"
                    self.note(document, ("readings", position), wrong)
                if reading.assumed and reading.assumed != reading.conservative:
                    advice = "assume the careful option, or none"
                    self.note(document, ("readings", position), "assumes an option that is not the conservative one", advice)
                if reading.official and reading.assumed:
                    self.note(document, ("readings", position), "has an official answer and an assumed one", "keep one")
        return readings

    def groups(self, document: Document, groups: Mapping[str, Iterable[str]], questions: Mapping[str, Question]) -> None:
        """A misspelt word in a group would quietly match nothing."""
        known = {word for question in questions.values() for word in question.words} | set(codes.countries())
        for name, group in groups.items():
            for word in group:
                if word not in known:
                    self.note(document, ("groups", name), f"{word!r} is no word of any question and no country")

    def unique(self, document: Document, key: str, pairs: Iterable[tuple[str, N]]) -> dict[str, N]:
        found: dict[str, N] = {}
        for position, (name, value) in enumerate(pairs):
            if name in found:
                self.note(document, (key, position), f"{name!r} stands twice", "ids are never used again")
            found[name] = value
        return found

    def condition(self, reader: ConditionReader, document: Document, raw: Any, path: Path) -> Condition:
        reader.wrong.clear()
        made = reader.read(raw, path)
        for where, message, advice in reader.wrong:
            self.note(document, where, message, advice)
        return made

    # ---- lists of persons

    def parties(self, name: str | None) -> listed.Parties:
        """The parties that are known to be on a list; nobody where the pack has no file of them."""
        opened = self.file(name, parties.PartiesFile) if name else None
        if opened is None:
            return listed.NOBODY
        document, fields = opened
        for path, message in parties.wrong(fields):
            self.note(document, path, message)
        return parties.made(fields)

    # ---- lists

    def lists(self, opened: list[tuple[Document, files.ListFile]], reader: ConditionReader) -> dict[str, model.ItemList]:
        found: dict[str, model.ItemList] = {}
        for document, fields in opened:
            self.counted(document, fields.count, len(fields.entries), "entries")
            self.counted(document, fields.case_count, len(fields.cases), "cases", "case_count")
            entries = []
            with self.counted_conditions(document, fields.condition_count, reader):
                for position, one in enumerate(fields.entries):
                    here: Path = ("entries", position, "recognise")
                    when = AnyOf(()) if one.recognise is None else self.condition(reader, document, one.recognise, here)
                    if one.recognise is None and one.declared == "no" and not one.note:
                        advice = "say how, or by what code; or in 'note' that it is kept here and not judged"
                        self.note(document, ("entries", position), "can not be recognised at all", advice)
                    entries.append(build.entry(one, when, document.place(("entries", position))))
            self.unique(document, "entries", ((one.code, one) for one in fields.entries))
            if fields.id in found:
                self.note(document, ("list",), f"the list {fields.id!r} stands twice")
            found[fields.id] = model.ItemList(
                id=fields.id,
                instrument=fields.instrument,
                title=fields.title,
                confidence=fields.confidence,
                note=fields.note,
                entries=tuple(entries),
                elements=frozenset(symbol for entry in entries for symbol in build.elements(entry.recognise)),
                cases=tuple(
                    build.list_case(one, document.place(("cases", position))) for position, one in enumerate(fields.cases)
                ),
            )
        return found

    # ---- instruments

    def instrument(self, name: str, reader: ConditionReader, parts: _Parts) -> None:
        opened = self.file(name, files.InstrumentFile)
        if opened is None:
            return
        document, fields = opened
        self.counted(document, fields.count, len(fields.rules), "rules")
        self.counted(document, fields.case_count, sum(len(rule.cases) for rule in fields.rules), "cases", "case_count")
        days = [case for rule in fields.rules if rule.assume.on for case in rule.cases if case.on]
        self.counted(document, fields.own_day_count, len(days), "cases with a day of their own", "own_day_count")
        own = fields.instrument
        self.put(document, ("instrument",), parts.instruments, own.id, build.instrument(own))
        with self.counted_conditions(document, fields.condition_count, reader):
            self.judging(document, fields, reader, parts)
        for position, duty in enumerate(fields.duties):
            self.put(document, ("duties", position), parts.duties, duty.id, build.duty(duty))
            if (duty.working_days is None) != (duty.counted_from is None):
                self.note(document, ("duties", position), "working_days and counted_from go together", "give both or none")
        for position, suspension in enumerate(fields.suspensions):
            made_suspension, status = build.suspension(suspension, own.id)
            self.put(document, ("suspensions", position), parts.suspensions, suspension.id, made_suspension)
            if status:
                self.put(document, ("suspensions", position), parts.statuses, status.id, status)

    def judging(self, document: Document, fields: files.InstrumentFile, reader: ConditionReader, parts: _Parts) -> None:
        """The parts of an instrument that have conditions."""
        own = fields.instrument
        for position, rule in enumerate(fields.rules):
            made = self.rule(rule, own.id, document, position, reader)
            self.put(document, ("rules", position), parts.rules, rule.id, made)
        for position, policy in enumerate(fields.policies):
            when = self.condition(reader, document, policy.when, ("policies", position, "when"))
            made_policy = model.Policy(
                id=policy.id, says=build.quote(policy.says), read_as=policy.read_as, when=when, policy=policy.policy
            )
            self.put(document, ("policies", position), parts.policies, policy.id, made_policy)
        for position, caution in enumerate(fields.cautions):
            when = self.condition(reader, document, caution.when, ("cautions", position, "when"))
            made_caution = model.Caution(
                id=caution.id,
                instrument=own.id,
                says=build.quote(caution.says),
                text=caution.text,
                when=when,
                asks=tuple(caution.asks),
            )
            self.put(document, ("cautions", position), parts.cautions, caution.id, made_caution)

    def put(self, document: Document, path: Path, found: dict[str, N], name: str, value: N) -> None:
        if name in found:
            self.note(document, path, f"the id {name!r} stands twice", "ids are never used again")
        found[name] = value

    def rule(
        self, fields: files.RuleFields, instrument: str, document: Document, position: int, reader: ConditionReader
    ) -> model.Rule:
        here: Path = ("rules", position)
        when = self.condition(reader, document, fields.when, (*here, "when"))
        unless = []
        for at, one in enumerate(fields.unless):
            lifted = self.condition(reader, document, one.when, (*here, "unless", at, "when"))
            unless.append(
                model.Exemption(
                    id=one.id,
                    says=build.quote(one.says),
                    read_as=one.read_as,
                    when=lifted,
                    only_if_stated=one.only_if_stated == "yes",
                    duties=tuple(one.duties),
                )
            )
        asked = readings_of(when).union(*(readings_of(one.when) for one in unless))
        if asked != set(fields.readings) and reader.lost <= {"lists"}:
            wrong = ", ".join(sorted(asked ^ set(fields.readings)))
            self.note(
                document, (*here, "readings"), f"does not name the readings the rule asks for: {wrong}", "name exactly those"
            )
        cases = tuple(self.cases(fields, document, here))
        return model.Rule(
            id=fields.id,
            instrument=instrument,
            title=fields.title,
            says=build.quote(fields.says),
            read_as=fields.read_as,
            starts=fields.in_force.from_,
            ends=fields.in_force.until,
            when=when,
            lists=build.lists_of(when),
            sleeps_with=tuple(fields.in_force.sleeps_with),
            effect=EFFECTS[fields.then.licence],
            policies=tuple(fields.then.policies),
            duties=tuple(fields.then.duties),
            unless=tuple(unless),
            cases=cases,
            reviewed=fields.reviewed,
            place=document.place(here),
        )

    def cases(self, fields: files.RuleFields, document: Document, here: Path) -> Iterator[model.Case]:
        for at, one in enumerate(fields.cases):
            try:
                yield build.case(one, fields.assume, document.place((*here, "cases", at)))
            except ValueError as error:
                self.note(document, (*here, "cases", at), str(error), "say both")

    def subjects(self, names: Iterable[str]) -> dict[str, model.Subject]:
        found: dict[str, model.Subject] = {}
        for name in names:
            data = self.open(name)
            if data is None:
                continue
            try:
                value = json_text.read(json_text.decode(data, name), name)
            except Refused as refused:
                self.problems += refused.problems
                continue
            key = FilePath(name).stem
            if key in found or not isinstance(value, dict):
                message = "a subject of this name stands already" if key in found else "a subject is one object"
                self.problems.append(Problem(place=Place(file=name), message=message, advice="rename or correct it"))
                continue
            found[key] = model.Subject(id=key, document=value)
        return found


@dataclass(slots=True)
class _Parts:
    instruments: dict[str, model.Instrument] = field(default_factory=dict)
    rules: dict[str, model.Rule] = field(default_factory=dict)
    policies: dict[str, model.Policy] = field(default_factory=dict)
    duties: dict[str, model.Duty] = field(default_factory=dict)
    cautions: dict[str, model.Caution] = field(default_factory=dict)
    suspensions: dict[str, model.Suspension] = field(default_factory=dict)
    statuses: dict[str, model.StatusQuestion] = field(default_factory=dict)
