"""The report of one determination as text, for programs: in a form and a language.

Knows the names of forms and languages. Words and translations stand elsewhere; the answer is the same in all of them.
"""

from __future__ import annotations

from pathlib import Path

from rare_earth_compliance.engine.determination import Determination
from rare_earth_compliance.law.model import RulePack
from rare_earth_compliance.law.translations import LANGUAGES
from rare_earth_compliance.reports import FORMATS, WORDED, render
from rare_earth_compliance.reports.language import speech
from rare_earth_compliance.reports.run import Run

SOURCE = "en"


def report(
    determination: Determination,
    *,
    form: str = "terminal",
    lang: str = SOURCE,
    pack: RulePack | None = None,
    rules: Path | None = None,
) -> str:
    """The report of a determination as text.

    ``form`` is one of those of ``rare-earth check --format``. ``lang`` is "en" or "zh" for the forms that people read;
    the others do not change with it. Another language than English needs the ``pack`` that was judged under, and the
    folder ``rules`` where it is not the one that comes along. Raises ValueError for an unknown form or language, or
    without the pack; Refused where the translation does not fit the pack.
    """
    if form not in FORMATS:
        raise ValueError(f"form {form!r}: expected one of {', '.join(FORMATS)}")
    if lang not in (SOURCE, *LANGUAGES):
        raise ValueError(f"lang {lang!r}: expected one of {', '.join((SOURCE, *LANGUAGES))}")
    run = Run(determinations=(determination,))
    if lang == SOURCE or form not in WORDED:
        return render(form, run)
    if pack is None:
        raise ValueError(f"lang {lang!r} needs the pack that was judged under: report(…, pack=pack)")
    return render(form, run, speech(lang, pack, rules))
