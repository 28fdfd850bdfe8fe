"""What a file of product data is called, wherever it is found: in a folder, in an archive, or in a history."""

from __future__ import annotations


def may_be_product(name: str) -> bool:
    """Whether a file that was found is looked at as one of product data; large and small letters are alike."""
    return name.lower().endswith(".json")
