"""Yes, no and "we do not know", in the many words people have for them."""

from __future__ import annotations

from typing import Literal

from dialogs.recognise.fold import tokens
from dialogs.recognise.vocabulary import Phrases

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
