"""Operational intents: their life, states and versions."""

import time
import uuid

from authority import CMSA, SC
from service import new_id
from shapes import MASKED, NO_SUBSCRIPTION, area, implicit, instant, intent, spot, volume

INTENTS = "/dss/v1/operational_intent_references"


def _put(service, id, body, ovn=None, who="uss1", **more):
    path = f"{INTENTS}/{id}" if ovn is None else f"{INTENTS}/{id}/{ovn}"
    return service.ask(who, "PUT", path, body, **more)


def _made(service, body, who="uss1", **more):
    id = new_id()
    return id, _put(service, id, body, who=who, **more).expect(201)["operational_intent_reference"]


def it_is_made_read_found_changed_and_ended(service):
    place = spot()
    body = intent(volume(place))
    id, one = _made(service, body)
    assert one["version"] == 1 and one["state"] == "Accepted" and one["manager"] == "uss1", one
    assert one["subscription_id"] == NO_SUBSCRIPTION and one["uss_availability"] == "Unknown", one
    assert one["uss_base_url"] == body["uss_base_url"] and 16 <= len(one["ovn"]) <= 128, one
    assert instant(one["time_end"]) == instant(body["extents"][0]["time_end"]), one
    assert service.ask("uss1", "GET", f"{INTENTS}/{id}").expect(200)["operational_intent_reference"] == one
    found = service.ask("uss1", "POST", f"{INTENTS}/query", area(volume(place))).expect(200)
    assert found == {"operational_intent_references": [one]}, found
    two = _put(service, id, body, one["ovn"]).expect(200)["operational_intent_reference"]
    assert two["version"] == 2 and two["ovn"] != one["ovn"], "another OVN though nothing visible changed"
    gone = service.ask("uss1", "DELETE", f"{INTENTS}/{id}/{two['ovn']}").expect(200)
    assert gone == {"operational_intent_reference": two, "subscribers": []}, gone
    service.ask("uss1", "GET", f"{INTENTS}/{id}").expect(404)
    service.ask("uss1", "DELETE", f"{INTENTS}/{id}/{two['ovn']}").expect(404)
    _put(service, id, body, two["ovn"]).expect(400)
    assert service.ask("uss1", "POST", f"{INTENTS}/query", area(volume(place))).expect(200) == {
        "operational_intent_references": []
    }


def others_see_it_without_its_ovn_and_cannot_touch_it(service):
    place = spot()
    id, one = _made(service, intent(volume(place)))
    shown = service.ask("uss2", "GET", f"{INTENTS}/{id}").expect(200)["operational_intent_reference"]
    assert shown == {**one, "ovn": MASKED}, shown
    found = service.ask("uss2", "POST", f"{INTENTS}/query", area(volume(place))).expect(200)
    assert found["operational_intent_references"] == [shown], found
    _put(service, id, intent(volume(place)), one["ovn"], who="uss2").expect(403)
    _put(service, id, intent(volume(place)), "x" * 20, who="uss2").expect(403)
    _put(service, id, intent(volume(place)), who="uss2").expect(403)
    service.ask("uss2", "DELETE", f"{INTENTS}/{id}/{one['ovn']}").expect(403)
    service.ask("uss2", "DELETE", f"{INTENTS}/{id}/{'x' * 20}").expect(403)


def a_stale_ovn_and_a_second_making_are_409_with_a_message_alone(service):
    place = spot()
    id, one = _made(service, intent(volume(place)))
    two = _put(service, id, intent(volume(place)), one["ovn"]).expect(200)["operational_intent_reference"]
    for heard in [
        _put(service, id, intent(volume(place)), one["ovn"]),
        _put(service, id, intent(volume(place))),
        service.ask("uss1", "DELETE", f"{INTENTS}/{id}/{one['ovn']}"),
    ]:
        assert set(heard.expect(409)) == {"message"}, heard.text
    standing = service.ask("uss1", "GET", f"{INTENTS}/{id}").expect(200)["operational_intent_reference"]
    assert standing == two, "a refusal leaves nothing behind"


def an_empty_ovn_is_none(service):
    id = new_id()
    _put(service, id, intent(volume(spot())), ovn="").expect(201)
    _put(service, id, intent(volume(spot())), ovn="").expect(409)
    service.ask("uss1", "DELETE", f"{INTENTS}/{id}/").expect(400)


def it_begins_as_accepted(service):
    for state in ["Activated", "Nonconforming", "Contingent", "Ended", "accepted", "", None]:
        body = intent(volume(spot()), state=state, **implicit())
        for scopes in [[SC], [CMSA], [SC, CMSA]]:
            _put(service, new_id(), body, scopes=scopes).expect(400)


def states_follow_in_any_order_and_ended_is_none(service):
    place = spot()
    id, one = _made(service, intent(volume(place), **implicit()))
    for state in ["Activated", "Accepted", "Contingent", "Activated", "Nonconforming", "Accepted"]:
        body = intent(volume(place), state=state, subscription_id=one["subscription_id"])
        one = _put(service, id, body, one["ovn"]).expect(200)["operational_intent_reference"]
        assert one["state"] == state, one
    for state in ["Ended", "Landed"]:
        _put(service, id, intent(volume(place), state=state, **implicit()), one["ovn"]).expect(400)


def off_nominal_states_need_their_scope(service):
    place = spot()
    id, one = _made(service, intent(volume(place), **implicit()))
    for state in ["Nonconforming", "Contingent"]:
        body = intent(volume(place), state=state, subscription_id=one["subscription_id"])
        _put(service, id, body, one["ovn"], scopes=[SC]).expect(403)
        one = _put(service, id, body, one["ovn"], scopes=[CMSA]).expect(200)["operational_intent_reference"]


def every_state_but_accepted_needs_a_subscription(service):
    place = spot()
    id, one = _made(service, intent(volume(place), **implicit()))
    for state in ["Activated", "Nonconforming", "Contingent"]:
        _put(service, id, intent(volume(place), state=state), one["ovn"]).expect(400)
    empty = intent(volume(place), state="Activated", subscription_id="")
    _put(service, id, empty, one["ovn"]).expect(400)


def every_bound_is_needed(service):
    for bound in ["start", "end", "lower", "upper"]:
        _put(service, new_id(), intent(volume(spot(), **{bound: None}))).expect(400)
        place = spot()
        _put(service, new_id(), intent(volume(place), volume(place, **{bound: None}))).expect(400)
    _put(service, new_id(), intent(volume({}))).expect(400)
    _put(service, new_id(), intent()).expect(400)
    _put(service, new_id(), {**intent(), "extents": volume(spot())}).expect(400)
    for lacking in ["extents", "uss_base_url", "state"]:
        body = intent(volume(spot()))
        del body[lacking]
        _put(service, new_id(), body).expect(400)
    _put(service, new_id(), {**intent(volume(spot())), "uss_base_url": ""}).expect(400)
    _put(service, new_id(), {**intent(volume(spot())), "uss_base_url": "http://uss.example"}).expect(400)


def only_the_end_of_all_has_to_lie_ahead(service):
    _made(service, intent(volume(spot(), start=-3600)))
    _put(service, new_id(), intent(volume(spot(), start=-3600, end=-60))).expect(400)
    place = spot()
    _made(service, intent(volume(place, start=-9000, end=-7200), volume(place), volume(place, start=-600, end=-300)))


def several_volumes_make_one_box(service):
    place, other = spot(), spot()
    id, one = _made(service, intent(volume(place, start=300, end=600), volume(other, start=900, end=1200, lower=500, upper=600)))
    assert instant(one["time_end"]) > instant(one["time_start"])
    both = area(volume(place, start=650, end=850, lower=200, upper=400))
    found = service.ask("uss2", "POST", f"{INTENTS}/query", both).expect(200)["operational_intent_references"]
    assert [seen["id"] for seen in found] == [id], "between its volumes in time and height"


def searches_look_at_time_and_height_and_need_a_footprint(service):
    place = spot()
    id, _ = _made(service, intent(volume(place, start=300, end=600, lower=100, upper=200)))

    def ids(**bounds):
        body = area(volume(place, **bounds))
        return [one["id"] for one in service.ask("uss1", "POST", f"{INTENTS}/query", body).expect(200)["operational_intent_references"]]

    assert ids(start=None, end=None, lower=None, upper=None) == [id]
    assert ids(lower=200, upper=300) == [id] and ids(lower=0, upper=100) == [id], "both ends count"
    assert ids(lower=201, upper=None) == [] and ids(lower=None, upper=99) == []
    assert ids(start=650, end=None) == [] and ids(start=None, end=250) == []
    assert ids(start=-3600, end=-1800) == [], "a window in the past is a window"
    for wrong in [{}, area({}), area(volume({})), {"area_of_interest": None}]:
        service.ask("uss1", "POST", f"{INTENTS}/query", wrong).expect(400)


def an_expired_one_is_still_there_for_reads_searches_and_keys(service):
    place = spot()
    id, one = _made(service, intent(volume(place, start=-60, end=1.5)))
    time.sleep(2)
    service.ask("uss2", "GET", f"{INTENTS}/{id}").expect(200)
    found = service.ask("uss2", "POST", f"{INTENTS}/query", area(volume(place, start=-120, end=0))).expect(200)
    assert [seen["id"] for seen in found["operational_intent_references"]] == [id], found
    met = _put(service, new_id(), intent(volume(place, start=-60)), who="uss2").expect(409)
    assert [seen["id"] for seen in met["missing_operational_intents"]] == [id], met
    service.ask("uss1", "DELETE", f"{INTENTS}/{id}/{one['ovn']}").expect(200)


def an_ovn_may_be_wished_for(service):
    place, id = spot(), new_id()
    suffix = _uuid7(0)
    one = _put(service, id, intent(volume(place), requested_ovn_suffix=suffix)).expect(201)
    one = one["operational_intent_reference"]
    assert one["ovn"] == f"{id}_{suffix}", one
    again = intent(volume(place), requested_ovn_suffix=suffix)
    two = _put(service, id, intent(volume(place)), one["ovn"]).expect(200)["operational_intent_reference"]
    assert not two["ovn"].startswith(id), "made by the service again"
    _put(service, id, again, two["ovn"]).expect(400)
    for near in [-240, 240]:
        _put(service, new_id(), intent(volume(spot()), requested_ovn_suffix=_uuid7(near))).expect(201)
    for wrong in ["", "x", new_id(), str(uuid.uuid1()), _uuid7(-360), _uuid7(360)]:
        _put(service, new_id(), intent(volume(spot()), requested_ovn_suffix=wrong)).expect(400)


def bodies_are_read_leniently_and_wrong_types_are_400(service):
    body = {**intent(volume(spot())), "old_version": 3, "notify_for_operations": True, "key": None}
    _put(service, new_id(), body, odd=True).expect(201)
    body = intent(volume(spot()))
    for time_of in ["time_start", "time_end"]:
        body["extents"][0][time_of]["format"] = "whatever"
    _put(service, new_id(), body, odd=True).expect(201)
    for name, wrong in [("key", "x"), ("key", [1]), ("state", 1), ("uss_base_url", []), ("extents", "x"), ("new_subscription", [])]:
        _put(service, new_id(), {**intent(volume(spot())), name: wrong}).expect(400)


def _uuid7(seconds):
    """A UUID of version 7 made so many seconds from now (RFC 9562)."""
    ms = int((time.time() + seconds) * 1000)
    rest = uuid.uuid4().int & ((1 << 62) - 1)
    return str(uuid.UUID(int=ms << 80 | 7 << 76 | (rest >> 50) << 64 | 2 << 62 | rest))
