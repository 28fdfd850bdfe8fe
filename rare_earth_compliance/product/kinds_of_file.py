"""What a file is that holds no JSON: a table, a workbook, a PDF.

Knows how such files begin, and by which way a table comes in. They are refused as anything else that is no JSON: this only
says it in words that help whoever took the wrong file.
"""

from __future__ import annotations

from typing import Any

from rare_earth_compliance.core import json_text
from rare_earth_compliance.core.problems import Place, Problem, Refused

PRODUCTS = (
    "give a JSON document, of which 'rare-earth schema --fields' tells the keys; the rows of a table come in from a program, "
    "by Product.from_rows or read_rows"
)
PRICES = 'write it as JSON, {"format": "rare-earth-prices/1", "prices": […]}: no prices are read from a table'
_BEGINS = {
    "PK\x03\x04": "is a ZIP archive, as a workbook (.xlsx) is one",
    "\xd0\xcf\x11\xe0": "is a file of an office program, as an old workbook (.xls) is one",
    "%PDF": "is a PDF",
}
"""How files begin that are no text; each character stands for a byte."""
_SEPARATORS = (";", "\t", ",", "|")
_LOOKED_AT = 5
"""How many lines are looked at for the separators of a table."""
_MOST = 100_000
"""How much of a text is looked at."""
_JSON = ("{", "[")


def text_of(data: bytes, file: str, instead: str = PRODUCTS) -> str:
    """The text of a file that should hold JSON; ``instead`` says what to do where it is another kind of file.

    Raises Refused where it is no text that JSON may stand in.
    """
    try:
        return json_text.decode(data, file)
    except Refused:
        _told(_seen(data[:_MOST]), file, instead)
        raise


def document_of(text: str, file: str, instead: str = PRODUCTS) -> Any:
    """The JSON document of a text. Raises Refused with all its problems; ``instead`` as in ``text_of``."""
    try:
        return json_text.read(text, file)
    except Refused:
        _told(text[:_MOST], file, instead)
        raise


def _seen(data: bytes) -> str:
    """Enough of bytes that are no plain UTF-8 to tell what they are."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _told(text: str, file: str, instead: str) -> None:
    """Raises Refused where it can be told what kind of file it is."""
    found = next((what for begin, what in _BEGINS.items() if text.startswith(begin)), "") or _table(text)
    if found:
        message = f"{found}; expected a JSON document"
        raise Refused([Problem(place=Place(file=file, line=1), message=message, advice=instead)]) from None


def _table(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()][:_LOOKED_AT]
    if not lines or lines[0].lstrip().startswith(_JSON):
        return ""
    mark = next((one for one in _SEPARATORS if all(one in line for line in lines)), "")
    name = {"\t": "tabs"}.get(mark, repr(mark))
    return f"looks like a table with columns separated by {name} (CSV)" if mark else ""
