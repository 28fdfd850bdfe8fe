"""The other half of the ten thousand cases on which the normal run compares the engine with the second implementation.

In a file of its own, so that both halves run at the same time. What is compared: see test_oracle.
"""

from __future__ import annotations

from tests.test_oracle import CASES, checked, compared

FIRST = 500_000
"""The first seed here: beyond those of the first half, below those of the long runs."""


def test_both_agree_on_as_many_more() -> None:
    checked(compared(FIRST, CASES), CASES)
