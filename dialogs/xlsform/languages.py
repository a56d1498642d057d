"""Which language a column is in: "label::Latviešu (lv)", "label::English", "hint::ru"."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale, UnknownLocaleError

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-]+)?\s*\)\s*$")
_BARE = re.compile(r"[a-z]{2,3}")


_OWN = ("lv", "ru", "en", "uk", "be", "lt", "et", "pl", "de", "nl", "fr", "es", "pt", "it", "sv",
        "nb", "da", "fi")  # fmt: skip
"""Languages known by their own name as well."""


@cache
def _names() -> dict[str, str]:
    """Languages by their English name and their own name, in small letters."""
    found = {str(name).lower(): str(code) for code, name in Locale("en").languages.items()
             if _BARE.fullmatch(str(code))}  # fmt: skip
    found |= {str(Locale.parse(code).display_name).lower(): code for code in _OWN}
    # How people write their own languages in a header; CLDR has these in small letters or longer.
    found |= {"latviešu valoda": "lv", "latviski": "lv", "latviesu": "lv", "latgaliešu": "ltg",
              "latgalīšu": "ltg", "latgalian": "ltg", "русский язык": "ru",
              "по-русски": "ru"}  # fmt: skip
    return found


def language_of(name: str) -> str | None:
    """The code of a language as a header names it; None if it is no known language."""
    marked = _CODE.search(name)
    if marked:
        return marked[1].lower() if _known(marked[1].lower()) else None
    named = name.strip().lower()
    if named in _names():
        return _names()[named]
    return named if _BARE.fullmatch(named) and _known(named) else None


def _known(code: str) -> bool:
    if code == "ltg":
        return True  # Latgalian: CLDR has no locale of it
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True
