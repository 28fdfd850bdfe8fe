"""Duties with the day by which they are due.

Knows after which day a duty's working days are counted, and on which calendar. Does not know which days
are working days: the calendar that is handed in does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rare_earth_compliance.engine.determination import DutyOwed
from rare_earth_compliance.law.model import Duty, RulePack
from rare_earth_compliance.law.workdays import Calendar, due, every_day


class Deadlines:
    """The duties of a pack, counted from the day of export that is judged."""

    def __init__(self, pack: RulePack, readings: Mapping[str, str], on: date, calendar: Calendar | None) -> None:
        self.pack = pack
        self.readings = readings
        self.on = on
        self.calendar = calendar

    def owed(self, name: str, *, sure: bool = True) -> DutyOwed:
        """A duty of the pack as it is shown."""
        duty = self.pack.duties[name]
        return DutyOwed(
            id=name,
            who=duty.who,
            owes=duty.owes,
            at=duty.says.at,
            confidence=duty.says.confidence,
            sure=sure,
            due=self._due(duty),
        )

    def _due(self, duty: Duty) -> str:
        if duty.working_days is None:
            return ""
        if duty.counted_from != "export":
            return f"{duty.working_days} working days from acceptance of the application"
        strict = every_day(self.on, duty.working_days)
        official = due(self.on, duty.working_days, calendar=self.calendar)
        if official.last_day is not None:
            counted = f"{official.last_day} on the official Chinese calendar"
        else:
            counted = f"on the Chinese calendar: {official.because}"
        if duty.calendar is None:
            return f"for an export on {self.on}: {counted}"
        reading, chinese = duty.calendar
        option = self.readings.get(reading)
        if option == chinese:
            return f"for an export on {self.on}: {counted} (reading {reading} = {option})"
        if option is not None:
            return f"for an export on {self.on}: {strict}, every day counted (reading {reading} = {option})"
        return f"for an export on {self.on}: {counted}; {strict} if every day counts (reading {reading} not chosen)"
