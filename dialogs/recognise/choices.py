"""Typed choices: a number, an ordinal, a label however spelled; yes and no; command words.

Every button can also be typed. A choice is taken only where it is plain; where two labels
are about equally near, both are given back so that the question can be put again with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from dialogs.recognise.fold import Token, fold, squash, tokens
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
    plain = _plain(text)
    for option_id, labels in options:
        if any(_plain_label(label) == plain for label in labels):
            return option_id
    return None


def _plain(text: str) -> str:
    return " ".join([token.folded for token in tokens(text)])


@lru_cache(maxsize=4096)
def _plain_label(label: str) -> str:
    """A label as it is compared: the same few labels are compared with every text."""
    return _plain(label)


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
            _likeness(word.folded, _plain(label)) >= _LEAST_SCORE
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
    typed = _plain(text)
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


_ANSWERS: Phrases[Literal["yes", "no", "unsure"]] = Phrases(
    [
        ("unsure",
         ("nezin*, nav ne jausmas, varbūt, iespējams, grūti pateikt, nav skaidr*, laikam,"
         "не знаю, не знаем, незнаю, незнаем, может, может быть, возможно, наверное, не уверен,"
         "не уверена, не уверены, понятия не имею, без понятия, не решено, еще не решили,"
         "трудно сказать, сложно сказать, хз, ne znaju, ne znaem, neznaju, mozet byt,"
         "mozhet byt, не решили, не точно,"
         "dont know, don't know, do not know, not sure, maybe, perhaps, unsure, no idea, idk,"
         "dunno, possibly, could be, hard to say, not certain, undecided, havent decided,"
         " not decided, who knows, nazynu, nav zināms, nav izlemts, nemāku teikt,"
         " kas to lai zina, kā sanāks, neesmu pārliecināt*, neesam pārliecināt*, neesmu droš*,"
         " man vienalga, vienalga, все равно, всё равно, мне все равно, мне всё равно,"
         " без разницы, dont mind either way, either way, doesnt matter, dont remember,"
         " neatceros, neatceramies, не помню, не помним")),
        ("yes",
         ("jā, ja, nu jā, jap, jep, jaa, tieši tā, pareizi, der, labi, protams, noteikti, aha, ok,"
         "okei, okay, okey, ir, piekrītu, viss pareizi, drīkst, var, gribu, vēlos, да, ага, угу,"
         "конечно, верно, правильно, все верно, всё верно, хорошо, ладно, можно, так, точно, есть,"
         "хочу, да да, da, konechno, yes, yep, yeah, yup, sure, correct, right, of course, fine,"
         "y, absolutely, true, i do, we do, exactly, i agree, that is correct, yess, yea,"
         "kā tad, nu kā tad, skaidrs, bez šaubām, mhm, jā lūdzu, piekrītam, vajag, ļoti gribam,"
         "а как же, как же, само собой, разумеется, безусловно, естественно, еще бы, так точно,"
         "годится, подходит, пойдет, идет, норм, sure thing, definitely, certainly, indeed, aye,"
         "for sure, sounds good, perfect, great, alright, all right, why not, please do,"
         " neiebilst*, go for it, почему бы нет, почему бы и нет, почему нет, a kāpēc ne, kāpēc ne,"
         " lai jau, kāpēc gan ne, j, д, lieliski, great, that would be great, would be great,"
         " would be good, would be nice, id love to, было бы хорошо, буду рада, буду"
         " рад, с радостью,"
         " labprāt, būtu labi, būtu jauki, обязательно, непременно, с удовольствием,"
         " laikam jā, varbūt jā, drīzāk jā, domāju ka jā, domāju jā, šķiet jā, šķiet ka jā, būs,"
         " bija, noteikti jā, lai redz, lai skatās, lai zina, var rādīt, bez problēmām,"
         " наверное да, скорее да, скорее всего да, вроде да, думаю да, кажется да, будет, было,"
         " была, был, были, нужна, нужен, нужно, нужны, пусть, без проблем, не против,"
         " i think so, i guess so, i think yes, probably yes, maybe yes, will be, my wife will,"
         " my husband will, she will, he will, they will, i will, we will, wife will,"
         " husband will, no problem, no problems, i have, we have, weve got, ive got, be my guest,"
         " go ahead, no objection, i dont mind, we dont mind, by all means, uh huh, mhm, aha,"
         " lets do it, давайте, согласен, согласна, super, ок, окей, oki, nu, labs")),
        ("no",
         ("nē, ne, nee, nav, nedrīkst, nevar, negribu, nevēlos, nepareizi, nepiekrītu, nebūs,"
         "ne, не, nu nē, vēl nē, pagaidām nē, noteikti nē, nevajag, нет, неа, не надо, не"
         " нужно, нельзя,"
         "неверно, неправильно, не хочу, пока нет, ни одного, ни одной, никого, никого нет,"
         " не нужна, не нужен, не нужны, не будет, не было, нисколько, нету, не так, не верно,"
         " net, nea, njet, njet,"
         "no, nope, nah, not, no thanks, not yet, n, wrong, incorrect, of course not, never,"
         "please dont, lūdzu nē, lūdzu ne, пожалуйста не надо,"
         " absolutely not, definitely not, не нуждаемся, nevienam, никому, nobody does, dont need,"
         " we dont need, dont think so, no need, nav vajadzīgs, nav vajadzīga, nav vajadzības,"
         " neatceros ka būtu, not any more, not anymore, vairs ne, vairs nav, уже нет, больше нет,"
         "neviens, neviena, nevienu, nekā nav, nebija, nobody, no one, dont have, havent, hasnt,"
         " doesnt, didnt, we havent, i havent, we dont have, i dont have, laikam nē, drīzāk nē,"
         " varbūt nē, domāju ka nē, domāju nē, šķiet nē, diez vai, labāk nē, labāk ne,"
         " наверное нет, скорее нет, скорее всего нет, вроде нет, думаю нет, вряд ли, лучше нет,"
         " лучше не надо, probably not, maybe not, i guess not, i think not,"
         " rather not, better not,"
         "nekad, nekādā gadījumā, nepavisam, nemaz, ne jau, nē paldies, neesam, neesmu,"
         "никак нет, ни за что, вовсе нет, отнюдь, не хотим, ненадо, нет спасибо, никогда,"
         "not at all, no way, i dont think so, certainly not, none, dont want,"
         " not really, i dont, we dont, diemžēl nē, конечно нет, ни в коем случае, nevaru,"
         " nevaram")),
    ],
    gap=0,
)  # fmt: skip
_YES_NO_WORDS = 6
_PLEASE = frozenset(("ludzu", "please", "pozalujsta"))


def read_yes_no(text: str) -> Literal["yes", "no", "unsure"] | None:
    """What a short text answers to a yes-or-no question, or None."""
    words = tokens(text)
    if len(words) == 1 and words[0].folded in _PLEASE:
        return "yes"
    if not words:
        return {"👍": "yes", "👎": "no", "+": "yes", "-": "no"}.get(text.strip())  # type: ignore[return-value]
    if len(words) > _YES_NO_WORDS:
        words = words[:2]
        found = [said for said in _ANSWERS.find(words) if said[0] == 0]
        following = words[1].before if len(words) > 1 else ""
        return found[0][2] if found and following.strip()[:1] in (",", ".", "!") else None
    found = _ANSWERS.find(words)
    meanings = [meaning for _, _, meaning in found]
    if "unsure" in meanings:
        return "unsure"
    if not meanings:
        return None
    if found[0][0] > 1:
        return None
    # "nē, nav" and "jā, ir" agree; "jā, bet nē" does not.
    return meanings[0] if len(set(meanings)) == 1 or found[0][0] == 0 else None


_COMMANDS: dict[str, str] = {
    "back": (
        "atpakaļ, iepriekšējo, iepriekšējais, iepriekšējais jautājums, atgriezties pie "
        "iepriekšējā, soli atpakaļ, назад, вернуться, вернись назад, вернуться назад, предыдущий "
        "вопрос, предыдущий, шаг назад, back, go back, previous, previous one, previous question, "
        "nazad"
    ),
    "skip": (
        "izlaist, izlaižam, izlaid, izlaid šo, izlaidīsim, nākamo, to neteikšu, nevēlos atbildēt, "
        "tālāk, nākamais, nākamais jautājums, negribu atbildēt, neatbildēšu, bez atbildes, "
        "пропустить, пропусти, пропускаем, пропустим, пропуск, без ответа, не буду отвечать, "
        "дальше, следующий, следующий вопрос, не хочу отвечать, skip, next, skip it, skip this, "
        "skip this one, lets skip, prefer not to say, prefer not to answer, pass, next question, "
        "propustit, dalshe, i'd rather not say, rather not say, no answer"
    ),
    "help": (
        "palīdzība, palīgā, palīdziet, palīdzi, kā tas strādā, помощь, помоги, помогите, справка, "
        "как это работает, help, help me, how does this work, pomosch, info, ko tu vari"
    ),
    "language": (
        "valoda, mainīt valodu, cita valoda, valodas maiņa, язык, сменить язык, поменять язык, "
        "другой язык, language, change language, switch language, other language, jazyk"
    ),
    "pause": (
        "pauze, vēlāk, pārtraukums, turpināsim vēlāk, turpināšu vēlāk, rakstīšu vēlāk, apstāties, "
        "пауза, позже, потом, продолжим позже, продолжу позже, перерыв, pause, later, break, "
        "continue later, take a break, stop for now, pauza, pozhe"
    ),
    "restart": (
        "sākt no sākuma, sākt no jauna, no sākuma, no jauna, sākt vēlreiz, начать сначала, "
        "сначала, заново, начать заново, с начала, restart, start over, start again, from the "
        "start, from the beginning, begin again, zanovo, snachala"
    ),
    "human": (
        "cilvēks, cilvēku, dzīvs cilvēks, gribu runāt ar cilvēku, runāt ar cilvēku, operators, "
        "koordinators, koordinatoru, piezvaniet man, piezvaniet, zvaniet, zvaniet man, piezvani "
        "man, vai var piezvanīt, gribu cilvēku, vajag cilvēku, savienojiet ar cilvēku, человек, "
        "живой человек, оператор, координатор, позвоните мне, позвоните, можно позвонить, "
        "перезвоните, перезвоните мне, хочу поговорить с человеком, поговорить с человеком, "
        "позовите человека, human, a human, person, real person, operator, coordinator, call me, "
        "please call me, talk to a human, talk to a person, talk to a real person, can someone "
        "call me, talk to someone, speak to a human, speak to someone, speak to a person, agent, "
        "pozvonite mne"
    ),
    "privacy": (
        "privātums, privātuma politika, datu aizsardzība, mani dati kur glabājas, dati, "
        "конфиденциальность, приватность, защита данных, политика конфиденциальности, privacy, "
        "privacy policy, data protection"
    ),
    "my_data": (
        "mani dati, parādīt manus datus, ko jūs par mani zināt, rādīt manus datus, мои данные, "
        "показать мои данные, что вы обо мне знаете, my data, show my data, what do you know "
        "about me, moi dannye"
    ),
    "delete_me": (
        "dzēst mani, dzēst manus datus, izdzēst mani, izdzēst manus datus, dzēst visu, izdzēst "
        "visu, dzēst, izdzēst, izdzēsiet mani, izdzēsiet manus datus, удалить меня, удалить мои "
        "данные, удалите меня, удалите мои данные, удалить все, удалить всё, удалить, удалите "
        "все, delete me, delete my data, delete everything, delete all, delete, erase me, erase "
        "my data, forget me, remove my data, udalit"
    ),
    "done": (
        "tas ir viss, tas viss, viss, pietiek, gatavs, gatavi, gatava, tas būtu viss, viss "
        "pateikts, pabeidzu, beigas, tas arī viss, nu tas arī viss, pareizi tas ir viss, vairāk "
        "nekā nav, vairāk nekas, это всё, это все, всё, все, готово, хватит, закончили, закончил, "
        "закончила, больше ничего, вот и всё, вот и все, done, that's all, thats all, that is "
        "all, finished, nothing more, i think thats all, that's it, thats it, all done, nothing "
        "else, no more, the end, end, complete, konec, конец, на этом всё, на этом все, "
        "больше нечего, всё сказал, всё сказала, это конец, beidzu, nobeigums, pabeigts, vairāk "
        "nav ko teikt, that will be all, i'm done, im done, vse, eto vse, gotovo"
    ),
    "send": (
        "sūtīt, nosūtīt, sūti, nosūti, sūtiet, nosūtiet, sūtam, sūtām, sūtu, aizsūtīt, iesniegt, "
        "sūtīt koordinatoram, jā sūtīt, var sūtīt, отправить, отправь, отправьте, отправляй, "
        "отправляйте, отправляем, отправляю, отослать, послать, можно отправлять, send, send it, "
        "send it now, submit, send now, yes send, please send, otpravit, otpravljajte, otprav"
    ),
    "continue": (
        "turpināt, turpinām, turpinam, turpini, sākam, sākt, aiziet, ejam tālāk, продолжить, "
        "продолжаем, продолжай, начать, начнем, начнём, начинаем, поехали, continue, go on, let's "
        "go, lets go, start, resume, proceed, carry on, prodolzhit"
    ),
}
_POLITE: Vocabulary[bool] = Vocabulary(
    [(True, ("lūdzu ludzu пожалуйста плиз please paldies спасибо thanks thank nu ну ok лай labi"
      " хорошо es gribu gribētu vēlos хочу хотелось want could can you pls i"
      " to тогда tad jūs давайте davai lets varbūt может maybe"))]
)  # fmt: skip


def _command_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for command, phrases in _COMMANDS.items():
        for phrase in phrases.split(","):
            bare = [word.folded for word in tokens(phrase) if _POLITE.get(word) is None]
            forms = [_plain(phrase), squash(_plain(phrase).replace(" ", ""))]
            if len(bare) > 1:
                forms.append(" ".join(bare))  # as a text is read without its kind words
            for form in forms:
                if len(form) >= 3 or form == _plain(phrase):
                    table.setdefault(form, command)
    return table


_BY_PHRASE = _command_table()
_LONGEST_COMMAND = 45
_TYPO_COMMAND = 88.0
_MOST_BEFORE = 6


@cache
def _as_long(length: int) -> tuple[str, ...]:
    """The phrases whose length alone does not rule out a ratio of ``_TYPO_COMMAND``."""
    most = 1 - _TYPO_COMMAND / 100
    return tuple(
        phrase for phrase in _BY_PHRASE
        if abs(len(phrase) - length) <= most * (len(phrase) + length) + 1e-9
    )  # fmt: skip


def without_courtesy(text: str) -> str:
    """The words of a short text without those that only ask kindly ("english please")."""
    if len(text) > _LONGEST_COMMAND:
        return text
    return " ".join([word.lower for word in tokens(text) if _POLITE.get(word) is None])


def read_command(text: str, words: Sequence[Token] | None = None) -> str | None:
    """The command a whole short message is, or None. ``words`` are its tokens where known.

    One of back, skip, help, language, pause, restart, human, privacy, my_data, delete_me, done,
    send, continue; also with a slash ("/skip"). Never a part of a longer message.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > _LONGEST_COMMAND or "?" in stripped.rstrip("?"):
        return None
    if stripped.startswith("/"):
        slashed = fold(stripped[1:].split("@")[0].strip()).replace(" ", "_")
        return slashed if slashed in _COMMANDS else None
    if words is None:
        words = tokens(stripped)
    plain = " ".join([word.folded for word in words])
    bare = " ".join([word.folded for word in words if _POLITE.get(word) is None])
    for form in dict.fromkeys((plain, bare)):
        if not form or form.isdecimal():
            continue
        found = _BY_PHRASE.get(form) or _BY_PHRASE.get(squash(form.replace(" ", "")))
        if found is not None:
            return found
    rest = re.split(r"[,.!;]", stripped)[-1]
    asked = rest != stripped and read_yes_no(stripped) is None
    if len(words) <= _MOST_BEFORE and asked and read_command(rest) == "human":
        return "human"  # "nevaru rakstīt, piezvaniet"
    if len(plain) < 6 or len(words) > 4:
        return None
    near = process.extract(
        plain, _as_long(len(plain)), scorer=fuzz.ratio, score_cutoff=_TYPO_COMMAND, limit=None
    )
    if not near:
        return None
    name = _BY_PHRASE[near[0][0]]
    second = max((score for phrase, score, _ in near if _BY_PHRASE[phrase] != name), default=0.0)
    # Deletion is never guessed from a misspelled word.
    return name if near[0][1] > second and name != "delete_me" else None
