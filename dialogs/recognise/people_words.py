"""The words for people: children, partners, trades, Latvian language, in lv, ru, en, ltg."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.recognise.fold import Token
from dialogs.recognise.numbers import number_at
from dialogs.recognise.vocabulary import Phrases, Vocabulary

PERSON: Vocabulary[tuple[str, str]] = Vocabulary(
    [
        # ("child", kind): one child. The kind keeps a son and a daughter apart.
        (("child", "son"), ("dēls dēla dēlam dēlu dēlēn* dēliņ* puik* puišel* puisīt* zēns zēnam"
         " zēnu zēna dāls dālam сын сына сыну сыном сыне сынишк* сыночк* мальчик мальчика"
         " мальчику мальчиком son boy syn synu syna malchik malchiku puisāns"
         " mazdēls mazdēlam mazdēlu"
         " внук внука внуку внуком"
                             " grandson vnuk")),
        (("child", "daughter"), ("meita meitai meitu meitei meitiņ* meitēn* meitene meitenei"
         " meiteni"
         " meitenīt* дочь дочери дочка дочке дочку дочкой дочерью дочур* доченьк* девочка"
         " девочке девочку девочкой daughter girl mazmeita mazmeitai mazmeitu внучка"
         " внучке внучку внучкой granddaughter vnucka doch dochka dochke dochku dochkoj dochery")),
        (("child", "any"), ("bērns bērna bērnam bērniņ* bārns bārnam mazulis mazulim mazuli bēbis"
         " bēbim bēbīt* ребенок ребенка ребенку ребенком ребеночек малыш малышу малыша малышк*"
         " kid child baby toddler infant newborn jaundzimuš* zīdain*"
         " pusaudz* подросток подростку подростка тинейджер* teenager teen"
         " новорожден* грудничок грудничку младенец rebenok rebenka rebenku rebjonok knirpa"
         " ķipars")),
        (("children", "any"), ("bērni bērniem bērnus bērnu bārni bārnim bārnus bārnu дети детей"
         " детям детьми детках детишк* детки деток kids children deti detej detey detjam detyam"
         " ребята ребятишк* ребят childs mazbērni mazbērniem mazbērnus mazbērnu внуки внуков внукам"
         " внуками grandchildren grandkids")),
        (("children", "son"), ("dēli dēliem dēlus zēni zēniem puikas puikām puišeļi сыновья сыновей"
         " сыновьями сынами мальчиками"
         " сыновьям мальчики мальчиков мальчикам sons boys пацан* synovja")),
        (("children", "daughter"), ("meitas meitām meitenes meitenēm meitiņas дочки дочек дочкам"
         " дочками дочерьми дочерями девочками"
         " дочерей девочки девочек девочкам daughters girls")),
        (("twins", "2"), "twin dvīņi dvīņiem dvīņus dvīņu dvīnīš* dvīnīt* dvīnes двойняш*"
         " двойня близнец* близняш* twins bliznec* bliznjas* dvojnjas*"),
        (("twins", "3"), "trīnīši trīnīšiem тройня тройняш* triplets"),
        (("rank", "eldest"), ("vecākais vecākā vecākajam vecākajai vecākam vecākai vecāko"
         " vecuokais lielajam lielajai lielākajam lielākajai lielākais lielākā lielais старший"
         " старшая старшему старшей старшего старшую старшим старшем старшенький старшенькая"
         " starshij starshemu"
         " starshaja starshej older elder eldest oldest")),
        (("rank", "youngest"), ("jaunākais jaunākā jaunākajam jaunākajai jaunākam jaunākai jaunāko"
         " mazajam mazajai mazākajam mazākajai mazākais mazākā mazais mazuo pastarīt* младший"
         " младшая младшему младшей младшего младшую младшим младшем младшенький младшенькая"
         " mladshij mladshemu"
         " mladshaja mladshej younger youngest мелкий мелкая мелкому")),
        (("rank", "middle"), ("vidējais vidējā vidējam vidējai vidējajam vidējajai средний средняя"
         " среднему средней среднего")),
        (("they", "child"), ("viņi viņiem abi abiem visi visiem они них им ним they both оба обоим"
         " all все всем neither neviens")),
        (("it", "child"), ("viņš viņam viņu viņa viņai jis jai ему ей его ее он она него нее he she"
         " him her")),
        (("partner", "he"), ("vīrs vīram vīru vīra vīrietis муж мужа мужу мужем husband hubby muzh"
         " muzhu boyfriend draugs draugam парень парню")),
        (("partner", "she"), ("sieva sievai sievu sievas жена жены жене жену женой супруга супруге"
         " супругу супругой wife zhena zhene girlfriend draudzene draudzenei девушка девушке")),
        (("partner", "any"), ("partneris partnere partnerim partnerei dzīvesbiedr* līgavain*"
         " līgava супруг супругом партнер* партнёр* partner spouse fiance fiancee vecis")),
        (("kin", ""), ("mamma mammai mammu māte mātei tētis tētim tēvs tēvam tēva vecāki vecākiem"
         " vecākus māsa māsai brālis brālim omīt* ome omei vecmām* vectēv* opis opim tante krustm*"
         " мама маме маму мамы папа папе отец отца родител* бабушк* дедушк* сестр* брат* теть*"
         " mum mom mother dad father parents parent granny grandma grandpa sister brother aunt")),
        (("writer", ""), "es я i im ja me mani man мне ya"),
        (("we", ""), "mēs mums mūs мы нас нам we us our my mes nam nas"),
    ]
)  # fmt: skip

HINT: Vocabulary[str] = Vocabulary(
    [
        ("age", ("gadi gadiņ* gads gadu gadim godi godu gods gadus года лет годик* год годиков let"
                 " goda years year"
         " yrs yr yo y гадов")),
        ("months", "mēneš* mēnesi* месяц* month* mēn мес mesjac*"),
        ("weeks", "nedēļ* недел* week*"),
        ("old", "vecs veca veci vecu vecas vecam vecai old age aged возраст* vecum*"),
        ("born", "dzim* piedzima piedzimis piedzimusi piedzimusis"
         " dz рожд* родил* родив* рожден* born rodil*"),
        ("willbe", ("būs paliks byus paliek будет исполнится исполняется стукнет budet turns turn"
         " turning will he'll she'll they'll ispolnitsja")),
        ("almost", "gandrīz почти almost nearly"),
        ("soon", "drīz drīzumā скоро soon skoro"),
        ("stay", ("palikt остаётся останется остается остаются останутся stays stay"
         " staying remains remain nebrauc nebrauks nebraukt nenāks ostanetsja ostaetsja"
         " отдельно atsevišķi")),
        ("grown", ("lieli pieaudzis pieaugusi pieauguši pieaugušais pieaugusī pieaugušie pieaugušas"
                   " izauguši izaugušas взрослый взрослая взрослые выросли vzroslye pieaugušī"
         " grown adult studentam")),
        ("expect", ("gaidām gaidu ждем ждём жду expecting pregnant беремен* grūtniec* stāvoklī due"
         " piedzims родится родиться пополнен* zhdem")),
        ("notcond", "kad когда when until ja если if kogda"),
        ("is", ("ir is are s tagad jau уже now сейчас тоже arī also vēl ещё еще still пo po по"
                " just tikko apmēram"
         " т a the one of and")),
        ("and", "un и and i or vai или ar с with"),
        ("grade", "klas* класс* grade grades klass* group grup*"),
        ("school", ("skola skolu skolā skolas skolai школа школу школе школы школой school shkolu"
         " shkola shkole skoly školā školu")),
        ("kinder", ("dārziņ* bērnudārz* садик* сад саду сада kindergarten nursery preschool sadik*"
         " детсад* dārzeņ*")),
        ("start", ("sāks sāk jāsāk sākt jāiet jāpiet ies ieš iet iešana uzsāks uzsāk пойдет пойдёт"
         " идти идет идёт идут начнет начинает поступ* starts start starting begins begin going"
         " goes go pojdet jāpieteic jāpiesaka пора jādodas jālaiž laist")),
        ("started", "sāka uzsāka aizgāja пошел пошёл пошла started began poshel poshla"),
        ("goes", ("iet apmeklē mācās mācīj* ходит ходят учится учатся goes attends attending go"
         " studies in hodit uchitsja")),
        ("year", "gads gada gadā godu goda года году год year g г gadus"),
    ]
)  # fmt: skip

LANGUAGE: Vocabulary[str] = Vocabulary(
    [
        ("latvian", "latvisk* latviešu latvīšu латышск* латыш* latvian latyshsk* latishsk*"),
        ("other", ("angļu angliski anglju anglisk* angliešu английск* англ english vācu vāciski"
         " немецк* german krievu krievisk* русск* russian zviedru norvēģu dāņu franču spāņu"
         " holandiešu īru itāļu испанск* французск* шведск* норвежск* french spanish norwegian"
         " swedish danish dutch")),
        ("understand", ("saprot saprast sapruot понимает понимают понимаем understand understands"
         " ponimaet ponimajut saprotam понял* понимать")),
        ("speak", ("runā runāt runo runoj говорит говорят говорить разговарив* speak speaks"
         " speaking"
         " talk talks govorit govorjat prot māk умеет умеют знает знают zina знать knows know"
         " runājam")),
        ("write", ("raksta rakstīt lasa lasīt пишет пишут писать читает читают читать read reads"
         " write writes pishet pishut chitaet")),
        ("nounderstand", "nesaprot nesapruot"),
        ("nospeak", "nerunā nerunoj neprot nemāk nezina nerunāja незнает незнают"),
        ("nowrite", "neraksta nelasa"),
        ("not", ("не ne not dont doesnt don't doesn't cant can't no nav нет нету bez без without"
         " nevar")),
        ("weak", ("slikti vāji nedaudz mazliet drusku плохо немного чуть слабо badly little bit"
                 " some basic ploho nemnogo")),
        ("zero", "nulle nulles ноль zero nol нулевой нулевая слова vārda никак"),
    ]
)  # fmt: skip

NO_CHILDREN: Phrases[bool] = Phrases(
    [
        (True,
         ("bērnu nav, nav bērnu, bez bērniem, bērnu mums nav, mums nav bērnu, bārnu nav, nav bārnu,"
         "bezbērnu, nav neviena bērna, bērni nav, bērnu vēl nav, nav vēl bērnu, bez bārnim,"
         "детей не имеем, детей не имею, не имеем детей, не имею детей, детей не имеется,"
         "детей нет, нет детей, без детей, бездетн*, детей у нас нет, детей пока нет, детей нету,"
         "нету детей, детьми не обзавелись, detej net, net detej, bez detej, detey net, net detey,"
         "no kids, no children, without kids, without children, childless, dont have kids,"
         "dont have children, don't have kids, don't have children, have no kids, have no children,"
         "no child, do not have kids, do not have children, not bringing kids, not bringing any,"
         "детей не везем, детей не берем, детей с собой не, детей не будет, дети не едут,"
         "bērni nebrauc, bērnus neved*, bērnus neņem*, bērnus līdzi ne*, kids not coming,"
         "kids arent coming, children arent coming, children not coming")),
    ]
)  # fmt: skip

ALONE: Vocabulary[int] = Vocabulary(
    [
        (1, "viena viens viena pati одна один single alone sama сама odna odin"),
        (2, "divatā вдвоем вдвоём vdvoem couple pāris abi"),
        (3, "trijatā втроем втроём vtroem"),
        (4, "četratā вчетвером"),
        (5, "piecatā впятером"),
    ]
)

NOT_ABROAD: Phrases[bool] = Phrases(
    [
        (
            True,
            (
                "nedzīvojam ārzemēs, nedzīvoju ārzemēs, neesam ārzemēs, neesmu ārzemēs, nav"
                " ārzemēs,"
                "dzīvojam latvijā, dzīvoju latvijā, esam latvijā bet, tepat latvijā, citā reģionā,"
                "не за границей, живем в латвии, живём в латвии, живу в латвии, живем в другом"
                " регионе,"
                "not abroad, live in latvia, living in latvia, zivem v latvii, zhivem v latvii,"
                "dzeivojam latvejā"
            ),
        )
    ]
)
LIVING: Vocabulary[bool] = Vocabulary(
    [
        (
            True,
            (
                "dzīvojam dzīvoju dzeivojam dzeivoju mītam živem zhivem zhivu живем живём живу"
                " проживаем проживаю live living based"
            ),
        )
    ]
)
ADULTS: Vocabulary[bool] = Vocabulary(
    [(True, ("pieaug* взросл* adults adult cilvēki cilvēks cilvēku человек человека people persons"
      " persona personas vzrosl*"))]
)  # fmt: skip

TRADE: Vocabulary[str] = Vocabulary(
    [
        ("trade",
         # Latvian
         ("šofer* vadītāj* pavār* konditor* maiznie* celtniek* būvniek* skolotāj* pedagog* auklīt*"
         " audzinātāj* aukle ārst* zobārst* feldšer* fizioterapeit* masier* frizier* kosmetolog*"
         " manikīr* apkopēj* pārdevēj* kasier* grāmatved* ekonomist* jurist* advokāt* inženier*"
         " programmētāj* dizainer* mehāniķ* atslēdzniek* metinātāj* elektriķ* santehniķ*"
         " galdniek* namdar* krāsotāj* mūrniek* jumiķ* traktorist* lauksaimniek* zemniek*"
         " mežstrādniek* mežsarg* noliktav* iekrāvēj* operator* strādniek* aprūpētāj* sociāl*"
         " psiholog* logopēd* bibliotekār* žurnālist* tulk* tulkotāj* policist* ugunsdzēsēj*"
         " karavīr* zvejniek* jūrniek* kapteinis viesmīl* bārmen* oficiant* administrator*"
         " menedžer* projektu loģist* mārketing* agronom* veterinārārst* farmaceit* aptiekār*"
         " māsa medmās* māsiņ* vecmāt* šuvēj* drēbniek* florist* fotogrāf* mūziķ* treneri*"
         " arhitekt* analītiķ* testētāj* students studente pensionār* mājsaimniec* uzņēmēj*"
         " kravas autovadītāj* autovadītāj* ekskavator* celtņ* virpotāj* frēzētāj* lopkop*"
         # Russian
         " водител* шофер* повар* кондитер* пекар* строител* учител* воспитател* педагог* няня"
         " врач*"
         " доктор* медсестр* медбрат* фельдшер* стоматолог* физиотерапевт* массажист* парикмахер*"
         " косметолог* уборщи* продав* кассир* бухгалтер* экономист* юрист* инженер* программист*"
         " дизайнер* механик* слесар* слесарь сварщик* электрик* сантехник* столяр* плотник* маляр*"
         " каменщик* тракторист* фермер* грузчик* кладовщик* оператор* рабоч* сиделк* психолог*"
         " логопед* переводчик* полицейск* пожарн* рыбак* моряк* официант* бармен* администратор*"
         " менеджер* логист* агроном* ветеринар* фармацевт* швея фотограф* тренер* архитектор*"
         " аналитик* студент* пенсионер* дальнобойщик* крановщик* токар* токарь айтишник*"
         " домохозяйк* предпринимател*"
         # English
         " driver* cook chef baker builder* teacher* nanny carer caregiver doctor nurse midwife"
         " paramedic dentist physiotherapist masseur masseuse hairdresser barber beautician cleaner"
         " cashier accountant bookkeeper economist lawyer engineer programmer developer designer"
         " mechanic welder electrician plumber carpenter joiner painter bricklayer roofer farmer"
         " picker packer operator worker labourer psychologist translator fisherman sailor waiter"
         " waitress bartender manager logistician agronomist vet pharmacist photographer trainer"
         " architect analyst tester student pensioner housewife entrepreneur technician"
         " mechanic scaffolder plasterer hgv trucker seamstress warehouseman gardener therapist"
         " assistant shofer povar svarshik voditel medsestra uchitel")),
        ("workplace",
         ("noliktava noliktavā складе склад warehouse rūpnīcā fabrikā заводе завод фабрике factory"
         " celtniecībā būvniecībā стройке стройка construction virtuvē кухне kitchen slimnīcā"
         " больнице hospital fermā ферме farm veikalā магазине shop viesnīcā гостинице отеле hotel"
         " birojā офисе office gaļas zivju rybzavode zavode skladе sklade")),
        ("remote", "attālināt* удаленн* удалённ* удаленк* remotely remote distanc*"),
    ]
)  # fmt: skip


def stays_behind(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word says that somebody stays: "paliek Anglijā", but not "paliek 5 gadi"."""
    if HINT.get(tokens[at]) == "stay":
        return True
    if tokens[at].folded in ("coming", "edet", "poedet", "come", "brauks", "brauc") and at:
        before = at - 1 - (tokens[at - 1].folded in ("be", "budet") and at > 1)  # "won't be coming"
        return tokens[before].folded in ("not", "isnt", "arent", "wont", "ne", "never")
    if tokens[at].folded not in ("paliek", "paliks"):
        return False
    return at + 1 >= len(tokens) or number_at(tokens, at + 1) is None
