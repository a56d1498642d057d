"""Typed choices: a number, an ordinal, a label however spelled.

Every button can also be typed. A choice is taken only where it is plain; where two labels
are about equally near, both are given back so that the question can be put again with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from dialogs.recognise.fold import Token, plain_words, squash, tokens
from dialogs.recognise.numbers import numbers_in
from dialogs.recognise.synonyms import Option, by_meaning, by_range
from dialogs.recognise.vocabulary import Phrases, Vocabulary

_LEAST_SCORE = 78.0
"""Likeness from 0 to 100 below which a label is not meant (rapidfuzz ratio on folded text)."""
_MARGIN = 8.0
"""How much likelier than the next label a label must be."""
_FEW_WORDS, _TELLING, _SAME_WORD = 4, 5, 93.0
"""A label may be meant by one word: in texts so short, by words so long and so like it."""
_DENIED = frozenset(("ne", "nav", "net", "not", "no", "nevis", "izņemot"))
_LONGEST_CHOICE = 80
_MOST_TIED = 3
_MOST_PARTS = 20
_PARTS = re.compile(r"[,;\n+]| un | и | and ")
_NUMBERED = re.compile(r"^\s*[#№]?\d{1,3}\b")


_ALL: Phrases[bool] = Phrases(
    [(True, ("visi, visas, visu, все, всё, всех, all, everything, all of them, vse, vysi, oba, abi,"
      " оба, обе, both"))]
)  # fmt: skip
_LAST: Phrases[bool] = Phrases(
    [
        (
            True,
            "pēdējais, pēdējo, pēdējā, последний, последнее, последняя, последнюю, last, poslednij",
        )
    ]
)


def match_choice(
    text: str,
    options: Sequence[Option],
    many: bool = False,
    room: int = 0,
    *,
    labels_only: bool = False,
) -> tuple[str, ...]:
    """Which of ``options`` a typed text means; with ``many`` any number of them.

    By number ("2", "otrais", "2.", "1 4 6", "1-3"), by label with typos, without diacritics or
    transliterated, by words that only one label has; without ``many`` also by words that mean
    the same as a label, and by a number that falls into a label's range. Without ``many`` one id
    is the choice, several are labels equally near, to be asked about; none: not understood. With
    ``many`` all ids are chosen, in the order named; where the question speaks of ``room`` choices
    but has fewer, numbers of those that are not there are passed over ("1 2 3" of two). With
    ``labels_only`` other words of the same meaning do not count.
    """
    words = tokens(text)
    if not words or not options:
        return ()
    by_label = _exact(text, options)
    if by_label is not None:
        return (by_label,)
    if many and len(words) <= 3 and _ALL.find(words):
        return tuple(option_id for option_id, _ in options)
    if not many and len(words) <= 3 and _LAST.find(words):
        return (options[-1][0],)
    if not many and (fitting := by_range(text, words, options)):
        return (fitting,)
    by_number = _by_number(text, words, options, many, room)
    if by_number:
        return by_number
    if len(text) > _LONGEST_CHOICE and not many:
        return ()
    if not many:
        meant = None if labels_only else by_meaning(words, options)
        return (meant,) if meant else _by_label(text, options)
    return _several_labels(text, options)


def _exact(text: str, options: Sequence[Option]) -> str | None:
    plain = plain_words(text)
    for option_id, labels in options:
        if any(_plain_label(label) == plain for label in labels):
            return option_id
    return None


@lru_cache(maxsize=4096)
def _plain_label(label: str) -> str:
    """A label as it is compared: the same few labels are compared with every text."""
    return plain_words(label)


def _by_number(
    text: str, words: Sequence[Token], options: Sequence[Option], many: bool, room: int = 0
) -> tuple[str, ...]:
    """Ids by the numbers named, where the text is made of numbers (and a few words) only."""
    numbers = numbers_in(words, text)
    if not numbers:
        return ()
    if len(numbers) == 2 and numbers[0].kind == "rank" and words[-1].folded == "one":
        numbers = numbers[:1]  # "the second one"
    spoken = [word for word in words if not any(
        number.span.start <= word.start < number.span.end for number in numbers)]  # fmt: skip
    others = sum(1 for word in spoken if _FILLER.get(word) is None)
    if others == 1 and not many and len(numbers) == 1:
        # "2 Īrija" names the second answer; "2. klasē" has a number of its own.
        at = numbers[0].value - 1
        if not (0 <= at < len(options)) or not any(
            _likeness(word.folded, plain_words(label)) >= _LEAST_SCORE
            for word in spoken for label in options[at][1] if _FILLER.get(word) is None
        ):
            return ()
    ranked = not many and numbers[0].kind == "rank" and len(words) <= 3
    if others > (0 if _NUMBERED.match(text) is None else 1) and not ranked:
        return ()
    values: list[int] = []
    for at, number in enumerate(numbers):
        ranged = at and text[numbers[at - 1].span.end : number.span.start].strip() in (
            "-",
            "–",
        )
        if many and ranged:
            values.extend(range(numbers[at - 1].value + 1, number.value + 1))
        else:
            values.append(number.value)
    if not many and len(values) != 1:
        return ()
    if many:
        values = [value for value in values if not len(options) < value <= room]
    if any(not 1 <= value <= len(options) for value in values):
        return ()
    return tuple(dict.fromkeys(options[value - 1][0] for value in values))


_FILLER: Vocabulary[bool] = Vocabulary(
    [(True, ("un и and i the variants variantu вариант varianta number numurs nr номер punkts пункт"
      " izvēlos выбираю es я lūdzu пожалуйста please pie под the one to to vai atbilde ответ"
      " answer option please st nd rd th"))]
)  # fmt: skip


def _by_label(text: str, options: Sequence[Option]) -> tuple[str, ...]:
    typed = plain_words(text)
    if len(typed) < 2:
        return ()
    scored = sorted(
        ((max(_likeness(typed, _plain_label(label)) for label in labels), option_id)
         for option_id, labels in options if labels),
        key=lambda pair: -pair[0],
    )  # fmt: skip
    if not scored or scored[0][0] < _LEAST_SCORE:
        return _by_one_word(typed, options)
    near = [option_id for score, option_id in scored if score > scored[0][0] - _MARGIN]
    return tuple(near[:_MOST_TIED])


def _by_one_word(typed: str, options: Sequence[Option]) -> tuple[str, ...]:
    """The only option that has one of the words typed ("ārzemēs dzīvojam"), unless denied."""
    words = typed.split()
    if len(words) > _FEW_WORDS or not _DENIED.isdisjoint(words):
        return ()
    named = {
        option_id
        for option_id, labels in options
        for label in labels
        for other in _plain_label(label).split()
        for word in words
        if len(word) >= _TELLING and _word_likeness(word, other) >= _SAME_WORD
    }
    return tuple(named) if len(named) == 1 else ()


def _likeness(typed: str, label: str) -> float:
    """0 to 100: the better of whole-text likeness and of the label's words named."""
    if not label:
        return 0.0
    whole = max(
        fuzz.ratio(typed, label, score_cutoff=50),
        fuzz.ratio(
            squash(typed.replace(" ", "")),
            squash(label.replace(" ", "")),
            score_cutoff=50,
        ),
    )
    typed_words, label_words = typed.split(), label.split()
    long_words = [word for word in typed_words if len(word) >= 3]
    if not long_words or len(typed_words) > 6:
        return whole
    found = 0.0
    weight = 0
    for word in long_words:
        best = max((_word_likeness(word, other) for other in label_words), default=0.0)
        found += best * len(word)
        weight += len(word)
    named = found / weight
    # Words of the label beat a likeness of the whole, but never reach an exact label.
    return max(whole, min(named, 97.0) if named >= 85 else 0.0)


def _word_likeness(word: str, other: str) -> float:
    if word == other:
        return 100.0
    shorter = min(len(word), len(other))
    if shorter >= 4 and (other.startswith(word) or word.startswith(other)):
        return 95.0
    longer = max(len(word), len(other))
    # One stem, other endings: "darzins" and "darzinu".
    if shorter >= 6 and longer - shorter <= 3 and word[: shorter - 2] == other[: shorter - 2]:
        return 93.0
    if shorter < 4:
        return 90.0 if longer <= 5 and other.startswith(word) else 0.0
    return float(fuzz.ratio(squash(word), squash(other), score_cutoff=80))


def _several_labels(text: str, options: Sequence[Option]) -> tuple[str, ...]:
    chosen: list[str] = []
    parts = [part for part in _PARTS.split(text) if part.strip()][:_MOST_PARTS]
    for part in parts:
        words = tokens(part)
        found = _by_number(part, words, options, True) if words else ()
        if not found:
            named = _by_label(part, options)
            found = named if len(named) == 1 else ()
        chosen.extend(found)
    if not chosen and len(parts) > 1:
        named = _by_label(text, options)
        chosen.extend(named if len(named) == 1 else ())
    return tuple(dict.fromkeys(chosen))
