"""What is different in the programme's data: which need, word, older name or setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dialogs.edition import NEEDS_FILE
from dialogs.programme.lists import shipped_text
from dialogs.yaml_text import MOST_LIST_BYTES, read_yaml

Told = tuple[str, dict[str, Any]]
"""One line: its name among the texts ``script:diff`` and its arguments."""
SHOWN = 12
"""Words of a list that are named at most."""
PLACES, RULES = "municipalities.yaml", "rules.yaml"
LISTS = ("words.yaml", "alarms.yaml")


def data_difference(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Told]:
    """Lines about data files; ``old`` and ``new`` are the files that are not the shipped ones."""
    for file in sorted({*old, *new}):
        before, after = (_value(file, own) for own in (old, new))
        if before != after:
            lines = list(_READERS.get(file, _nothing)(before, after))
            yield from lines or [("data_file", {"file": file})]


def _value(file: str, own: Mapping[str, str]) -> Any:
    text = own[file] if file in own else shipped_text(file)
    found = read_yaml(text, file, MOST_LIST_BYTES).value
    return found if isinstance(found, dict) else {}


def _nothing(before: Any, after: Any) -> Iterator[Told]:
    """Of a file whose parts have no words of their own."""
    return iter(())


def _needs(before: Any, after: Any) -> Iterator[Told]:
    earlier, now = (
        {need["id"]: need for group in value.get("groups", ()) for need in group["needs"]}
        for value in (before, after)
    )
    for need in earlier.keys() - now.keys():
        yield "need_removed", {"need": need}
    for need, fields in now.items():
        was = earlier.get(need)
        if was is None:
            yield "need_added", {"need": need}
            continue
        for field in ("family", "label"):
            if was.get(field) != fields.get(field):
                yield f"need_{field}", {"need": need, **_both(was.get(field), fields.get(field))}
        yield from _words("need_words", {"need": need}, was.get("said"), fields.get("said"))


def _places(before: Any, after: Any) -> Iterator[Told]:
    towns = {row["code"]: row["lv"] for row in after.get("municipalities", ())}

    def called(codes: object) -> str:
        return ", ".join(towns.get(code, code) for code in str(codes or "").split()) or "–"

    earlier, now = before.get("former", {}), after.get("former", {})
    for name in dict.fromkeys((*now, *earlier)):
        if earlier.get(name) != now.get(name):
            yield "alias", {"name": name, "was": called(earlier.get(name)),
                            "now": called(now.get(name))}  # fmt: skip


def _rules(before: Any, after: Any) -> Iterator[Told]:
    for rule, entries in after.items():
        earlier = sorted(before.get(rule, ()), key=lambda entry: str(entry["since"]))
        for entry in entries:
            if entry in earlier:
                continue
            until = [each for each in earlier if str(each["since"]) <= str(entry["since"])]
            was = until[-1]["value"] if until else None
            yield "rule", {"rule": rule, "since": str(entry["since"]),
                           **_both(was, entry["value"])}  # fmt: skip
        for entry in earlier:
            if entry not in entries and str(entry["since"]) not in {
                str(each["since"]) for each in entries
            }:
                yield "rule_gone", {"rule": rule, "since": str(entry["since"]),
                                    "was": plain(entry["value"])}  # fmt: skip


def _lists(before: Any, after: Any, *path: str) -> Iterator[Told]:
    """Lists of words, however deep: what is told is the list's own name."""
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        inner = [each for each in (was, now) if isinstance(each, dict)]
        if inner and any(isinstance(v, dict) for each in inner for v in each.values()):
            yield from _lists(was or {}, now or {}, *path, name)
        else:
            yield from _words("words", {"list": name}, was, now)


def _words(name: str, args: dict[str, Any], before: Any, after: Any) -> Iterator[Told]:
    """Words that came and went, by language."""
    was, now = (value if isinstance(value, dict) else {} for value in (before, after))
    for language in dict.fromkeys((*now, *was)):
        earlier, later = (str(each.get(language) or "").split() for each in (was, now))
        for what, some, others in (("added", later, earlier), ("gone", earlier, later)):
            words = [word for word in dict.fromkeys(some) if word not in set(others)]
            if words:
                shown = ", ".join(words[:SHOWN]) + (" …" if len(words) > SHOWN else "")
                yield f"{name}_{what}", {**args, "language": language, "words": shown}


def _both(was: object, now: object) -> dict[str, str]:
    return {"was": plain(was), "now": plain(now)}


def plain(value: object) -> str:
    """A setting's value on one line; a dash for none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {inner}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


_READERS = {
    NEEDS_FILE: _needs, PLACES: _places, RULES: _rules, **dict.fromkeys(LISTS, _lists),
}  # fmt: skip
