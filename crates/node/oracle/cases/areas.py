"""Identification service areas in both editions of F3411, and across them."""

import time

from authority import RID_DISPLAY, RID_READ, RID_SERVICE, RID_WRITE, UTM
from rid import BOTH, V19, V22A, square, wrong
from service import new_id
from shapes import spot

HOUR = 3600


def _made(service, edition, place, **times):
    return edition.put_area(service, edition.area(place, **times)).expect(200)["service_area"]


def it_is_made_read_found_changed_and_ended(service):
    for edition in BOTH:
        place = spot()
        body = edition.area(place)
        told = edition.put_area(service, body).expect(200)
        one = told["service_area"]
        assert one["owner"] == "sp" and one["version"] and told["subscribers"] == [], told
        for bound in ("time_start", "time_end"):
            assert edition.seconds(one[bound]) == edition.seconds(body["extents"][bound]), (one, body)
        assert edition.on_area(service, "GET", one["id"]).expect(200) == {"service_area": one}
        assert edition.areas(service, place) == [one["id"]]
        changed = edition.put_area(service, body, one["id"], one["version"]).expect(200)["service_area"]
        assert changed == {**one, "version": changed["version"]} and changed["version"] != one["version"], changed
        edition.on_area(service, "DELETE", one["id"], one["version"]).expect(409)
        gone = edition.on_area(service, "DELETE", one["id"], changed["version"]).expect(200)
        assert gone == {"service_area": changed, "subscribers": []}, gone
        edition.on_area(service, "GET", one["id"]).expect(404)
        edition.on_area(service, "DELETE", one["id"], changed["version"]).expect(404)
        edition.put_area(service, body, one["id"], changed["version"]).expect(400)
        assert edition.areas(service, place) == []


def one_edition_shows_and_ends_what_the_other_made(service):
    for edition, other in [(V19, V22A), (V22A, V19)]:
        place = spot()
        one = _made(service, edition, place)
        seen = other.on_area(service, "GET", one["id"]).expect(200)["service_area"]
        same = ("id", "owner", "version")
        assert [seen[name] for name in same] == [one[name] for name in same], (one, seen)
        assert seen[other.url] == one[edition.url], (one, seen)
        assert other.seconds(seen["time_end"]) == edition.seconds(one["time_end"]), (one, seen)
        assert other.areas(service, place) == [one["id"]]
        other.put_area(service, other.area(place), one["id"]).expect(409)
        changed = other.put_area(service, other.area(place), one["id"], one["version"]).expect(200)["service_area"]
        edition.on_area(service, "DELETE", one["id"], changed["version"]).expect(200)
        other.on_area(service, "GET", one["id"]).expect(404)


def whoever_does_not_know_it_as_it_is_cannot_change_it(service):
    for edition in BOTH:
        place = spot()
        one = _made(service, edition, place)
        body = edition.area(place)
        edition.put_area(service, body, one["id"]).expect(409)
        edition.put_area(service, body, one["id"], wrong(one["version"])).expect(409)
        edition.put_area(service, body, one["id"], one["version"], "other").expect(403)
        edition.put_area(service, body, one["id"], wrong(one["version"]), "other").expect(403)
        edition.on_area(service, "DELETE", one["id"], wrong(one["version"])).expect(409)
        edition.on_area(service, "DELETE", one["id"], wrong(one["version"]), "other").expect(409)
        edition.on_area(service, "DELETE", one["id"], one["version"], "other").expect(403)
        for odd in ("", "no-version"):
            edition.put_area(service, body, one["id"], odd).expect(400)
            edition.on_area(service, "DELETE", one["id"], odd).expect(400)
        assert edition.on_area(service, "GET", one["id"]).expect(200) == {"service_area": one}


def it_has_an_end_and_begins_now_where_it_does_not_say(service):
    for edition in BOTH:
        one = _made(service, edition, spot(), start=None)
        assert abs(edition.seconds(one["time_start"]) - time.time()) < 60, one
        _made(service, edition, spot(), start=-240, end=1000 * 24 * HOUR)
        for times in [{"end": None}, {"start": -360}, {"start": HOUR, "end": HOUR - 1}]:
            edition.put_area(service, edition.area(spot(), **times)).expect(400)


def it_is_somewhere_and_not_everywhere(service):
    for edition in BOTH:
        for side in (0, 1):
            edition.put_area(service, edition.area(spot(), side=side)).expect(400)
        for extents in [None, {}, [edition.extents(spot())]]:
            edition.put_area(service, {**edition.area(spot()), "extents": extents}).expect(400)
        for url in ("", "http://uss.example/rid", "uss.example"):
            edition.put_area(service, edition.area(spot(), url=url)).expect(400)
        edition.put_area(service, edition.area(spot()), "no-uuid").expect(400)
        edition.on_area(service, "GET", "no-uuid").expect(400)


def the_second_edition_says_how_it_is_written(service):
    place = spot()
    center = {"lat": place[0], "lng": place[1]}
    radius = {"value": 500, "units": "M"}
    good = V22A.area(place)
    good["extents"]["volume"].pop("outline_polygon")
    V22A.put_area(service, good).expect(400)
    good["extents"]["volume"]["outline_circle"] = {"center": center, "radius": radius}
    V22A.put_area(service, good).expect(200)
    volume = good["extents"]["volume"]
    for worse in [
        {**volume, "outline_circle": {"center": center, "radius": {"value": 500, "units": "FT"}}},
        {**volume, "outline_polygon": V22A.extents(place)["volume"]["outline_polygon"]},
        {**volume, "altitude_lower": {"value": 20, "reference": "SFC", "units": "M"}},
        {**volume, "altitude_lower": {"value": 20, "reference": "W84", "units": "FT"}},
    ]:
        V22A.put_area(service, {**good, "extents": {**good["extents"], "volume": worse}}).expect(400)
    time = {**good["extents"]["time_end"], "format": "RFC2822"}
    V22A.put_area(service, {**good, "extents": {**good["extents"], "time_end": time}}).expect(400)


def a_search_names_a_ring(service):
    for edition in BOTH:
        for what in ("identification_service_areas", "subscriptions"):
            ring = square(spot(), 0.01)
            edition.search(service, what, ", ".join(f"{lat}, {lng}" for lat, lng in ring)).expect(200)
            for odd in ["", "1,2", "1,2,3,4", "1,2,3,4,5", "1,2,3,4,x,6", "91,0,91,1,90,1"]:
                edition.search(service, what, odd).expect(400)
            edition.search(service, what, [*ring, ring[0]]).expect(400)
            edition.search(service, what, [ring[0], ring[2], ring[1], ring[3]]).expect(400)
            edition.search(service, what, square(spot(), 1)).expect(413)


def a_search_may_say_when(service):
    for edition in BOTH:
        place = spot()
        one = _made(service, edition, place, start=HOUR, end=2 * HOUR)["id"]
        assert edition.areas(service, place) == [one]
        assert edition.areas(service, place, earliest_time=1.5 * HOUR) == [one]
        assert edition.areas(service, place, earliest_time=2.5 * HOUR) == []
        assert edition.areas(service, place, latest_time=0.5 * HOUR) == []
        assert edition.areas(service, place, earliest_time=0.5 * HOUR, latest_time=1.5 * HOUR) == [one]
        assert edition.areas(service, spot()) == []


def one_that_has_ended_is_shown_and_not_found(service):
    for edition in BOTH:
        place = spot()
        one = _made(service, edition, place, start=-60, end=-30)
        assert edition.areas(service, place, earliest_time=-120) == []
        assert edition.on_area(service, "GET", one["id"]).expect(200) == {"service_area": one}


def each_call_needs_a_scope_of_its_edition(service):
    every = {RID_READ, RID_WRITE, RID_DISPLAY, RID_SERVICE}
    place = spot()
    for edition in BOTH:
        areas, id = f"{edition.root}/identification_service_areas", new_id()
        ring = ",".join(f"{lat},{lng}" for lat, lng in square(place, 0.01))
        for method, path, body, allowed in [
            ("GET", f"{areas}?area={ring}", None, {edition.reads}),
            ("GET", f"{areas}/{id}", None, {edition.reads} if edition.first else {RID_DISPLAY, RID_SERVICE}),
            ("PUT", f"{areas}/{id}", edition.area(place), {edition.writes}),
            ("PUT", f"{areas}/{id}/1", edition.area(place), {edition.writes}),
            ("DELETE", f"{areas}/{id}/1", None, {edition.writes}),
        ]:
            for scope in every | set(UTM):
                heard = service.ask("other", method, path, body, scopes=[scope])
                told = f"{heard.request} with {scope}: {heard.status} {heard.text}"
                assert (heard.status != 403) == (scope in allowed), told
            service.raw(method, path, json=body).expect(401)
