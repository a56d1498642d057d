"""Translations of a questionnaire as the ``.po`` files that stand beside a script."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.languages import shipped


def catalogue(language: str, texts: Iterable[tuple[str, str, str]]) -> str:
    """A ``.po`` file of (name, English text, translation); untranslated ones stay empty."""
    known = shipped().get(language)
    head = (f"Language: {language}", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            *([f"Plural-Forms: {known.plural}"] if known is not None else []))  # fmt: skip
    rows = ['msgid ""', 'msgstr ""', *(_quoted(f"{line}\n") for line in head)]
    for name, text, said in texts:
        rows += ["", f"msgctxt {_quoted(name)}"]
        rows += [f"msgid {_quoted(text)}", f"msgstr {_quoted(said)}"]
    return "\n".join(rows) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("\t", "\\t").replace("\r", "") + '"'
