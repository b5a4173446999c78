"""Outlines, heights and times that are taken, and those that are not."""

import copy

from service import new_id
from shapes import area, box, circle, constraint, intent, polygon, spot, subscription, volume

INTENTS = "/dss/v1/operational_intent_references"
CONSTRAINTS = "/dss/v1/constraint_references"
SUBSCRIPTIONS = "/dss/v1/subscriptions"


def _put(service, whole):
    return service.ask("uss1", "PUT", f"{INTENTS}/{new_id()}", intent(whole))


def _everywhere(service, whole):
    """The answers of every endpoint that takes a volume."""
    id = new_id()
    yield service.ask("uss1", "PUT", f"{INTENTS}/{id}", intent(whole))
    yield service.ask("uss1", "PUT", f"{CONSTRAINTS}/{id}", constraint(whole))
    yield service.ask("uss1", "PUT", f"{SUBSCRIPTIONS}/{id}", subscription(whole))
    for folder in [INTENTS, CONSTRAINTS, SUBSCRIPTIONS]:
        yield service.ask("uss1", "POST", f"{folder}/query", area(whole))


def outlines_that_are_none_are_400_wherever_they_come(service):
    lat, lng = spot()
    a, b, c, d = (lat, lng), (lat, lng + 0.01), (lat + 0.01, lng + 0.01), (lat + 0.01, lng)
    for wrong in [
        polygon(),
        polygon(a),
        polygon(a, b),
        polygon(a, a, a),
        polygon(a, b, c, d, a),
        polygon(a, b, b, c),
        polygon(a, c, b, d),
        polygon(a, b, c, a, d),
        polygon(a, b, (91.0, lng)),
        polygon(a, b, (lat, 181.0)),
        polygon(a, b, (lat, -180.5)),
        {"outline_polygon": {}},
        circle(a, 0),
        circle(a, -1),
        circle((90.1, 0.0)),
        circle((0.0, -181.0)),
        {"outline_circle": {"radius": {"value": 10, "units": "M"}}},
        {"outline_circle": {"center": {"lat": lat, "lng": lng}}},
        {"outline_circle": {}},
        {**circle(a), **polygon(a, b, c)},
    ]:
        for heard in _everywhere(service, volume(wrong)):
            heard.expect(400)


def outlines_may_wind_either_way_and_be_thin(service):
    lat, lng = spot()
    ring = [(lat, lng), (lat, lng + 0.01), (lat + 0.01, lng + 0.01)]
    strip = [(lat, lng), (lat, lng + 0.01), (lat, lng + 0.02)]
    speck = [(lat, lng), (lat, lng + 1e-9), (lat + 1e-9, lng)]
    for outline in [ring, ring[::-1], strip]:
        for folder in [INTENTS, CONSTRAINTS, SUBSCRIPTIONS]:
            service.ask("uss1", "POST", f"{folder}/query", area(volume(polygon(*outline)))).expect(200)
    service.ask("uss1", "POST", f"{INTENTS}/query", area(volume(polygon(*speck)))).expect(200, 400)


def outlines_may_lie_across_the_antimeridian(service):
    one = _put(service, volume(circle((2.0, 179.999), 500))).expect(201)["operational_intent_reference"]
    beyond = area(volume(circle((2.0, -179.999), 500)))
    found = service.ask("uss2", "POST", f"{INTENTS}/query", beyond).expect(200)["operational_intent_references"]
    assert [seen["id"] for seen in found] == [one["id"]], found
    _put(service, volume(circle((4.0, 178.0)))).expect(201)
    wide = polygon((5.0, 179.9), (5.0, -179.9), (5.1, -179.9), (5.1, 179.9))
    _put(service, volume(wide)).expect(201)


def an_outline_has_2500_km2_at_most(service):
    place = (-60.0, -100.0)
    within, beyond = volume(box(place, 49)), volume(box(place, 51))
    for heard in _everywhere(service, beyond):
        heard.expect(413 if "query" in heard.request and INTENTS not in heard.request else 400)
    for folder in [INTENTS, CONSTRAINTS, SUBSCRIPTIONS]:
        service.ask("uss1", "POST", f"{folder}/query", area(within)).expect(200)
    _put(service, volume(circle(place, 40_000))).expect(400)


def heights_are_metres_above_the_ellipsoid(service):
    good = volume(spot())
    for bound in ["altitude_lower", "altitude_upper"]:
        for name, wrong in [("units", "FT"), ("units", ""), ("reference", "AGL"), ("reference", "")]:
            whole = copy.deepcopy(good)
            whole["volume"][bound][name] = wrong
            for heard in _everywhere(service, whole):
                heard.expect(400)
    for heard in _everywhere(service, volume(spot(), lower=100, upper=99.9)):
        heard.expect(400)
    _put(service, volume(spot(), lower=100, upper=100)).expect(201)
    _put(service, volume(spot(), lower=-20.5, upper=0)).expect(201)


def times_are_of_rfc_3339_and_in_order(service):
    good = volume(spot())
    for bound in ["time_start", "time_end"]:
        for wrong in ["", "now", "2030-01-01", "2030-01-01T00:00:00", "2030-13-01T00:00:00Z", 5]:
            whole = copy.deepcopy(good)
            whole[bound]["value"] = wrong
            for heard in _everywhere(service, whole):
                heard.expect(400)
    for heard in _everywhere(service, volume(spot(), start=600, end=300)):
        heard.expect(400)
    whole = volume(spot())
    whole["time_start"] = whole["time_end"]
    _put(service, whole).expect(201)
    whole = volume(spot())
    whole["time_end"]["value"] = "2031-01-01T01:00:00.123456789+01:00"
    one = _put(service, whole).expect(201)["operational_intent_reference"]
    assert one["time_end"] == {"value": "2031-01-01T00:00:00.123456Z", "format": "RFC3339"}, one
