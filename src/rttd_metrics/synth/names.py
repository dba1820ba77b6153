"""Names that are plainly made up."""

_FIRST = """
    Alder Aspen Basil Birch Briar Cedar Clover Coral Cricket Cypress Dahlia Delta Ember Fennel Fern Finch
    Garnet Hazel Heath Heron Indigo Ivy Jasper Juniper Kestrel Lark Laurel Linden Maple Marigold Moss Olive
    Opal Pepper Quill Reed River Robin Rowan Saffron Sage Sorrel Tansy Teal Thyme Wren Yarrow Zinnia
"""
_LAST = """
    Examplewood Fauxley Fictimore Inventon Makebelle Mockingham Notreal Placeholt Pretendale Sampleton
    Shamfield Specimen Standin Testerly Testwick Unreal
"""
FIRST_NAMES, LAST_NAMES = _FIRST.split(), _LAST.split()
_PLACES = ("Bay", "Point", "Creek", "Hill", "Meadow", "Ridge", "Grove", "Landing", "Hollow", "Crossing", "Bend", "Shore")
_BEFORE = ("Heron", "Cedar", "Otter", "Willow", "Kingfisher", "Juniper", "Beaver", "Aspen", "Osprey", "Sorrel", "Egret", "Linden")


def place_name(number: int) -> str:
    """Heron Bay, Cedar Point, Otter Creek ...: 144 different ones, then Heron Bay 2."""
    round_, within = divmod(number, len(_PLACES) * len(_BEFORE))
    turn, at = divmod(within, len(_BEFORE))
    name = f"{_BEFORE[at]} {_PLACES[(at + turn) % len(_PLACES)]}"
    return f"{name} {round_ + 1}" if round_ else name


def school_name(kind: str, number: int) -> str:
    """The first middle and high school have the district's name, the others a place of their own."""
    place = place_name(number) if kind == "elementary" or number else "Lakeside"
    return f"{place} {kind.capitalize()} School"
