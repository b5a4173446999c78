"""Remote identification as clients of each edition of F3411 know it."""

import datetime

from authority import RID_DISPLAY, RID_READ, RID_SERVICE, RID_WRITE
from service import new_id
from shapes import altitude, at

SIDE = 0.01
URL = "https://uss.example/rid"


class Edition:
    """Paths, scopes and bodies of one edition. `writes` is the scope that writes areas, `reads` that of the rest."""

    def __init__(self, root, writes, reads):
        self.root, self.writes, self.reads = root, writes, reads
        self.first = root == "/v1/dss"
        self.url = "flights_url" if self.first else "uss_base_url"

    def __repr__(self):
        return self.root

    def at(self, seconds):
        """An instant so many seconds from now."""
        return at(seconds)["value"] if self.first else at(seconds)

    def seconds(self, told):
        """An instant as a number."""
        text = told if self.first else told["value"]
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

    def extents(self, place, start=0, end=3600, side=SIDE):
        """A square whose south-west corner this is; a time of None is left out."""
        ring = {"vertices": [{"lat": lat, "lng": lng} for lat, lng in square(place, side)]}
        if self.first:
            extents = {"spatial_volume": {"footprint": ring, "altitude_lo": 20, "altitude_hi": 400}}
        else:
            bounds = {"altitude_lower": altitude(20), "altitude_upper": altitude(400)}
            extents = {"volume": {"outline_polygon": ring, **bounds}}
        for name, seconds in [("time_start", start), ("time_end", end)]:
            if seconds is not None:
                extents[name] = self.at(seconds)
        return extents

    def area(self, place, url=URL, **times):
        return {"extents": self.extents(place, **times), self.url: url}

    def subscription(self, place, url=URL, **times):
        address = {"callbacks": {"identification_service_area_url": url}} if self.first else {"uss_base_url": url}
        return {"extents": self.extents(place, **times), **address}

    def put_area(self, service, body, id=None, version=None, who="sp", **more):
        path = f"{self.root}/identification_service_areas/{named(id or new_id(), version)}"
        return service.ask(who, "PUT", path, body, scopes=[self.writes], **more)

    def put_subscription(self, service, body, id=None, version=None, who="dp", **more):
        path = f"{self.root}/subscriptions/{named(id or new_id(), version)}"
        return service.ask(who, "PUT", path, body, scopes=[self.reads], **more)

    def on_area(self, service, method, id, version=None, who="sp"):
        scope = self.reads if method == "GET" else self.writes
        path = f"{self.root}/identification_service_areas/{named(id, version)}"
        return service.ask(who, method, path, scopes=[scope])

    def on_subscription(self, service, method, id, version=None, who="dp"):
        return service.ask(who, method, f"{self.root}/subscriptions/{named(id, version)}", scopes=[self.reads])

    def search(self, service, what, ring, who="dp", **times):
        """Looks for `identification_service_areas` or `subscriptions` in a place or a ring."""
        ring = square(ring, SIDE) if isinstance(ring, tuple) else ring
        text = ring if isinstance(ring, str) else ",".join(f"{lat},{lng}" for lat, lng in ring)
        more = "".join(f"&{name}={at(seconds)['value'].replace('+', '%2B')}" for name, seconds in times.items())
        return service.ask(who, "GET", f"{self.root}/{what}?area={text}{more}", scopes=[self.reads])

    def areas(self, service, ring, **more):
        """Ids of the areas that are found."""
        found = self.search(service, "identification_service_areas", ring, **more).expect(200)
        return [one["id"] for one in found["service_areas"]]

    def subscriptions(self, service, ring, **more):
        """Ids of the subscriptions that are found."""
        return [one["id"] for one in self.search(service, "subscriptions", ring, **more).expect(200)["subscriptions"]]


V19 = Edition("/v1/dss", RID_WRITE, RID_READ)
V22A = Edition("/rid/v2/dss", RID_SERVICE, RID_DISPLAY)
BOTH = [V19, V22A]


def square(place, side):
    lat, lng = place
    return [(lat, lng), (lat, lng + side), (lat + side, lng + side), (lat + side, lng)]


def named(id, version):
    return id if version is None else f"{id}/{version}"


def wrong(version):
    """Another version, made of a true one as qualification suites do."""
    return version[1:-1]
