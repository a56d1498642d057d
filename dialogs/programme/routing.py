"""Which coordinator a family gets: from its places in Latvia to a planning region.

Nobody is refused: what cannot be decided goes to the shared queue of all regions.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from dialogs.programme.geography import Geography
from dialogs.programme.intake import Intake, Place

Why = Literal["place", "region", "last_home", "home", "shared"]


class Route(Struct, frozen=True, omit_defaults=True):
    """Where a case goes.

    ``region`` is a region id or "" for the shared queue; ``municipality`` the ISO 3166-2 code of
    the leading place, "" if only a region is known. ``copies`` are the regions that get a copy
    because the family agreed; ``named`` all regions it named, the leading one first. ``home`` is
    the region where it lives now, if in Latvia. ``why`` says what decided: the first place, a
    region named as such, the earlier home or relatives, the present home, or nothing.
    """

    region: str
    municipality: str = ""
    copies: tuple[str, ...] = ()
    why: Why = "shared"
    named: tuple[str, ...] = ()
    home: str = ""


def region_of(place: Place, geography: Geography) -> str:
    """The region id of a place, "" if its code and region are both unknown."""
    if place.iso in geography.municipalities:
        return geography.region_of(place.iso)
    return place.region if place.region in geography.regions else ""


def _region_of_code(code: str, geography: Geography) -> str:
    return region_of(Place(code, "", region=code), geography)


def route(intake: Intake, geography: Geography) -> Route:
    """The route of an intake, whatever it lacks.

    The first place named leads; regions of the others get a copy if the family agreed. Without a
    place the earlier home (or the relatives' place) decides, then the present home in Latvia.
    """
    home = _region_of_code(intake.home, geography)
    located = [(place, region_of(place, geography)) for place in intake.places]
    located = [(place, region) for place, region in located if region]
    named = tuple(dict.fromkeys(region for _, region in located))
    if located:
        place, region = located[0]
        copies = named[1:] if intake.copy_allowed else ()
        known = place.iso in geography.municipalities
        return Route(
            region,
            place.iso if known else "",
            copies,
            "place" if known else "region",
            named,
            home,
        )
    decided: tuple[tuple[str, Why], ...] = (
        (intake.last_home, "last_home"),
        (intake.home, "home"),
    )
    for code, why in decided:
        region = _region_of_code(code, geography)
        if region:
            municipality = code if code in geography.municipalities else ""
            return Route(region, municipality, why=why, home=home)
    return Route("")
