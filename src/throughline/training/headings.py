"""What files call the columns of activities, beside our own names. Headings are compared folded, in Latin letters."""

CALLED: dict[str, tuple[str, ...]] = {
    "title": ("name", "course", "event", "training", "activity", "naziv", "titulli", "naslov"),
    "kind": ("type", "activity type", "format", "vrsta", "tip", "lloji", "tag name"),
    "starts_on": ("start", "start date", "from", "begin", "begins", "date", "datum", "od", "data", "fillimi"),
    "ends_on": ("end", "end date", "to", "until", "do", "mbarimi"),
    "venue": ("place", "city", "location", "host", "host name", "venue", "mjesto", "mesto", "grad", "vendi", "qyteti"),
    "venue_jurisdiction": ("country", "state", "zemlja", "država", "shteti"),
    "capacity": ("seats", "number of places", "max participants", "broj mjesta", "kapaciteti"),
    "came_unlisted": ("attendance", "attendees", "participants", "number of participants", "učesnici", "pjesëmarrës"),
    "external_key": ("slug", "event id", "activity id", "external id", "source id", "šifra"),
}
