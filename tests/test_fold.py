"""Folding: what is compared, and offsets that point into the text as typed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.recognise.fold import fold, has_cyrillic, squash, tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Rēzekne", "rezekne"),
        ("Ķekava, Ņukši, Ļaudona", "kekava, nuksi, laudona"),
        ("Даугавпилс", "daugavpils"),
        ("объявление ещё", "objavlenie esce"),
        ("München Malmö Straße", "munchen malmo strasse"),
        ("Ri\u0304ga", "riga"),
        ("don't", "dont"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("salacgriiva", "salacgriva"),
        ("yelgava", "elgava"),
        ("jelgava", "elgava"),
        ("shveciya", "svecija"),
        ("tsesis", "cesis"),
        ("zhivem", "zivem"),
    ],
)
def test_squash_makes_spellings_equal(one: str, other: str) -> None:
    assert squash(one) == squash(other)


def test_tokens() -> None:
    words = tokens("Uz D-pils, 11gadus; don't Ri\u0304gā")
    assert [word.folded for word in words] == ["uz", "d", "pils", "11", "gadus", "dont", "riga"]
    assert [word.before for word in words] == ["", " ", "-", ", ", "", "; ", " "]
    assert [word.capital for word in words] == [True, True, False, False, False, False, True]
    assert [word.script for word in tokens("Рига 5 x")] == ["cyrillic", "digit", "latin"]
    assert has_cyrillic("Rīgа") is True  # the last letter is Cyrillic


@given(st.text())
def test_tokens_cover_the_text_in_order(text: str) -> None:
    end = 0
    for word in tokens(text):
        assert text[end : word.start] == word.before
        assert word.start < word.end
        assert word.lower == text[word.start : word.end].lower()
        end = word.end


@pytest.mark.parametrize("piece", ["a", "'", "a'", "āa ", "1a", "\u0304", "a\u0304 "])
def test_tokens_never_backtrack(piece: str) -> None:
    text = (piece * 65536)[:65536]
    begun = time.process_time()
    tokens(text)
    assert time.process_time() - begun < 1.0
