"""The words of time, in Latvian, Russian, English and some Latgalian.

A word stands for one or more marks; :mod:`dialogs.recognise.when` reads the marks. "nākamvasar"
stands for the same two marks as "nākamā vasara".
"""

from __future__ import annotations

from dialogs.recognise.vocabulary import Phrases, Vocabulary

Mark = tuple[str, int]
"""A kind of time word and its number: ("month", 5), ("season", 3), ("unit", 12), ..."""

SPRING, SUMMER, AUTUMN, WINTER = 3, 6, 9, 12
"""Seasons go by the month they begin in; a winter belongs to the year of its December."""

DAY, WEEK, MONTH, HALF_YEAR, YEAR = -1, 0, 1, 6, 12
"""Units of time in months; days and weeks are counted in days by the reader."""

MONTHS = {
    1: "janvār* январ* january jan yanvar*",
    2: "februār* феврал* february feb fevral*",
    3: "mart martā marta martam martu marts март марта марте марту march mar",
    4: "aprīl* апрел* april apr",
    5: "maijs maija maijā maijam maiju май мая мае маю may maj майск*",
    6: "jūnij* июн* june jun iyun* ijun*",
    7: "jūlij* июл* july jul iyul* ijul*",
    8: "august* август* aug avgust*",
    9: "septembr* septembe* сентябр* sep sept",
    10: "oktobr* oktober* octobe* октябр* oct okt",
    11: "novembr* novembe* ноябр* nov",
    12: "decembr* decembe* dec декабр*",
}
"""The names of months by number; a star stands for any ending."""

_SEASONS = {
    SPRING: "pavasar* весн* весен* spring springtime",
    SUMMER: "vasar* vosor* лето лета летом лету лете summer* letom leto",
    AUTUMN: "ruden* rudin* осен* autumn* osen*",
    WINTER: "ziem* zīmā zīmu zīmys зим* winter* zimoj zimoy",
}
_PREFIXED_STEMS: tuple[tuple[Mark, str], ...] = (
    (("season", SPRING), "pavasar*"),
    (("season", SUMMER), "vasar*"),
    (("season", AUTUMN), "ruden*"),
    (("season", WINTER), "ziem*"),
    (("season", SUMMER), "vosor*"),
    (("season", AUTUMN), "rudin*"),
    (("unit", YEAR), "gad*"),
    (("unit", MONTH), "mēnes*"),
    (("unit", WEEK), "nedēļ*"),
)
_PREFIXES = {
    "next": "nākam nākamo nākoš nākošo nuokam nuokuš nuokušo nuokuš",
    "this": "šo",
    "last": "pagājuš pagājušo",
    "afternext": "aiznākam aiznākamo aiznākoš",
}

_SINGLE: list[tuple[Mark, str]] = [
    *((("month", month), words) for month, words in MONTHS.items()),
    *((("season", season), words) for season, words in _SEASONS.items()),
    (("unit", HALF_YEAR), "pusgad* полгода полугод* полгодик* polgoda"),
    (("units", YEAR), "gadiem gadim years годика годов годами"),
    (("unit", YEAR), ("gads gada gadu gadam gadā gadus gadi godu goda год году годе"
     " годик годом year yr yrs god let")),
    (("unitsof", YEAR), "года лет"),
    (("unitsof", MONTH), "месяца"),
    (("unitsof", WEEK), "недели"),
    (("units", MONTH), ("mēnešiem mēnešos mēnešu mienešu mienešim months месяцев месяцами месяцы"
     " месяцах")),
    (("unit", MONTH), "mieness mieneša mienesi mēnesi* mēneš* месяц* month mesjac* mesyac*"),
    (("units", DAY), "dienām dienas dienu days дней дня"),
    (("units", WEEK), "nedēļām weeks"),
    (("unit", WEEK), "nedēļ* недел* week nedel*"),
    (("half", 18), "pusotr* полтора полутора poltora"),
    (("halfof", 1), "half pusē puse pusi половин*"),
    (("with", 1), "ar"),
    (("few", 2), "pāris пару пара couple"),
    (("few", 3), "daž* несколько few several"),
    (("next", 1), ("nākam* nākoš* nuokam* nuokuš* следующ* следущ* будущ* next following"
     " sledu* budusc*"
     " upcoming")),
    (("afternext", 1), "aiznākam* aiznākoš* послеследующ*"),
    (("this", 1), "šis šī šo šā šajā šai этот этой этом этим это этого эту this etoj etom etim"),
    (("last", 1), "pagājuš* прошл* минувш* last previous proslo* proslym proshl*"),
    (("new", 1), "jaunais jaunā jauno jaunajam jaunajā нов* new novogo novyj novym"),
    (("in", 1), "через cerez cherez par"),
    (("after", 1), "pēc piec после after posle"),
    (("inside", 1), "in v в во"),
    (("within", 1), "laikā течение течении within during techenie"),
    (("nearest", 1), "tuvāk* ближайш* nearest"),
    (("until", 1), "līdz leidz до until till before do"),
    (("pirms", 1), "pirms перед"),
    (("by", 1), "by к ко vēlākais latest deadline крайний maksimums maksimum максимум"),
    (("toward", 1), "uz iz na на for"),
    (("earlier", 1), "раньше ātrāk agrāk earlier ranshe before"),
    (("later", 1), "vēlāk позднее позже later pozdnee pozzhe"),
    (("since", 1), "kopš since"),
    (("from", 1), "no from с со starting sākot начиная"),
    (("ago", 1), "ago назад тому atpakaļ nazad"),
    (("begin", 1), "suokum* sākum* начал* beginning early start nacal*"),
    (("middle", 1), "vidū vidus vydā vyds середин* middle mid"),
    (("finish", 1), "beig* конец конц* end ends late konec zakan* законч* заканч* оконч* finish*"),
    (("school", 1), "skol* mācīb* школ* учебн* учеб* school schools academic"),
    (("quarter", 1), "ceturksn* квартал* quarter q"),
    (("christmas", 1), "ziemassvēt* рождеств* christmas xmas"),
    (("easter", 1), "lieldien* пасхи пасху пасхе пасха easter"),
    (("midsummer", 1), "jāņi jāņiem jāņos jāņus jāņu jiniem līgo līgosvētk* лиго янов midsummer"),
    (("holiday", 2), "valentīn* valentine* валентин*"),
    (("holiday", 5), "майские майских майским"),
    (("holiday", 10), "helovīn* halloween хэллоуин* хеллоуин*"),
    (("holiday", 11), "lāčplēš* thanksgiving"),
    (("holiday", 12), "advent* адвент* новогодни* nowogod*"),
    (("feasts", 12), "svētki svētkiem svētku svētkos праздник*"),
    (("weekday", 1), ("pirmdien* otrdien* trešdien* ceturtdien* piektdien* sestdien* svētdien*"
     " понедельник* вторник* среду четверг* пятниц* суббот* воскресен* monday tuesday wednesday"
     " thursday friday saturday sunday")),
    (("dayago", 1), "vakar вчера vcera yesterday"),
    (("dayago", 2), "aizvakar позавчера pozavcera"),
    (("day", 1), "rīt rītdien* tomorrow завтра zavtra"),
    (("or", 1), "vai or или и un and voi ili jeb либо"),
    (("to", 1), "to по"),
    (("now", 1), "now"),
    (("filler", 1), ("apmēram aptuveni kādiem kādā kādu kādos kaut примерно приблизительно около"
     " about around roughly approximately the of a an g г го ого m probably st nd rd th"
     " droši vien varbūt maybe наверное наверно может perhaps navernoe kur most likely"
     " только tikai jau уже already paša pašā pašām самом самого самому very between"
     " где то kaut maz at kā чем than par vakara vakarā vakaros срок")),
]  # fmt: skip


def _entries() -> list[tuple[tuple[Mark, ...], str]]:
    made: list[tuple[tuple[Mark, ...], str]] = [
        (
            ((kind, 1), mark),
            " ".join(prefix + stem for prefix in prefixes.split() for stem in stems.split()),
        )
        for kind, prefixes in _PREFIXES.items()
        for mark, stems in _PREFIXED_STEMS
    ]
    made.append(((("last", 1), ("unit", YEAR)), "pērn"))
    made.append(((("number", 2), ("unit", WEEK)), "fortnight"))
    made.append(((("new", 1), ("unit", YEAR)), "jaungad*"))
    made.append(((("next", 1), ("unit", YEAR)), "nuokušgod* nuokamgod*"))
    made.extend(((mark,), words) for mark, words in _SINGLE)
    return made


MARKS: Vocabulary[tuple[Mark, ...]] = Vocabulary(_entries())

CONTEXT: Vocabulary[str] = Vocabulary(
    [
        # The move itself: going, moving, coming back, home.
        ("move", ("atgriez* atgriež* pārcel* pārcēl* pārvāk* pārvāc* brauk* braukt braucam braukšu"
         " pārbrauk* atbrauk* mājup mājās mājup atpakaļ reemigr*"
         " atgriezīs* pārcels* pārvāks* pārvācam* dosimies dodamies atlido*"
         " верн* возвра* возвращ* переезд* переех* переезж* пересел* перебр* ехать едем домой"
         " обратно"
         " приед* приезж* поед* прилет* уезж*"
         " move moving relocat* return* back home come coming domoj vernut* vernem*"
         " vozvrash* pereezd* pereezzh* pereed* pereehat* poedem priedem"
         " sātys sātā pārvuok* puorcel* vuokt*")),
        ("wish", ("grib* grybam vēlam* vēlos plāno* domāj* dūmoj* хот* планир* дума* собира* мечта*"
         " want* wanna plan plans planning hope hoping think thinking would like jābūt varētu"
         " надеем* можем khotim hotim planirue*")),
        # What a date may belong to instead of the move.
        ("other", ("skol* klas* dārziņ* bērnudārz* sadik* садик* школ* класс* school* grade"
         " kindergarten nursery dzim* dzimus* родил* рожд* born birthday eksām* экзамен* exam*"
         " operāc* операц* surgery kāz* свадьб* wedding pensij* пенси* pension* vīz* виз* visa"
         " pase pases паспорт* passport kredīt* кредит* loan īres rent*"
         " bijām bijam были был была were was visited ciemos ciemojā* atvaļināj* отпуск* holiday*"
         " гостях expir* кончается istek* истек* termiņ* zvanī* rakstīj* писал* wrote"
         " būs бyдет исполн* исполня* turns")),
        ("contract", "līgum* контракт* договор* contract* lease"),
    ]
)  # fmt: skip

SAYINGS: Phrases[str] = Phrases(
    [
        ("thinking",
         ("просто узна*, узнаем пока, просто интерес*, пока интерес*, интересуемся, интересуюсь,"
         "рано говорить, рано сказать, рано планир*, pāragri, par agru, vēl agri, too early,"
         "too soon,"
         "tikai plāno*, vēl plāno*, pagaidām plāno*, только планир*, пока планир*, still planning,"
         "tikai interesē*, tikai interesējam*, nothing fixed, nothing decided, nothing concrete,"
         "nothing definite, nekas nav izlem*, nekas nav nolem*, nekas vēl nav, ничего не реш*,"
         "ничего конкретн*, ничего определен*,"
         "pagaidām interesē*, pagaidām neplāno*, just interested, just asking,"
         "looking into, gathering info*, researching,"
         "не думали, не думал, не думала, neesam domāj*, neesmu domāj*, havent thought,"
         "tikai domāj*, sapņo*, kā sanāks, kā nu sanāks, спешки нет, без спешки,"
         "как получится,"
         "мечта*, dreaming, just dreaming, whenever, no clue when, tikai skat*,"
         "pagaidām domāj*, pagaidām tikai, pagaidām skat*, vēl domāj*,"
         "vēl skat*, vēl spriež*, vēl svārst*, vēl apsver*, tikai apsver*, apsveram, apsveru,"
         "kad atkarīg*, когда завис*, when depends, kogda zavis*, сроки завис*,"
         "nezin* kad, nav skaidr* kad, kad nezin*, kad vēl nezin*, kad vēl nav skaidr*,"
         "nav datum*, nav termiņ*, nav konkrēt* laik*, nav konkrēt* plān*, neesam izlēm*,"
         "neesmu izlēm*, nav izlemts, neesam nolēm*, neesmu nolēm*, nesteidzamies, nav steig*,"
         " laiks nav, laiku nezin*, laika nezin*, laika vēl nezin*, laiku vēl nezin*,"
         "datumu vēl nezin*, datum* nezin*, datum* nav, vēl nav zinām*,"
         "пока думаем, пока думаю, пока только, только думаем, только думаю, еще думаем,"
         "еще думаю, просто думаем, просто думаю, присматрива*, приценива*, просто смотр*,"
         "пока смотр*, не знаем когда, не знаю когда, незнаю когда, незнаем когда,"
         "когда не знаем, когда не знаю, когда незнаю, когда незнаем, когда не ясно,"
         "когда неясно, когда непонятно, когда неизвестно, сроки не, сроков нет, срок не, дат нет,"
         "даты нет, с датой не, не решили, не решил, не решила, не спешим, не торопимся,"
         " как нибудь потом, poka dumaem, tolko dumaem, ne znaem kogda,"
         "kogda ne znaem, ne znaju kogda, kogda ne znaju,"
         "just looking, just thinking, only thinking, still thinking, still deciding, still"
         " looking,"
         "just exploring, exploring, just curious, just dreaming, not sure when, dont know when,"
         "don't know when, no idea when, when not sure, when dont know, when i dont know,"
         "no dates, no date, no fixed date, no timeline, no set date, not decided when, "
         "bez noteikta termiņ*, bez termiņ*, bez konkrēta, termiņa nav, без сроков, без срока,"
         "без конкретных, havent set, have not set, no set, not set a date, no fixed,"
         "no rush, no hurry, not in a hurry, havent decided, not decided, no plans yet,"
         "no firm plan, only considering, just considering, thinking about it, vēl tikai domāj*,"
         # Turning it over, with the decision still open.
         "apdomāj*, pārdomāj*, pārspriež*, apspriež*, lemjam, lemju, vēl lem*, šaubāmies, šaubos,"
         "svārst*, nevaram izlem*, nevaru izlem*, nevaram sadūš*, neesam pārliecin*,"
         "neesmu pārliecin*, nav pārliecīb*, nav lēmum*, lēmum* nav, lēmum* neesam, lēmum* vēl,"
         "nav nolemts, pētām, pētu, pētam, izpētām, apskat* iespēj*, skat* iespēj*, pēta iespēj*,"
         "taustāmies, zondē*, tikai prāto*, prātojam, prātoju, varbūt nekad, iespējams nekad,"
         "neko konkrēt*, nekā konkrēt*, nav nekā konkrēt*, nekas konkrēts, nekā skaidr*,"
         "kad pienāks, kad būs īst*, kad sanāks, kad izdosies, ja izdosies, ja sanāks,"
         "раздумь*, раздумыва*, размышля*, взвешива*, обдумыва*, обсуждаем, обсуждаю, сомнева*,"
         "колебл*, прикидыва*, еще решаем, пока решаем, еще не реш*, не реша*, изучаем, изучаю,"
         "прощупыва*, может никогда, точной даты, точно не, как сложится, как пойдет, как выйдет,"
         "как карта, если получится, если сложится, нет ясности, ясности нет, на стадии,"
         "планы туманн*, все туманно, неопределен*, v razdum*, razmysl*, obdumyva*, esce ne resil*,"
         "weighing, mulling, pondering, contemplating, toying, on the fence, up in the air,"
         "in two minds, undecided, maybe never, no decision, decision yet, not made a, not made up,"
         "havent made, have not made, still discussing, still talking, talking about it,"
         "not any time, not anytime, early days, early stages, keeping options, weighing options,"
         "playing with, half thinking, if it works, if all goes, see how it, havent figured,"
         "havent worked out, figuring out, nothing planned, nothing booked, when things settle,"
         "when the time is, dūmojam, dūmoju viņ, vēļ dūmoj*, naasam izlāmuš*, vēļ nav zynom*")),
        ("someday", "kādreiz, kaut kad, когда нибудь, someday, one day, some day"),
        ("unknown",
         ("nezin*, neplāno*, nav plān*, atkarīg*, не планир*, планов нет,"
         "нет планов, завис*, depends,"
         "tbd, tba, to be decided, zavisit,"
         "nav ne jausmas, grūti pateikt, nav skaidrs, nav skaidri, nav zināms, redzēs,"
         "redzēsim, domājam, domāju, nav ideju, navar pateikt, nevar pateikt, bez jausmas,"
         "не знаю, не знаем, незнаю, незнаем, трудно сказать, сложно сказать, не решил*, посмотрим,"
         "думаем, думаю, пока не, неясно, не ясно, непонятно, понятия не имею, хз, не определил*,"
         "без понятия, ne znaju, ne znaem, neznaju, neznaem, ne reshil*, ne znayu,"
         "dont know, don't know, do not know, no idea, not sure, idk, hard to say, unsure,"
         "no clue, not yet, undecided, thinking, dunno, will see, we'll see, no plans, nazynom,"
         "nazynu")),
        ("asap",
         ("pēc iespējas ātrāk, pēc iespējas drīzāk, pēc iespējas ātri, cik vien ātri, cik ātri,"
         "cik drīz, jo ātrāk, jo drīzāk, iespējami ātr*, iespējami drīz*, ātrāk labāk,"
         "nekavējoties, tuvākajā laikā, tuvākajās dienās, tuvākajās nedēļās, tuvākajos mēnešos,"
         "tuvākajā mēnesī, kaut rīt, jau rīt, steidzami jātiek, steidzami jābrauc, kai var driž*,"
         "как можно скорее, как можно быстрее, как можно раньше, как можно скорей,"
         "чем быстрее, чем скорее, чем раньше, чем скорей, побыстрее, поскорее, поскорей,"
         "побыстрей, прямо сейчас, немедленно, хоть завтра, хоть сейчас, в ближайшее время,"
         "ближайшее время, ближайшие месяцы, в ближайшие месяцы, ближайшие недели,"
         "kak mozno skoree, kak mozhno skoree, kak mozno bystree, kak mozhno bystree, kak mozno"
         " ranshe, chem bystree, cem bystree, chem skoree, poskoree, pobystree,"
         "tiklīdz varēs*, tiklīdz būs iespēj*, tiklīdz iespēj*, kolīdz varēs*, kā tikai varēs*,"
         "kā tik varēs*, pie pirmās iespējas, pirmajā iespēj*, как только смож*, как только получ*,"
         "как только будет возмож*, при первой возможн*, kak tolko smoz*, kak tolko poluc*,"
         "asap, soon as possible, soon as we can, soon as i can, fast as possible,"
         "first chance, first opportunity, whenever possible, quickly as possible,"
         " early as possible, quick as possible, soon as poss, sooner better,"
         "sooner the better, right away, straight away, immediately, at once, very soon,"
         "next few weeks, next few months, coming weeks, coming months, coming few weeks,"
         "срочно ехать, срочно вернут*, срочно переех*, нужно срочно, надо срочно, срочно надо,"
         "срочно нужно, steidzami jāatgriež*, steidzami jāpārceļ*, jābrauc steidzami, jāsteidzas,"
         "urgently need, need to urgently, must hurry, have to hurry, need to hurry")),
        ("soon",
         ("drīz, drīzumā, tūlīt, uzreiz, steidzami, steidzam*, ātri, tagad, ātrāk, скоро, срочно,"
         "сейчас, сразу, быстро, быстрее, скорее, soon, urgent, urgently, now, quickly, ļoti"
         " drīz, skoro, srochno, srocno")),
        ("returned",
         ("atgriezāmies, atgriezos, atgriezušies, atgriezies, atgriezusies, atgriezušās,"
         "atgrīzamēs, esam atpakaļ, esmu atpakaļ, esam mājās, esmu mājās, jau mājās, jau atpakaļ,"
         "esam latvijā, esmu latvijā, jau latvijā, atkal latvijā, atkal mājās, pārbraucām mājās,"
         "pārbraucu mājās, atbraucām atpakaļ, atbraucām mājās, pārcēlāmies atpakaļ,"
         "asam atbraukuš*, asam atguojuš*, asam atsagrīzuš*, jau sātā, asam sātā, asu sātā,"
         "asam Latvejā, jau Latvejā, atsagrīzem*, atsagrīžu, atgrīzuos, atguojom, puorsavuocem*,"
         "esam uz vietas, esmu uz vietas, jau uz vietas, esam atgriezušies, esmu atgriezus*,"
         "esam pārvākušies, esmu pārvāku*, esam ievākušies, ievācāmies, iekārtojāmies,"
         "уже на месте, уже на родине, снова дома, опять дома, мы на родине, обосновались,"
         "vse doma, uze na meste, settled back, home again, back home now, home now, back for good,"
         "pārcēlāmies mājās, pārvācāmies atpakaļ, pārvācāmies mājās, esam atbraukuši,"
         "esam pārcēlušies atpakaļ, esam pārcēlušies mājās,"
         "вернулись, вернулся, вернулась, возвратились, уже дома, мы дома, уже в латвии,"
         "снова в латвии, опять в латвии, переехали обратно, переехали домой, переехали назад,"
         "приехали обратно, приехали домой, vernulis, vernulas, vernulsja, uze doma, uzhe doma,"
         "месяц как дома, месяца как дома, год как дома, полгода как дома, как вернул*,"
         "недел* как в, месяц* как в, полгода как в, полгода как на, back in since,"
         "nedēļ* kā esam, mēnes* kā esam, nedēļ* kā Latvijā, mēnes* kā Latvijā, home in since,"
         "back in for week*, back in for month*, home for weeks, home for months,"
         "недел* как дома, kā mājās, kā atpakaļ, kā atgriez*, kā atbrauc*, kā latvijā,"
         "came back, came home, moved back, moved home, got back, went back, returned, are back,"
         "were back, we're back, am back, im back, i'm back, been back, already back,"
         "already home, already in latvia, already here, back since, back already, are home now,"
         "back in latvia since, back in latvia now, now back")),
        ("moved",
         ("atbraucām, atbraucu, atlidojām, pārcēlāmies, pārcēlos, pārvācāmies, pārvācos,"
         "pārbraucām, pārbraucu, ieradāmies, atvācāmies, переехали, переехала, переехал, приехали,"
         "приехала, приехал, перебрались, перебралась, перебрался, прилетели, pereehali, priehali,"
         "moved, arrived, relocated, landed, flew in, got here, got home")),
        ("here", ("jau esam, jau esmu, jau te, jau šeit, jau klāt, esam klāt, уже здесь, уже тут,"
         "уже приехали, уже переехали, already, jau, уже, uze, uzhe,"
                  " here already, here now, we here, were here, im here, am here,"
         "мы тут, мы здесь, mēs te, esam šeit, esam te, esam klāt,"
         "jau nedēļ* te, jau nedēļ* šeit, jau mēnes* te, jau mēnes* šeit, jau gad* te, jau mēnesi,"
         "jau nedēļ*, уже недел* здесь, уже недел* тут, уже месяц* здесь, уже месяц* тут,"
         "month here, months here, weeks here, week here")),
        ("schoolyear",
         ("nākam* mācību gad*, nākoš* mācību gad*, nākam* skolas gad*, next school year,"
         "next academic year, coming school year, следующ* учебн*, будущ* учебн*,"
         "sledu* uchebn*, sledu* ucebn*")),
        ("schoolend",
         ("beigs klasi, beidz klasi, pabeigs klasi, pabeidz klasi, закончит класс, окончит класс,"
         "закончат класс, finishes year, finishes grade, finish grade, ends grade,"
         "beigsies skola, beidzas skola, beidz skolu, beigs skolu, pēc skolas, skola beig*,"
         "mācību gads beig*, mācību gada beig*, закончится школа, закончат школу, кончится школа,"
         "закончится учебный, закончит школу, закончат учебный, school ends, school finishes,"
         "school is over, school is out, finish school, finishes school, school breaks,"
         "finish the school year, after school, после школы, pabeigs skolu, pabeidz skolu,"
         "окончания учебного, конца учебного, конце учебного, концу учебного,"
         "окончани* школ*, заканч* школ*, законч* школ*,"
         "pēc mācību, pēc skolas gada, end of the school, end of school, after exams,"
         " posle shkoly, posle skoly")),
        ("schoolstart",
         ("pirms skolas, новому учебному, с начала учебного, со школы, с начала школы,"
            "нового учебного, jaun* mācību gad*, jaun* skolas gad*,"
            "new school year, pirms 1 skolas, до школы, к школе, перед школой, before"
            " school, by school,"
         "līdz skolai, uz skolas sākumu, pirms mācību, pirms jaunā mācību, к началу учебного,"
         "до начала учебного, до учебного, начала школы, school starts, do skoly, do shkoly,"
         "skolas sākum*, mācību gada sākum*, start of school")),
    ]
)  # fmt: skip
