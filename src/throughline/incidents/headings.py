"""What files of the region call their columns and values, beside our own names.

Written in Latin letters: headings are compared folded, so 'датум' and 'datum' are one. Bosnian/Croatian/
Montenegrin/Serbian, Albanian and Macedonian words stand beside English ones.
"""

CALLED: dict[str, tuple[str, ...]] = {
    "jurisdiction": ("country", "state", "država", "zemlja", "jurisdikcija", "shteti", "juridiksioni"),
    "occurred_on": ("date", "incident date", "datum", "datum događaja", "data", "data e ngjarjes"),
    "occurred_at": ("time", "hour", "vrijeme", "vreme", "sat", "ora", "koha"),
    "kind": ("type", "incident type", "category", "vrsta", "tip", "vrsta događaja", "lloji", "vid"),
    "place": (
        *("city", "municipality", "location", "settlement"),
        *("mjesto", "mesto", "grad", "opština", "općina", "vendi", "qyteti", "komuna"),
    ),
    "region": ("province", "district", "county", "regija", "okrug", "županija", "kanton", "rajoni", "qarku"),
    "latitude": ("lat", "y", "širina", "geografska širina", "gjerësia"),
    "longitude": ("lon", "lng", "long", "x", "dužina", "geografska dužina", "gjatësia", "dolžina"),
    "place_kind": ("place type", "location type", "vrsta mjesta", "vrsta mesta", "lloji i vendit"),
    "narrative": ("description", "notes", "summary", "opis", "napomena", "përshkrimi"),
    "external_key": (
        *("source id", "incident id", "external id", "case number", "case no", "case id"),
        *("broj", "broj slučaja", "broj predmeta", "šifra", "numri", "numri i rastit"),
    ),
    "weapon": ("gun", "weapon type", "oružje", "vrsta oružja", "arma", "lloji i armës", "oražje"),
    "quantity": ("number", "count", "količina", "broj komada", "sasia", "količestvo"),
    "side": ("strana", "uloga", "pala"),
    "sex": ("gender", "pol", "spol", "gjinia"),
    "age": ("starost", "godine", "dob", "mosha", "vozrast"),
    "age_band": ("age group", "starosna grupa", "dobna skupina", "grupmosha"),
    "relation": ("relationship", "odnos", "veza", "marrëdhënia"),
    "outcome": ("status", "consequence", "posljedica", "posledica", "ishod", "pasoja", "ishodi"),
}


def _meaning(**words: str) -> dict[str, str]:
    """Each word with the code it means."""
    return {word: code for code, said in words.items() for word in said.split()}


SEX_WORDS = _meaning(
    men="male man m muški muško muškarac mashkull maško",
    women="female woman f ž ženski žensko žena femër",
)
SIDE_WORDS = _meaning(
    victim="žrtva oštećeni viktima",
    perpetrator="subject-suspect suspect offender počinilac počinitelj izvršilac autori",
)
OUTCOME_WORDS = _meaning(
    killed="dead died ubijen ubijena smrt vrarë",
    injured="wounded hurt ranjen ranjena povrijeđen povređen plagosur",
    threatened="prijetnja pretnja kërcënuar",
    suicide="suicide samoubistvo vetëvrasje",
)
