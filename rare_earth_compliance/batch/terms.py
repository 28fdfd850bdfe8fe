"""What many rows on many machines are judged under: small, named, and the same everywhere.

Knows that a rule pack does not travel with the work: each machine has it with the package, and the terms name it by its hash.
A machine that has another one, or another version of the package, judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rare_earth_compliance.batch.lines import Under
from rare_earth_compliance.core.problems import Place, Problem, Refused
from rare_earth_compliance.core.version import VERSION
from rare_earth_compliance.engine.determine import chosen_readings
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation
from rare_earth_compliance.law.pack_files import rules_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The day, the readings and the confirmations, and which rules. It can be pickled, and compared; made by ``agreed``."""

    on: date
    """The day judged for."""
    pack: str
    """The hash of the rule pack."""
    version: str
    """The version of the package that judges."""
    rules: str | None = None
    """The folder of the rule pack, where it is at the same place on every machine; None: the pack of the package."""
    readings: tuple[tuple[str, str], ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    known_by: date | None = None

    def under(self) -> Under:
        """The same with the rule pack as this machine has it.

        Raises Refused where that is another one than the terms name, where it can not be read, and in another version.
        """
        place = Place(file=str(self.rules or rules_folder()))
        advice = "install the same version of the package on every machine"
        if self.version != VERSION:
            message = f"the package here has version {VERSION}, asked for is {self.version}"
            raise Refused([Problem(place=place, message=message, advice=advice)])
        pack = load(Path(self.rules) if self.rules else None)
        if pack.sha256 != self.pack:
            message = f"the rule pack here is {pack.sha256}, asked for is {self.pack}"
            raise Refused([Problem(place=place, message=message, advice=advice)])
        return Under(
            pack=pack.without_cases,
            days=(self.on,),
            today=self.on,
            readings=self.readings,
            confirmations=self.confirmations,
            known_by=self.known_by,
        )


def agreed(
    *,
    on: date,
    rules: str | None = None,
    readings: Mapping[str, str] | None = None,
    confirmations: tuple[Confirmation, ...] = (),
    known_by: date | None = None,
) -> Terms:
    """The terms under the rule pack that is here; the keywords are those of ``determine``, ``rules`` a folder of rule files.

    Raises TypeError for a day that is none, and Refused for a rule pack that can not be read or a reading it does not have.
    """
    for day in (on, known_by):
        if day is not None and (isinstance(day, datetime) or not isinstance(day, date)):
            raise TypeError(f"found a {type(day).__name__}, expected a date")
    if on is None:
        raise TypeError("the day to judge for is missing")
    pack = load(Path(rules) if rules else None)
    chosen_readings(pack, readings or {})
    return Terms(
        on=on,
        pack=pack.sha256,
        version=VERSION,
        rules=rules,
        readings=tuple(sorted((readings or {}).items())),
        confirmations=tuple(confirmations),
        known_by=known_by,
    )
