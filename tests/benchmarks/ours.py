"""The product as it is measured: from bytes to a determination, with nothing left open in the law.

Knows the readings and the confirmation under which the simple decision of the peers is the whole answer.
"""

from __future__ import annotations

import json

from rare_earth_compliance.batch.lines import Under, begin
from rare_earth_compliance.batch.pieces import Given
from rare_earth_compliance.core.problems import Place
from rare_earth_compliance.engine.determination import Answer, Determination
from rare_earth_compliance.engine.determine import chosen_readings, determine
from rare_earth_compliance.engine.documents import Documents
from rare_earth_compliance.engine.plan import Plan
from rare_earth_compliance.law.loader import load
from rare_earth_compliance.law.model import Confirmation
from rare_earth_compliance.product.reader import read, shipment_of
from rare_earth_compliance.reports.as_json import to_dict
from tests.benchmarks import peers

READINGS = {
    "start-after-suspension": "at-once",
    "numerator-origin": "chinese-only",
    "valuation": "as-stated",
    "aggregation": "summed",
    "precursors-61": "not-counted",
    "part-2-reaches": "magnet-only",
    "embedded-items": "every-level",
    "upstream-technology": "own-steps-only",
    "notice-scope": "licensed-items",
    "origin-by-steps": "declared-origin",
}
ASSUMED = "assumed for a measurement"


def lapsed() -> Confirmation:
    """The suspension is over: the rule under measurement is in force."""
    place = Place(file="benchmark")
    return Confirmation(
        settles="suspension-70",
        outcome="lapsed",
        through=None,
        instrument=ASSUMED,
        published=peers.DAY,
        source=ASSUMED,
        by=ASSUMED,
        day=peers.DAY,
        place=place,
    )


class Ours:
    """The product under measurement: from bytes to a determination."""

    def __init__(self) -> None:
        self.pack = load()
        self.plan = Plan(self.pack, chosen_readings(self.pack, READINGS))
        self.confirmed = (lapsed(),)
        self._line = begin(
            Under(
                pack=self.pack,
                days=(peers.DAY,),
                today=peers.DAY,
                readings=tuple(READINGS.items()),
                confirmations=self.confirmed,
            )
        )
        self.documents = Documents(self.pack, on=peers.DAY, readings=READINGS, confirmations=self.confirmed, plan=self.plan)
        self._alone = Documents(self.pack, on=peers.DAY, readings=READINGS, confirmations=self.confirmed, plan=self.plan)
        self._alone._outlines = None

    def judged(self, data: bytes) -> Determination:
        """Read and judge; what people read of it is worked out when it is looked at."""
        return self.documents.determine(data, "product.json")

    def judged_alone(self, data: bytes) -> Determination:
        """The same where no other product has the outline of this one."""
        return self._alone.determine(data, "product.json")

    def judged_whole(self, data: bytes) -> Determination:
        """The same without the quick way: every line read and judged."""
        contents = read(data, "product.json")
        assert contents.product is not None
        shipment = shipment_of(contents.product, contents.shipment, contents)
        return determine(shipment, self.pack, on=peers.DAY, readings=READINGS, confirmations=self.confirmed, plan=self.plan)

    def reaches(self, data: bytes) -> bool:
        """The answer as the peers give it. Raises AssertionError for an answer that they do not know."""
        answer = self.judged(data).answer
        assert answer is not Answer.UNDETERMINED
        return answer is Answer.REQUIRED

    def reaches_alone(self, data: bytes) -> bool:
        """The same where no two products have one outline."""
        return self.judged_alone(data).answer is Answer.REQUIRED

    def written(self, data: bytes) -> bool:
        """The same as a line of results of ``check --batch``: status, standings and questions."""
        return json.loads(self._line(0, Given(name="product.json", data=data)))["answer"] == Answer.REQUIRED.value

    def reaches_whole(self, data: bytes) -> bool:
        """The same with every line read and judged."""
        return self.judged_whole(data).answer is Answer.REQUIRED

    def with_evidence(self, data: bytes) -> int:
        """The same with every finding, trace and question worked out."""
        return len(self.judged(data).findings)

    def rendered(self, data: bytes) -> str:
        """The same as JSON text."""
        return json.dumps(to_dict(self.judged(data)))
