"""Commands written as words: "back", "пропустить", "tas ir viss"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz, process

from dialogs.recognise.fold import Token, fold, plain_words, squash, tokens
from dialogs.recognise.vocabulary import Vocabulary
from dialogs.recognise.yes_no import read_yes_no

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
            forms = [plain_words(phrase), squash(plain_words(phrase).replace(" ", ""))]
            if len(bare) > 1:
                forms.append(" ".join(bare))  # as a text is read without its kind words
            for form in forms:
                if len(form) >= 3 or form == plain_words(phrase):
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
