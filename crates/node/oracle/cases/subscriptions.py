"""Subscriptions: their life, how long they last, and what depends on them."""

import time

from service import new_id
from shapes import MASKED, area, box, constraint, implicit, instant, intent, spot, subscription, volume

INTENTS = "/dss/v1/operational_intent_references"
CONSTRAINTS = "/dss/v1/constraint_references"
SUBSCRIPTIONS = "/dss/v1/subscriptions"
HOUR = 3600


def _put(service, body, id=None, version=None, who="uss1"):
    path = f"{SUBSCRIPTIONS}/{id or new_id()}" + (f"/{version}" if version is not None else "")
    return service.ask(who, "PUT", path, body)


def _made(service, body, **more):
    return _put(service, body, **more).expect(200)["subscription"]


def _found(service, whole, who="uss1"):
    heard = service.ask(who, "POST", f"{SUBSCRIPTIONS}/query", area(whole))
    return [one["id"] for one in heard.expect(200)["subscriptions"]]


def it_is_made_read_found_changed_and_ended(service):
    place = spot()
    one = _made(service, subscription(volume(place, start=0)))
    assert one["notification_index"] == 0 and one["version"] and not one["implicit_subscription"], one
    assert one["dependent_operational_intents"] == [] and one["notify_for_operational_intents"], one
    path = f"{SUBSCRIPTIONS}/{one['id']}"
    assert service.ask("uss1", "GET", path).expect(200) == {"subscription": one}
    two = _made(service, subscription(volume(place, start=0)), id=one["id"], version=one["version"])
    assert two["version"] != one["version"], "another version though nothing visible changed"
    assert _found(service, volume(place)) == [one["id"]]
    service.ask("uss1", "DELETE", f"{path}/{one['version']}").expect(409)
    assert service.ask("uss1", "DELETE", f"{path}/{two['version']}").expect(200) == {"subscription": two}
    service.ask("uss1", "GET", path).expect(404)
    service.ask("uss1", "DELETE", f"{path}/{two['version']}").expect(404)
    _put(service, subscription(volume(place, start=0)), one["id"], two["version"]).expect(400)


def it_is_its_owner_s_alone(service):
    place = spot()
    one = _made(service, subscription(volume(place, start=0)))
    path = f"{SUBSCRIPTIONS}/{one['id']}"
    service.ask("uss2", "GET", path).expect(403)
    assert _found(service, volume(place), "uss2") == []
    body = subscription(volume(place, start=0))
    _put(service, body, one["id"], one["version"], "uss2").expect(403)
    _put(service, body, one["id"], "x" * 20, "uss2").expect(409)
    _put(service, body, one["id"], who="uss2").expect(409)
    _put(service, body, one["id"]).expect(409)
    service.ask("uss2", "DELETE", f"{path}/{one['version']}").expect(403)
    service.ask("uss2", "DELETE", f"{path}/{'x' * 20}").expect(403)
    service.ask("uss1", "DELETE", f"{path}/").expect(400)


def it_asks_for_something_somewhere(service):
    place = spot()
    _put(service, subscription(volume(place), intents=False)).expect(400)
    _put(service, subscription(volume({}))).expect(400)
    _put(service, {**subscription(volume(place)), "uss_base_url": ""}).expect(400)
    _put(service, {**subscription(volume(place)), "extents": [volume(place)]}).expect(400)
    body = subscription(volume(place))
    del body["extents"]
    _put(service, body).expect(400)


def it_begins_now_and_lasts_a_day_where_it_does_not_say(service):
    one = _made(service, subscription(volume(spot(), start=None, end=None)))
    start, end = instant(one["time_start"]), instant(one["time_end"])
    assert abs(start.timestamp() - time.time()) < 60 and (end - start).total_seconds() == 24 * HOUR, one
    one = _made(service, subscription(volume(spot(), start=HOUR, end=None)))
    assert (instant(one["time_end"]) - instant(one["time_start"])).total_seconds() == 24 * HOUR, one


def it_lasts_a_day_at_most(service):
    whole = volume(spot(), start=60)
    whole["time_start"]["value"] = "2030-01-01T00:00:00Z"
    whole["time_end"]["value"] = "2030-01-02T00:00:00Z"
    _made(service, subscription(whole))
    whole["time_end"]["value"] = "2030-01-02T00:10:00Z"
    heard = _put(service, subscription(whole))
    if heard.expect(200, 400) and heard.status == 200:
        told = heard.body["subscription"]
        assert abs((instant(told["time_end"]) - instant(told["time_start"])).total_seconds() - 24 * HOUR) <= 1, told


def it_may_have_begun_five_minutes_ago(service):
    _made(service, subscription(volume(spot(), start=-240)))
    _put(service, subscription(volume(spot(), start=-360))).expect(400)
    _put(service, subscription(volume(spot(), start=900, end=600))).expect(400)


def times_that_are_not_said_stay_and_so_does_the_index(service):
    place = spot()
    one = _made(service, subscription(volume(place, start=-60, end=7200)))
    service.ask("uss2", "PUT", f"{INTENTS}/{new_id()}", intent(volume(place))).expect(201)
    two = _made(service, subscription(volume(place, start=None, end=None)), id=one["id"], version=one["version"])
    assert (two["time_start"], two["time_end"]) == (one["time_start"], one["time_end"]), two
    assert two["notification_index"] == 1, two


def what_is_there_is_told_as_far_as_it_is_asked_for(service):
    place = spot()
    low = service.ask("uss2", "PUT", f"{INTENTS}/{new_id()}", intent(volume(place))).expect(201)
    low = {**low["operational_intent_reference"], "ovn": MASKED}
    body = intent(volume(place, lower=900, upper=950))
    service.ask("uss1", "PUT", f"{INTENTS}/{new_id()}", body).expect(201)
    bound = service.ask("uss2", "PUT", f"{CONSTRAINTS}/{new_id()}", constraint(volume(place, lower=5000, upper=5100)))
    bound = {**bound.expect(201)["constraint_reference"], "ovn": MASKED}
    whole = volume(place, start=0)
    told = _put(service, subscription(whole)).expect(200)
    assert set(told) == {"subscription", "operational_intent_references"}, told
    assert told["operational_intent_references"] == [low], "height counts for operational intents"
    one = told["subscription"]
    told = _put(service, subscription(whole, False, True), one["id"], one["version"]).expect(200)
    assert set(told) == {"subscription", "constraint_references"}, told
    assert told["constraint_references"] == [bound], "height does not count for constraints"
    told = _put(service, subscription(volume(spot(), start=0), True, True)).expect(200)
    assert told["operational_intent_references"] == told["constraint_references"] == [], told


def searches_look_at_time_and_not_at_height(service):
    place = spot()
    one = _made(service, subscription(volume(place, start=300, end=600, lower=0, upper=10)))
    assert _found(service, volume(place, start=None, end=None, lower=5000, upper=6000)) == [one["id"]]
    assert _found(service, volume(place, start=700, end=None)) == []
    for wrong in [{}, area(volume({}))]:
        service.ask("uss1", "POST", f"{SUBSCRIPTIONS}/query", wrong).expect(400)


def an_expired_one_vanishes_from_searches_and_can_be_read(service):
    place = spot()
    one = _made(service, subscription(volume(place, start=-60, end=1.5)))
    time.sleep(2)
    assert _found(service, volume(place, start=None, end=None)) == []
    service.ask("uss1", "GET", f"{SUBSCRIPTIONS}/{one['id']}").expect(200)
    service.ask("uss1", "DELETE", f"{SUBSCRIPTIONS}/{one['id']}/{one['version']}").expect(200)


def what_depends_on_it_has_to_stay_covered(service):
    place = spot()
    wide = {"start": 0, "end": 7200, "lower": 0, "upper": 500}
    one = _made(service, subscription(volume(place, **wide)))
    body = intent(volume(place, start=1200, end=3600, lower=100, upper=200), subscription_id=one["id"])
    service.ask("uss1", "PUT", f"{INTENTS}/{new_id()}", body).expect(201)

    def edit(outline, **bounds):
        whole = volume(outline, **{**wide, **bounds})
        return _put(service, subscription(whole), one["id"], one["version"])

    edit(spot()).expect(400)
    for bounds in [{"lower": 101}, {"upper": 199}, {"end": 3590}, {"start": 1600}]:
        edit(place, **bounds).expect(400)
    edit(place, lower=None, upper=None).expect(200, 400)
    one = service.ask("uss1", "GET", f"{SUBSCRIPTIONS}/{one['id']}").expect(200)["subscription"]
    one = edit(place, start=1400, end=3700, lower=100, upper=200).expect(200)["subscription"]
    path = f"{SUBSCRIPTIONS}/{one['id']}/{one['version']}"
    service.ask("uss1", "DELETE", path).expect(400)


def an_implicit_one_that_is_needed_cannot_be_deleted(service):
    body = intent(volume(spot()), **implicit())
    one = service.ask("uss1", "PUT", f"{INTENTS}/{new_id()}", body).expect(201)["operational_intent_reference"]
    mine = service.ask("uss1", "GET", f"{SUBSCRIPTIONS}/{one['subscription_id']}").expect(200)["subscription"]
    service.ask("uss1", "DELETE", f"{SUBSCRIPTIONS}/{mine['id']}/{mine['version']}").expect(400, 409)


def a_large_area_can_be_subscribed_to(service):
    _made(service, subscription(volume(box((-60.0, -50.0), 45), start=0)))
