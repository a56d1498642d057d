"""How and when to reach a family: telephone number, e-mail address, best hours."""

from __future__ import annotations

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from dialogs.recognise.fold import tokens
from dialogs.recognise.numbers import number_at
from dialogs.recognise.vocabulary import Phrases, Vocabulary

_LONGEST = 500
_HOME = "LV"
_SPACED_AT = re.compile(r"\s?(?:@|\(at\)|\[at\])\s?")
_EDGES = ".,;:!?()[]<>\"'«»„“”"

Hours = tuple[int, int]
"""First hour and the hour it ends, 0 to 24 on the family's clock."""


def read_phone(text: str, country_hint: str | None = None) -> str | None:
    """The first valid telephone number in the text as E.164 ("+37129123456"), or None.

    ``country_hint`` is the ISO 3166-1 code of the country the family lives in: numbers without
    "+" are read as numbers of that country, then as Latvian ones. Only the first 500 characters
    are looked at.
    """
    text = text[:_LONGEST]
    regions = [country_hint.upper()] if country_hint else []
    if _HOME not in regions:
        regions.append(_HOME)
    for region in regions:
        if region in phonenumbers.SUPPORTED_REGIONS:
            for match in phonenumbers.PhoneNumberMatcher(text, region):
                return _written(match)
    # A full international number is believed even where its range is not in use today; a bare
    # run of figures is not, for it may be a personal code.
    possible = phonenumbers.Leniency.POSSIBLE
    for match in phonenumbers.PhoneNumberMatcher(text, None, leniency=possible):
        return _written(match)
    return None


def _written(match: phonenumbers.PhoneNumberMatch) -> str:
    return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))


def read_email(text: str) -> str | None:
    """The first well-formed e-mail address in the text, normalised, or None.

    Whether it can receive anything is not asked. "anna @ mail.lv" and "anna (at) mail.lv" count.
    """
    for word in _SPACED_AT.sub("@", text[:_LONGEST]).split():
        if "@" not in word:
            continue
        candidate = word.strip(_EDGES).removeprefix("mailto:")
        try:
            return validate_email(candidate, check_deliverability=False).normalized
        except EmailNotValidError:
            continue
    return None


_PARTS: Vocabulary[Hours] = Vocabulary(
    [
        ((8, 12), "rīt* no rīta utro утр* morning* утром s utra priekšpusdien*"),
        ((12, 14), "pusdien* pusdienlaik* обед* lunch* noon полдень"),
        ((12, 17), "pēcpusdien* afternoon*"),
        ((9, 17), "dien* днем днём день daytime day weekdays darbdien* darba будни рабочее"),
        ((18, 21), "vakar* вечер* evening* vecher* night"),
        ((8, 21), ("jebkur* vienalga любое любой anytime any vienmēr всегда always kad когда"
         " whenever"
         " visu весь all")),
    ]
)  # fmt: skip
_AFTER: Vocabulary[str] = Vocabulary(
    [
        ("after", "pēc после after from no с sākot posle"),
        ("before", "līdz до before until till do pirms by"),
        ("pm", "pm p vakarā вечера vakaros дня"),
        ("am", "am rītā утра"),
    ]
)
_AFTER_WORK: Phrases[bool] = Phrases(
    [(True, "pēc darba, после работы, after work, posle raboty")], gap=0
)
_EARLIEST, _LATEST = 8, 21


def read_hours(text: str) -> Hours | None:
    """The hours that suit for a call, on the family's own clock, or None.

    "18-20", "no 8 līdz 10", "после 18", "after 6pm", "vakaros", "any time". Open ends are closed
    at 8 and 21 hours, the hours in which people may be called.
    """
    words = tokens(text[:_LONGEST])
    hours: list[int] = []
    edge = ""
    for at, word in enumerate(words):
        if word.script == "digit" and at and word.before in (":", ".") and len(word.folded) == 2:
            continue  # minutes
        number = number_at(words, at)
        if number is None or number[0] > 24:
            continue
        if word.script != "digit" and number[1] != "count":
            continue
        marked = [_AFTER.get(other) for other in words[at + 1 : at + 2]]
        if word.folded == "00" and hours:
            continue
        value = number[0]
        if "pm" in marked and value < 12:
            value += 12
            hours = [h + 12 if h < 12 and len(hours) == 1 and not edge else h for h in hours]
        hours.append(value)
        if at and len(hours) == 1:
            edge = _AFTER.get(words[at - 1]) or ""
    if len(hours) >= 2 and hours[0] < hours[1]:
        return hours[0], hours[1]
    if len(hours) == 1:
        hour = hours[0]
        evening = any(_PARTS.get(word) == (18, 21) for word in words) and hour < 12
        hour += 12 if evening else 0
        if edge == "after":
            hour += 12 if hour < _EARLIEST else 0  # nobody is called after six in the morning
            return (hour, _LATEST) if hour < _LATEST else (hour, min(24, hour + 2))
        if edge == "before":
            return (_EARLIEST, hour) if hour > _EARLIEST else (max(0, hour - 2), hour)
        return hour, min(24, hour + 1)
    if _AFTER_WORK.find(words):
        return 18, _LATEST
    for word in words:
        part = _PARTS.get(word)
        if part is not None:
            return part
    return None
