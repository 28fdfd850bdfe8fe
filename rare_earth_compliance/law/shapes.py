"""A file of rules put into its shape, with every key that does not fit as a problem.

Knows how a misfit is said to people. Does not know what the shapes are.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from rare_earth_compliance.core.problems import Problem
from rare_earth_compliance.core.yaml_text import Document

M = TypeVar("M", bound=BaseModel)


def shaped(shape: type[M], document: Document, problems: list[Problem]) -> M | None:
    """The fields of a document, or None with the problems added to ``problems``."""
    try:
        return shape.model_validate(document.value)
    except ValidationError as error:
        for found in error.errors():
            kind, path = found["type"], tuple(found["loc"])
            message = {"missing": "is missing", "extra_forbidden": "is not a key of the format"}.get(kind, found["msg"].lower())
            problems.append(Problem(place=document.place(path), message=message, advice="see README.md of the rule files"))
        return None
