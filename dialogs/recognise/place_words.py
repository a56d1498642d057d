"""The small words that tell what a place name means in a sentence, in lv, ru, en and ltg."""

from __future__ import annotations

# All words below are folded; those in _stems tuples are beginnings of words.
NOVADS = (
    "novad",
    "nuvod",
    "nuvad",
    "nov",
    "kraj",
    "krae",
    "kraja",
    "municipal",
    "samoupravlen",
    "county",
)
NOVADS_EXACT = frozenset(("nov", "district", "rajons", "rajona", "rajonu"))
RAION = ("rajon",)
PARISH = ("pagast", "pogost", "volost", "parish")
CITY = ("pilset", "pilsat", "gorod", "city", "town")
PARTS_OF_CITY = ("mikroraj", "centr", "ulic", "iela", "prospekt")
"""Beginnings of words behind a city's name that mean the city itself."""
VILLAGE = ("ciem", "posel", "derevn", "village", "selo", "sele", "mesteck", "miestin")
SUBURB = ("suburb", "outskirt", "prigorod", "piepilset")
"""Beginnings of words behind a city's name that mean places around it, seldom the city."""
NEAR_AFTER = (
    "pus", "apkart", "apkaim", "tuvum", "apvid", "okrest", "storon", "rajon", "area", "side",
    "surround", "region", "tyvum", "okolic", "vicinity", "neighbourhood", *SUBURB,
)  # fmt: skip
NEAR_BEFORE = frozenset((
    "pie", "ap", "tuvu", "tuvak", "blakus", "netalu", "apkart", "pod", "okolo", "vozle",
    "rjadom", "nedaleko", "blize", "vblizi", "bliz", "near", "around", "outside", "close",
    "by", "nearby", "k", "pi", "arpus", "tyvu", "za", "zem", "piepilsetas",
))  # fmt: skip
OR_NEAR = frozenset(("vai", "voi", "ili", "libo", "or", "un", "i", "and"))
NEARBY = (
    "tuvum", "tuvej", "tyvum", "apkart", "apkaim", "apvid", "netal", "okrest", "nedalek", "rjadom",
    "poblizost", "blize", "bliz", "close", "vicinit", "nearby", "thereabout", "surround", "around",
)  # fmt: skip
"""Beginnings of words by which the surroundings of a place named before would do as well."""
FAR = frozenset(("talu", "talak", "podalse", "dalse", "daleko", "far", "away", "tuoli", "prom"))
FROM = frozenset(("no", "nu", "iz", "ot", "from", "left", "ar"))
TO = frozenset((
    "uz", "iz", "v", "vo", "na", "to", "in", "at", "into", "around", "near", "pie", "no", "nu",
    "from", "ot", "pod", "ap", "pro", "about", "par", "ili", "vai", "or", "un", "i", "and", "s",
))  # fmt: skip
AND = frozenset((
    "un", "vai", "i", "ili", "or", "and", "varbut", "ari", "possibly", "maybe", "mozet", "byt",
    "mozet", "libo", "voi", "also", "takze", "a", "bet", "otraja", "vieta", "ja", "ne", "tad",
    "uz", "iz", "v", "to", "in", "nu", "either", "even", "even", "pat",
))  # fmt: skip
NOT_BEFORE = frozenset((
    "ne", "nav", "nevis", "iznemot", "krome", "ni", "not", "except", "but", "negribam", "negribu",
    "nevelamies", "negribetu", "never", "bez", "nikak", "dont", "neesam", "nikada", "tolko",
))  # fmt: skip
NOT_REALLY = frozenset(("nav", "ne", "not", "ni", "nevis", "iznemot", "krome", "except", "never"))
UNWANTED = (
    "negrib", "nevela", "nederes", "nepatik", "neder", "neinteres", "nepodhod", "nevariant",
)  # fmt: skip
WANT = (
    "grib", "vela", "plan", "domaj", "dumaj", "duma", "hot", "hoc", "mect", "want", "would",
    "move", "moving", "think", "hop", "going", "consider", "atgriez", "atbrauk", "atbrauc",
    "parvac", "parcel", "braukt", "brauks", "vernu", "priehal", "pereehal", "perebr", "pereez",
    "vozvras", "edem", "poedem", "return", "back", "came", "meklej", "ise", "looking", "dzivosim",
    "budem", "will", "settle", "nakt", "vert", "majas", "domoj", "sobir", "atsagrizt", "grybim",
    "grybu", "gryb", "dumoj",
)  # fmt: skip
LIVE = frozenset((
    "dzivoju", "dzivojam", "dzivojas", "dzeivojam", "dzeivoju", "zivu", "zivem", "prozivaem",
    "prozivaju", "live", "living", "based", "esam", "esmu", "asam", "asu", "stradaju", "stradajam",
    "rabotaju", "rabotaem", "irejam", "snimaem", "pasreiz", "tagad", "sejcas", "currently",
))  # fmt: skip
BORN = frozenset((
    "dzimis", "dzimusi", "dzimusas", "dzimu", "piedzimu", "uzaugu", "uzaugusi", "uzaudzis",
    "uzaugam", "rodilsja", "rodilas", "rodilis", "rodom", "vyros", "vyrosla", "vyrosli", "born",
    "grew", "raised", "originally",
))  # fmt: skip
RELATIVES = frozenset((
    "vecaki", "mamma", "mama", "tevs", "omite", "ome", "vecmamma", "vectevs", "opis", "radi",
    "radinieki", "bralis", "masa", "draugi", "roditeli", "babuska", "deduska", "brat", "sestra",
    "rodstvenniki", "rodnja", "druzja", "parents", "mother", "mum", "mom", "dad", "father",
    "grandmother", "granny", "grandparents", "brother", "sister", "relatives", "friends", "laws",
    "svekrov", "tesca", "virs", "sieva",
))  # fmt: skip
STAYS = frozenset((
    "dzivo", "ir", "palika", "palikusi", "palikusi", "zivut", "zivet", "ostalis", "ostalas", "live",
    "lives", "is", "are", "strada", "rabotaet", "works", "dzeivoj",
))  # fmt: skip
INSTITUTION = (
    "universit", "augstskol", "slimnic", "dome", "domei", "pasvald", "skol", "vidusskol", "tehnik",
    "uznem", "firm", "hospital", "school", "council", "college", "administrac", "bolnic",
)  # fmt: skip
PROPERTY = frozenset((
    "dzivoklis", "dzivokli", "maja", "maju", "ipasums", "ipasumu", "flat", "house", "apartment",
    "kvartira", "kvartiru", "dom", "zeme", "zemi",
))  # fmt: skip
OWNING = frozenset(("ir", "mums", "man", "pieder", "have", "own", "owns", "est", "u", "nam"))
COMMUTE = (
    "braukat", "svarst", "commut", "ezdit", "lidost", "aeroport", "airport", "vilcien", "autobus",
    "elektric", "poezd", "train", "avtobus", "marsrut",
)  # fmt: skip
RETURNED = (
    "atgriez", "atbrauc", "vernul", "priehal", "pereehal", "returned", "came", "moved", "parvac",
    "parcel", "atsagrieze",
)  # fmt: skip
UNDECIDED = tuple(f" {phrase}" for phrase in (
    "nezin", "nazyn", "nazin", "neesam izlem", "neesam izdom", "neesam nolem", "vel domaj",
    "vel skat", "vienalga", "jebkur", "nav svarigi", "grut pateikt", "gruti pateikt", "nav skaid",
    "nav ne jausm", "nav izlem", "kur bus darbs", "kur ir darbs", "vel izvel", "svarstam",
    "neizlem",
    "ne znaj", "ne znae", "neznaj", "neznae", "ne opredeli", "ne resil", "ne resen", "vse ravno",
    "gde ugodno", "kuda ugodno", "bez raznic", "ne vybra", "ne uveren", "esce duma", "escje duma",
    "dumaem esce", "nevazno gde", "ne vazno gde", "ne znau", "poka ne ",
    "no clue", "havent thought", "cant decide", "nav vel zinam", "nav zinam", "vel nav zinam",
    "bez ponjat", "ponjatija ne",
    "gde dadut", "kur iedos", "kur dabusim", "kur atradi", "gde najd", "wherever we find",
    "neizvestn", "cant say", "to be decided", "nezinams",
    "strid", "nevaram vienoties", "neesam vienoj", "domas dalas", "ne dogovor", "sporim",
    "ne mozem vybrat", "cant agree", "arguing", "not agreed", "no agreement",
    "no decision", "were open", "we are open", "nav idej",
    "dont know", "do not know", "dunno", "not sure", "no idea", "undecided", "not decided",
    "havent decided", "anywhere", "dont mind", "dont care", "open to", "wherever", "unsure",
    "doesnt matter", "still thinking", "any place", "idk", "no preference", "flexible",
    "nav izdom", "neizdom", "nav izvel", "neesam izvel", "der jebk", "jebkas", "kur sanak",
    "hot kuda", "hot gde", "lis by v latv", "ljuboj gorod", "ljuboe mesto", "vse podojd", "pofig",
    "havent pick", "havent chos", "not chosen",
    "no particular", "not fussed", "not bothered", "any town", "any city", "up for any",
    "kur letak", "kur bus letak", "gde desevle", "gde budet rabota", "nav starpib",
    "nav nozim", "nemaku", "ne vidim raz", "poka net", "net predpoct",
    "whatever", "kaut kur", "kkur", "gde nibud",
    "gde to", "somewhere", "poka duma", "esce vybir", "poka vybir", "all the same",
    "ne lielpils", "kur atradis", "kur dabus", "kur pienems", "tur kur", "kur mus gaid",
    "jo mazak", "vel meklejam", "vel petam", "vel svarst", "vel nav skaid", "neko konkr",
    "nekas konkr", "jebkura viet", "jebkura pils", "vai cita", "nav vel izl", "lai tik",
    "gde najdem rab", "gde najdu rab", "gde primut", "kuda primut", "gde luc", "tam gde",
    "esce ne reš", "esce ne res", "ese ne", "bez predpoct", "nam bez razn", "neprincip",
    "where the work", "where the job", "where we find", "wherever there", "still looking",
    "still deciding", "yet to decide", "tbd", "up in the air", "easy about", "not picky",
))  # fmt: skip
WHERE = frozenset((
    "kur", "uz", "kura", "kuru", "gde", "kuda", "kakoj", "kakom", "where", "which", "place",
    "vieta", "vietu", "kaidu", "pilsetu", "novadu", "gorod", "mesto", "region", "regionu", "town",
))  # fmt: skip
JOINTS = frozenset(("and", "but", "un", "bet", "и", "но", "а"))  # as written
