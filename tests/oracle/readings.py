"""The open questions of the text, with their options, and how one is read in a world.

Knows names and options as ``rules/readings.yaml`` publishes them, and which hold until someone chooses otherwise. Does not
know what follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.worlds import World

OPTIONS: dict[str, tuple[str, ...]] = {
    "part-2-reaches": ("magnet-only", "first-assembly", "any-depth"),
    "embedded-items": ("product-only", "every-level"),
    "numerator-origin": ("chinese-only", "all-part-1"),
    "alloys-with-others-61": ("covered", "named-only"),
    "part-2-targets": ("named-targets", "all-rare-earth-targets"),
    "origin-by-steps": ("declared-origin", "any-step-in-china"),
    "hong-kong-macao-taiwan": ("outside", "inside"),
    "transfer-within-a-country": ("not-an-export", "an-export"),
    "upstream-technology": ("own-steps-only", "taints"),
    "notice-scope": ("any-annex-item", "licensed-items"),
    "relief-to-refused-users": ("exempt", "not-exempt"),
    "suspension-last-day": ("still-suspended", "awake"),
    "start-after-suspension": ("at-once", "new-start-needed"),
    "fixed-magnets-18": ("outside", "inside"),
    "fixed-magnets-57": ("outside", "inside"),
    "minerals-and-scrap": ("mixture", "not-listed"),
    "cerium-magnets": ("ndfeb", "another-family"),
    "magnet-alloy": ("alloy-line", "not-listed"),
    "unnamed-magnets": ("by-composition", "outside"),
    "alloys-without-partner": ("metal-line", "not-listed"),
    "functional-materials-18": ("outside", "inside"),
    "functional-materials-unnamed-18": ("by-composition", "outside"),
    "functional-materials-57": ("by-composition", "outside"),
    "part-1-value": ("as-bought", "contained"),
    "precursors-61": ("counted", "not-counted"),
    "aggregation": ("summed", "each-alone"),
    "valuation": ("as-stated", "purchase-price", "customs-value", "market-price"),
    "early-technology": ("counts", "does-not-count"),
    "published-technology": ("counts", "does-not-count"),
    "special-movements": ("exports", "not-exports"),
    "later-re-exports": ("each-afresh", "licence-follows"),
    "legacy-stock": ("caught", "free"),
    "fifty-percent": ("single-direct", "aggregate-direct", "single-chain", "aggregate-proportional", "aggregate-chain"),
    "listed-consignee": ("importer-and-end-user", "any-party"),
    "process-node": ("name", "physical"),
    "layer-count": ("whole-chip", "one-stack"),
    "knowledge-62": ("clearly-knows", "should-know"),
    "support-reach": ("all-help", "not-ordinary-services"),
    "deemed-export-recipient": ("counts-as-foreign", "chinese"),
    "foreign-operator-62": ("reached", "not-reached"),
    "public-domain-62": ("before-or-licensed", "any-publication"),
    "patent-filings-62": ("chinese-only", "any-country"),
    "catch-all-reach": ("generic-too", "specific-only"),
    "basic-research-62": ("as-stated", "not-relied-on"),
}
UNLESS_CHOSEN = {
    "fixed-magnets-18": "outside",
    "functional-materials-18": "outside",
    "part-1-value": "as-bought",
    "early-technology": "counts",
    "published-technology": "counts",
}
"""An official answer, and what must be assumed for anything to be judged: used until another option is chosen."""


class Readings:
    """What was chosen of the open questions."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        self.chosen = {**UNLESS_CHOSEN, **chosen}

    def option(self, world: World, question: str, of: str = "") -> str:
        """How a question is read in a world. A question of several things may be read differently ``of`` each."""
        if question in self.chosen:
            return self.chosen[question]
        option: str = world.choose(("reading", question, of), OPTIONS[question])
        return option

    def says(self, world: World, question: str, option: str, of: str = "") -> bool:
        """Whether a question is read so."""
        assert option in OPTIONS[question]
        return self.option(world, question, of) == option
