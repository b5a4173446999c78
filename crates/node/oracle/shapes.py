"""Bodies of requests. Every spot is far from every other, so that no case meets what another left."""

import datetime
import itertools
import math

BASE_URL = "https://uss.example/utm"
MASKED = "Available from USS"
NO_SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"
_spots = itertools.count()


def spot():
    """A place some kilometres from every other."""
    number = next(_spots)
    return (-40.0 + 0.2 * (number // 100), 10.0 + 0.2 * (number % 100))


def at(seconds):
    """An instant so many seconds from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return time(now + datetime.timedelta(seconds=seconds))


def time(instant):
    return {"value": instant.isoformat().replace("+00:00", "Z"), "format": "RFC3339"}


def instant(told):
    return datetime.datetime.fromisoformat(told["value"].replace("Z", "+00:00"))


def altitude(metres):
    return {"value": metres, "reference": "W84", "units": "M"}


def circle(place, radius=300):
    return {"outline_circle": {"center": {"lat": place[0], "lng": place[1]}, "radius": {"value": radius, "units": "M"}}}


def polygon(*places):
    return {"outline_polygon": {"vertices": [{"lat": lat, "lng": lng} for lat, lng in places]}}


def box(place, side_km):
    """A square whose south-west corner this is."""
    lat, lng = place
    high = side_km / 111.2
    wide = high / math.cos(math.radians(lat))
    return polygon((lat, lng), (lat, lng + wide), (lat + high, lng + wide), (lat + high, lng))


def volume(outline, start=300, end=3900, lower=50, upper=120):
    """Four dimensions around an outline or a place; a bound of None is left out."""
    outline = circle(outline) if isinstance(outline, tuple) else outline
    volume = dict(outline)
    if lower is not None:
        volume["altitude_lower"] = altitude(lower)
    if upper is not None:
        volume["altitude_upper"] = altitude(upper)
    whole = {"volume": volume}
    if start is not None:
        whole["time_start"] = at(start)
    if end is not None:
        whole["time_end"] = at(end)
    return whole


def intent(*volumes, state="Accepted", key=(), **more):
    return {"extents": list(volumes), "key": list(key), "state": state, "uss_base_url": BASE_URL, **more}


def constraint(*volumes, **more):
    return {"extents": list(volumes), "uss_base_url": BASE_URL, **more}


def subscription(extents, intents=True, constraints=False, **more):
    flags = {"notify_for_operational_intents": intents, "notify_for_constraints": constraints}
    return {"extents": extents, "uss_base_url": BASE_URL, **flags, **more}


def implicit(constraints=False, url=BASE_URL):
    return {"new_subscription": {"uss_base_url": url, "notify_for_constraints": constraints}}


def area(volume):
    return {"area_of_interest": volume}
