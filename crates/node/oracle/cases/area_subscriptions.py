"""Subscriptions to identification service areas in both editions of F3411, and across them."""

import time

from rid import BOTH, V19, V22A, wrong
from service import new_id
from shapes import spot

DAY = 24 * 3600
# So many of one client may stand in a place.
MOST = 10


def _made(service, edition, place, **times):
    return edition.put_subscription(service, edition.subscription(place, **times)).expect(200)["subscription"]


def _url(told):
    return told["callbacks"]["identification_service_area_url"] if "callbacks" in told else told["uss_base_url"]


def it_is_made_read_found_changed_and_ended(service):
    for edition in BOTH:
        place = spot()
        body = edition.subscription(place)
        told = edition.put_subscription(service, body).expect(200)
        one = told["subscription"]
        assert one["owner"] == "dp" and one["notification_index"] == 0 and told["service_areas"] == [], told
        assert edition.on_subscription(service, "GET", one["id"]).expect(200) == {"subscription": one}
        assert edition.subscriptions(service, place) == [one["id"]]
        changed = edition.put_subscription(service, body, one["id"], one["version"]).expect(200)["subscription"]
        assert changed == {**one, "version": changed["version"]} and changed["version"] != one["version"], changed
        edition.on_subscription(service, "DELETE", one["id"], one["version"]).expect(409)
        gone = edition.on_subscription(service, "DELETE", one["id"], changed["version"]).expect(200)
        assert gone == {"subscription": changed}, gone
        edition.on_subscription(service, "GET", one["id"]).expect(404)
        edition.on_subscription(service, "DELETE", one["id"], changed["version"]).expect(404)
        edition.put_subscription(service, body, one["id"], changed["version"]).expect(400)
        assert edition.subscriptions(service, place) == []


def one_edition_shows_and_ends_what_the_other_made(service):
    for edition, other in [(V19, V22A), (V22A, V19)]:
        place = spot()
        one = _made(service, edition, place)
        seen = other.on_subscription(service, "GET", one["id"]).expect(200)["subscription"]
        same = ("id", "owner", "version", "notification_index")
        assert [seen[name] for name in same] == [one[name] for name in same], (one, seen)
        assert _url(seen) == _url(one), (one, seen)
        assert other.subscriptions(service, place) == [one["id"]]
        other.on_subscription(service, "DELETE", one["id"], one["version"]).expect(200)
        edition.on_subscription(service, "GET", one["id"]).expect(404)


def everybody_may_look_and_its_owner_alone_finds_or_changes_it(service):
    for edition in BOTH:
        place = spot()
        one = _made(service, edition, place)
        body = edition.subscription(place)
        assert edition.on_subscription(service, "GET", one["id"], who="other").expect(200) == {"subscription": one}
        assert edition.subscriptions(service, place, who="other") == []
        edition.put_subscription(service, body, one["id"]).expect(409)
        edition.put_subscription(service, body, one["id"], wrong(one["version"])).expect(409)
        edition.put_subscription(service, body, one["id"], one["version"], "other").expect(403)
        edition.on_subscription(service, "DELETE", one["id"], wrong(one["version"]), "other").expect(409)
        edition.on_subscription(service, "DELETE", one["id"], one["version"], "other").expect(403)
        for odd in ("", "no-version"):
            edition.put_subscription(service, body, one["id"], odd).expect(400)
            edition.on_subscription(service, "DELETE", one["id"], odd).expect(400)


def it_begins_now_and_lasts_a_day_at_most(service):
    for edition in BOTH:
        one = _made(service, edition, spot(), start=None, end=None)
        start, end = edition.seconds(one["time_start"]), edition.seconds(one["time_end"])
        assert abs(start - time.time()) < 60 and end - start == DAY, one
        for times in [{"end": DAY + 600}, {"start": -360}, {"start": 3600, "end": 3599}]:
            edition.put_subscription(service, edition.subscription(spot(), **times)).expect(400)


def it_is_somewhere_and_has_an_address(service):
    for edition in BOTH:
        for side in (0, 1):
            edition.put_subscription(service, edition.subscription(spot(), side=side)).expect(400)
        edition.put_subscription(service, {**edition.subscription(spot()), "extents": {}}).expect(400)
        edition.put_subscription(service, {"extents": edition.extents(spot())}).expect(400)
        for url in ("", "http://uss.example/rid", "uss.example"):
            edition.put_subscription(service, edition.subscription(spot(), url=url)).expect(400)
        edition.put_subscription(service, edition.subscription(spot()), "no-uuid").expect(400)
        edition.on_subscription(service, "GET", "no-uuid").expect(400)


def it_tells_which_areas_are_there_already(service):
    for edition, other in [(V19, V22A), (V22A, V19)]:
        place = spot()
        area = other.put_area(service, other.area(place)).expect(200)["service_area"]
        other.put_area(service, other.area(place, start=-60, end=-30)).expect(200)
        told = edition.put_subscription(service, edition.subscription(place)).expect(200)
        assert [one["id"] for one in told["service_areas"]] == [area["id"]], told


def it_hears_of_every_write_of_an_area_in_either_edition(service):
    for edition, other in [(V19, V22A), (V22A, V19)]:
        place, id = spot(), new_id()
        mine = _made(service, edition, place)
        area, rest = None, []
        for index in (1, 2):
            told = other.put_area(service, other.area(place), id, area and area["version"]).expect(200)
            area = told["service_area"]
            rest.append((index, told))
        rest.append((3, edition.on_area(service, "DELETE", id, area["version"]).expect(200)))
        for index, told in rest:
            (subscriber,) = told["subscribers"]
            assert subscriber["subscriptions"] == [{"subscription_id": mine["id"], "notification_index": index}], told
        seen = edition.on_subscription(service, "GET", mine["id"]).expect(200)["subscription"]
        assert seen["notification_index"] == 3, seen


def the_eleventh_in_a_place_is_refused(service):
    place = spot()
    for number in range(MOST):
        made = _made(service, BOTH[number % 2], place)
    for edition in BOTH:
        edition.put_subscription(service, edition.subscription(place)).expect(429)
        edition.put_subscription(service, edition.subscription(place), who="other").expect(200)
    last = BOTH[(MOST - 1) % 2]
    changed = last.put_subscription(service, last.subscription(place), made["id"], made["version"]).expect(200)
    last.on_subscription(service, "DELETE", made["id"], changed["subscription"]["version"]).expect(200)
    _made(service, V19, place)
