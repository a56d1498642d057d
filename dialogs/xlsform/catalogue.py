"""Translations of a questionnaire as the ``.po`` files that stand beside a script."""

from __future__ import annotations

from collections.abc import Iterable

PLURALS = {
    "lv": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);",
    "ltg": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
          "(n%100<10 || n%100>=20) ? 1 : 2);",
}  # fmt: skip
"""Plural forms as gettext's manual has them; a script's own texts count nothing."""


def catalogue(language: str, texts: Iterable[tuple[str, str, str]]) -> str:
    """A ``.po`` file of (name, English text, translation); untranslated ones stay empty."""
    plural = PLURALS.get(language, "nplurals=2; plural=(n != 1);")
    head = (f"Language: {language}", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            f"Plural-Forms: {plural}")  # fmt: skip
    rows = ['msgid ""', 'msgstr ""', *(_quoted(f"{line}\n") for line in head)]
    for name, text, said in texts:
        rows += ["", f"msgctxt {_quoted(name)}"]
        rows += [f"msgid {_quoted(text)}", f"msgstr {_quoted(said)}"]
    return "\n".join(rows) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("\t", "\\t").replace("\r", "") + '"'
