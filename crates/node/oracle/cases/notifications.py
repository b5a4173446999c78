"""Whom a USS has to tell of what it wrote."""

from service import new_id
from shapes import constraint, implicit, intent, spot, subscription, volume

INTENTS = "/dss/v1/operational_intent_references"
CONSTRAINTS = "/dss/v1/constraint_references"
SUBSCRIPTIONS = "/dss/v1/subscriptions"


def _subscribe(service, extents, who="uss2", url="https://two.example", intents=True, constraints=False):
    body = {**subscription(extents, intents, constraints), "uss_base_url": url}
    return service.ask(who, "PUT", f"{SUBSCRIPTIONS}/{new_id()}", body).expect(200)["subscription"]["id"]


def _write(service, body, one=None, folder=INTENTS, name="operational_intent_reference"):
    path = f"{folder}/{one['id']}/{one['ovn']}" if one else f"{folder}/{new_id()}"
    heard = service.ask("uss1", "PUT", path, body).expect(200, 201)
    return heard[name], _told(heard)


def _told(heard):
    """Subscriptions and their indices."""
    return {
        state["subscription_id"]: state["notification_index"]
        for subscriber in heard["subscribers"]
        for state in subscriber["subscriptions"]
    }


def every_write_counts_one_and_the_list_is_grouped_by_address(service):
    place = spot()
    a, b = _subscribe(service, volume(place)), _subscribe(service, volume(place))
    c = _subscribe(service, volume(place), who="uss1", url="https://one.example")
    heard = service.ask("uss1", "PUT", f"{INTENTS}/{new_id()}", intent(volume(place))).expect(201)
    urls = {one["uss_base_url"]: {two["subscription_id"] for two in one["subscriptions"]} for one in heard["subscribers"]}
    assert urls == {"https://two.example": {a, b}, "https://one.example": {c}}, heard
    assert _told(heard) == {a: 1, b: 1, c: 1}, heard
    one, told = _write(service, intent(volume(place)), heard["operational_intent_reference"])
    assert told == {a: 2, b: 2, c: 2}, told
    heard = service.ask("uss1", "DELETE", f"{INTENTS}/{one['id']}/{one['ovn']}").expect(200)
    assert _told(heard) == {a: 3, b: 3, c: 3}, heard
    seen = service.ask("uss2", "GET", f"{SUBSCRIPTIONS}/{a}").expect(200)["subscription"]
    assert seen["notification_index"] == 3, seen


def height_does_not_matter_and_time_and_kind_do(service):
    place = spot()
    high = _subscribe(service, volume(place, lower=5000, upper=5100))
    _subscribe(service, volume(place, start=4000, end=5000))
    both = _subscribe(service, volume(place), constraints=True)
    only = _subscribe(service, volume(place), intents=False, constraints=True)
    _, told = _write(service, intent(volume(place)))
    assert set(told) == {high, both}, told
    one, told = _write(service, constraint(volume(place)), folder=CONSTRAINTS, name="constraint_reference")
    assert told == {both: 2, only: 1}, told
    heard = service.ask("uss1", "DELETE", f"{CONSTRAINTS}/{one['id']}/{one['ovn']}").expect(200)
    assert _told(heard) == {both: 3, only: 2}, heard


def who_was_concerned_and_who_will_be_are_told_alike(service):
    here, there = spot(), spot()
    a, b = _subscribe(service, volume(here)), _subscribe(service, volume(there))
    later = _subscribe(service, volume(here, start=5000, end=6000))
    one, told = _write(service, intent(volume(here)))
    assert set(told) == {a}, told
    two, told = _write(service, intent(volume(there)), one)
    assert set(told) == {a, b}, told
    _, told = _write(service, intent(volume(there, start=5500, end=5600)), two)
    assert set(told) == {b}, told
    assert service.ask("uss2", "GET", f"{SUBSCRIPTIONS}/{later}").expect(200)["subscription"]["notification_index"] == 0


def a_subscription_that_is_made_with_it_is_told_from_the_first(service):
    place = spot()
    one, told = _write(service, intent(volume(place), **implicit()))
    assert told == {one["subscription_id"]: 1}, told
    two, told = _write(service, intent(volume(place), subscription_id=one["subscription_id"]), one)
    assert told == {one["subscription_id"]: 2}, told
