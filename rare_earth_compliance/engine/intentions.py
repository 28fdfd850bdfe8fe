"""What is said of the use of goods and of when technology became public, and can not be so together.

Knows that who knows of a use has that purpose among the others, and that nothing is public before the day on which it becomes
so. Knows no law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from rare_earth_compliance.product.model import EndUse, Transfer

PRODUCTION = "overseas-rare-earth-production"
"""The purpose of which a state of knowledge speaks."""
NOT_KNOWN = "no"


def unlike_the_purpose(use: EndUse) -> Iterator[str]:
    """A state of knowledge that the stated purposes exclude."""
    if use.knowledge is None or use.purposes is None:
        return
    named = PRODUCTION in use.purposes
    if named and use.knowledge == NOT_KNOWN:
        yield "the purpose is said to be rare-earth production outside China, and the exporter to know of no such use"
    if not named and use.complete and use.knowledge != NOT_KNOWN:
        yield (
            f"the exporter is said to know, or to have to know, of rare-earth production outside China ({use.knowledge}), "
            f"and the purposes to be {', '.join(use.purposes)} and no other"
        )


def foretold(transfer: Transfer, days: Iterable[date | None]) -> Iterator[str]:
    """Technology that is said to be public before the act and to become so after it, as far as its days are told."""
    public = transfer.published_on
    if not transfer.published or public is None:
        return
    later = min((day for day in days if day is not None and day < public), default=None)
    if later is not None:
        yield f"the technology is said to be public before the act, and to become so on {public}, after the act on {later}"
