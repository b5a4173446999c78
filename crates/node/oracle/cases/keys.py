"""The key: an operational intent needs to know what it may meet."""

from service import new_id
from shapes import MASKED, area, circle, constraint, implicit, intent, spot, subscription, volume

INTENTS = "/dss/v1/operational_intent_references"
CONSTRAINTS = "/dss/v1/constraint_references"
SUBSCRIPTIONS = "/dss/v1/subscriptions"
USS = "/dss/v1/uss_availability"


def _put(service, body, who="uss1", id=None, ovn=None):
    path = f"{INTENTS}/{id or new_id()}" + (f"/{ovn}" if ovn else "")
    return service.ask(who, "PUT", path, body)


def _made(service, body, who="uss1"):
    return _put(service, body, who).expect(201)["operational_intent_reference"]


def _set(service, uss, availability):
    version = service.ask("arbiter", "GET", f"{USS}/{uss}").expect(200)["version"]
    service.ask("arbiter", "PUT", f"{USS}/{uss}", {"availability": availability, "old_version": version}).expect(200)


def what_is_missing_is_told_with_foreign_ovns_masked(service):
    place = spot()
    own = _made(service, intent(volume(place)), "uss1")
    other = _made(service, intent(volume(place), key=[own["ovn"]]), "uss2")
    told = _put(service, intent(volume(place))).expect(409)
    assert set(told) == {"message", "missing_operational_intents"}, told
    missing = {one["id"]: one for one in told["missing_operational_intents"]}
    assert missing == {own["id"]: own, other["id"]: {**other, "ovn": MASKED}}, told
    told = _put(service, intent(volume(place), key=[own["ovn"]])).expect(409)
    assert [one["id"] for one in told["missing_operational_intents"]] == [other["id"]], told
    told = _put(service, intent(volume(place), key=[MASKED, own["ovn"]])).expect(409)
    assert len(told["missing_operational_intents"]) == 1, told
    _made(service, intent(volume(place), key=["x" * 44, own["ovn"], other["ovn"]]))


def what_is_elsewhere_is_not_asked_for(service):
    place = spot()
    one = _made(service, intent(volume(place, start=300, end=600, lower=100, upper=200)))
    for bounds in [
        {"start": 700, "end": 900, "lower": 100, "upper": 200},
        {"start": 300, "end": 600, "lower": 201, "upper": 300},
    ]:
        apart = _made(service, intent(volume(place, **bounds)), "uss2")
        service.ask("uss2", "DELETE", f"{INTENTS}/{apart['id']}/{apart['ovn']}").expect(200)
    _put(service, intent(volume(place, start=300, end=600, lower=200, upper=300)), "uss2").expect(409)
    _made(service, intent(volume(place, start=300, end=600, lower=100, upper=200), key=[one["ovn"]]), "uss2")


def its_own_ovn_is_not_asked_for_and_its_manager_s_others_are(service):
    place = spot()
    one = _made(service, intent(volume(place)))
    two = _made(service, intent(volume(place), key=[one["ovn"]]))
    _put(service, intent(volume(place)), id=two["id"], ovn=two["ovn"]).expect(409)
    _put(service, intent(volume(place), key=[one["ovn"]]), id=two["id"], ovn=two["ovn"]).expect(200)


def activation_needs_the_key_and_trouble_does_not(service):
    place = spot()
    one = _made(service, intent(volume(place), **implicit()))
    _made(service, intent(volume(place), key=[one["ovn"]]), "uss2")
    attached = {"subscription_id": one["subscription_id"]}
    told = _put(service, intent(volume(place), state="Activated", **attached), id=one["id"], ovn=one["ovn"]).expect(409)
    assert told["missing_operational_intents"][0]["manager"] == "uss2", told
    for state in ["Nonconforming", "Contingent"]:
        heard = _put(service, intent(volume(place), state=state, **attached), id=one["id"], ovn=one["ovn"])
        one = heard.expect(200)["operational_intent_reference"]


def a_refused_write_leaves_nothing_behind(service):
    place = spot()
    one = _made(service, intent(volume(place), **implicit()))
    before = service.ask("uss1", "GET", f"{SUBSCRIPTIONS}/{one['subscription_id']}").expect(200)
    id = new_id()
    _put(service, intent(volume(place), **implicit()), "uss2", id=id).expect(409)
    service.ask("uss2", "GET", f"{INTENTS}/{id}").expect(404)
    left = service.ask("uss2", "POST", f"{SUBSCRIPTIONS}/query", area(volume(place))).expect(200)
    assert left == {"subscriptions": []}, left
    after = service.ask("uss1", "GET", f"{SUBSCRIPTIONS}/{one['subscription_id']}").expect(200)
    assert before == after, "nobody was notified"


def plans_of_a_uss_that_is_down_hold_up_nobody(service):
    uss = f"uss-{new_id()}"
    place = spot()
    planned = _made(service, intent(volume(place), **implicit()), uss)
    _set(service, uss, "Normal")
    _put(service, intent(volume(place))).expect(409)
    _set(service, uss, "Down")
    shown = service.ask("uss1", "GET", f"{INTENTS}/{planned['id']}").expect(200)["operational_intent_reference"]
    assert shown["uss_availability"] == "Down", shown
    one = _made(service, intent(volume(place)))
    service.ask("uss1", "DELETE", f"{INTENTS}/{one['id']}/{one['ovn']}").expect(200)
    _put(service, intent(volume(spot())), uss).expect(412)
    _set(service, uss, "Normal")
    active = intent(volume(place), state="Activated", subscription_id=planned["subscription_id"])
    _put(service, active, uss, id=planned["id"], ovn=planned["ovn"]).expect(200)
    _set(service, uss, "Down")
    _put(service, intent(volume(place))).expect(409)


def constraints_are_asked_for_where_they_are_subscribed_to(service):
    place = spot()
    path = f"{CONSTRAINTS}/{new_id()}"
    high = volume(place, lower=5000, upper=6000)
    bound = service.ask("authority", "PUT", path, constraint(high)).expect(201)["constraint_reference"]
    _made(service, intent(volume(place, start=300, end=400)))
    told = _put(service, intent(volume(place, start=500, end=600), **implicit(constraints=True))).expect(409)
    assert set(told) == {"message", "missing_constraints"}, "height does not matter"
    assert told["missing_constraints"] == [{**bound, "ovn": MASKED}], told
    near = volume(place, start=500, end=600)
    _made(service, intent(near, key=[bound["ovn"]], **implicit(constraints=True)), "uss2")
    body = subscription(volume(place, start=0, end=7200), constraints=True)
    heard = service.ask("uss3", "PUT", f"{SUBSCRIPTIONS}/{new_id()}", body).expect(200)
    later = intent(volume(place, start=700, end=800), subscription_id=heard["subscription"]["id"])
    told = _put(service, later, "uss3").expect(409)
    assert "missing_operational_intents" not in told and told["missing_constraints"], told


def what_shares_a_pole_meets_there(service):
    for lat in [89.999, -89.999]:
        outlines = [circle((lat, 0.0)), circle((lat, 180.0))]
        one = _made(service, intent(volume(outlines[0])))
        told = _put(service, intent(volume(outlines[1])), "uss2").expect(409)
        assert [seen["id"] for seen in told["missing_operational_intents"]] == [one["id"]], told
        found = service.ask("uss2", "POST", f"{INTENTS}/query", area(volume(outlines[1]))).expect(200)
        assert [seen["id"] for seen in found["operational_intent_references"]] == [one["id"]], found
        service.ask("uss1", "DELETE", f"{INTENTS}/{one['id']}/{one['ovn']}").expect(200)
