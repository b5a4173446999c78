"""How an operational intent is attached to a subscription, and what becomes of the subscription."""

from service import new_id
from shapes import NO_SUBSCRIPTION, circle, implicit, instant, intent, spot, subscription, volume

INTENTS = "/dss/v1/operational_intent_references"
SUBSCRIPTIONS = "/dss/v1/subscriptions"


def _put(service, body, one=None, who="uss1", **more):
    path = f"{INTENTS}/{one['id']}/{one['ovn']}" if one else f"{INTENTS}/{new_id()}"
    return service.ask(who, "PUT", path, body, **more)


def _made(service, body, **more):
    return _put(service, body, **more).expect(201)["operational_intent_reference"]


def _changed(service, body, one):
    return _put(service, body, one).expect(200)["operational_intent_reference"]


def _end(service, one):
    return service.ask("uss1", "DELETE", f"{INTENTS}/{one['id']}/{one['ovn']}").expect(200)


def _of(service, id, who="uss1"):
    return service.ask(who, "GET", f"{SUBSCRIPTIONS}/{id}")


def _explicit(service, extents, who="uss1"):
    heard = service.ask(who, "PUT", f"{SUBSCRIPTIONS}/{new_id()}", subscription(extents))
    return heard.expect(200)["subscription"]


def one_without_shows_an_id_that_nobody_has(service):
    one = _made(service, intent(volume(spot()), subscription_id=""), odd=True)
    assert one["subscription_id"] == NO_SUBSCRIPTION, one
    _of(service, NO_SUBSCRIPTION).expect(404)


def both_ways_at_once_and_an_empty_address_are_400(service):
    standing = _explicit(service, volume(spot(), start=0))
    body = intent(volume(spot()), subscription_id=standing["id"], **implicit())
    _put(service, body).expect(400)
    _put(service, intent(volume(spot()), **implicit(url=""))).expect(400)
    _put(service, intent(volume(spot()), new_subscription={})).expect(400)


def a_new_one_is_made_just_as_large_and_goes_with_its_operational_intent(service):
    place = spot()
    body = intent(volume(place), **implicit(constraints=True))
    heard = _put(service, body).expect(201)
    one = heard["operational_intent_reference"]
    mine = _of(service, one["subscription_id"]).expect(200)["subscription"]
    assert mine["implicit_subscription"] and mine["dependent_operational_intents"] == [one["id"]], mine
    assert mine["notify_for_operational_intents"] and mine["notify_for_constraints"], mine
    assert (mine["time_start"], mine["time_end"]) == (one["time_start"], one["time_end"]), mine
    state = {"subscription_id": mine["id"], "notification_index": 1}
    assert heard["subscribers"] == [{"uss_base_url": mine["uss_base_url"], "subscriptions": [state]}], heard
    gone = _end(service, one)["subscribers"]
    assert gone == [{"uss_base_url": mine["uss_base_url"], "subscriptions": [{**state, "notification_index": 2}]}], gone
    _of(service, mine["id"]).expect(404)


def a_new_one_takes_the_place_of_the_old(service):
    place = spot()
    one = _made(service, intent(volume(place), **implicit()))
    two = _changed(service, intent(volume(place), **implicit()), one)
    assert two["subscription_id"] != one["subscription_id"], two
    _of(service, one["subscription_id"]).expect(404)
    three = _changed(service, intent(volume(place)), two)
    assert three["subscription_id"] == NO_SUBSCRIPTION, three
    _of(service, two["subscription_id"]).expect(404)


def an_explicit_one_stays_when_all_that_depended_on_it_is_gone(service):
    place = spot()
    standing = _explicit(service, volume(place, start=0, end=7200))
    one = _made(service, intent(volume(place), **implicit()))
    attached = _changed(service, intent(volume(place), subscription_id=standing["id"]), one)
    assert attached["subscription_id"] == standing["id"], attached
    body = intent(volume(place), subscription_id=standing["id"].replace("-", "").upper())
    attached = _put(service, body, attached, odd=True).expect(200)["operational_intent_reference"]
    assert attached["subscription_id"] == standing["id"], "in whatever form it is given"
    _of(service, one["subscription_id"]).expect(404)
    now = _of(service, standing["id"]).expect(200)["subscription"]
    assert now["dependent_operational_intents"] == [one["id"]] and not now["implicit_subscription"], now
    _end(service, attached)
    assert _of(service, standing["id"]).expect(200)["subscription"]["dependent_operational_intents"] == []


def one_that_others_depend_on_stays_until_the_last_is_gone(service):
    place = spot()
    one = _made(service, intent(volume(place), **implicit()))
    shared = one["subscription_id"]
    two = _made(service, intent(volume(place), key=[one["ovn"]], subscription_id=shared))
    dependents = _of(service, shared).expect(200)["subscription"]["dependent_operational_intents"]
    assert sorted(dependents) == sorted([one["id"], two["id"]]), dependents
    _changed(service, intent(volume(place), key=[two["ovn"]], **implicit()), one)
    _of(service, shared).expect(200)
    _end(service, two)
    _of(service, shared).expect(404)


def an_implicit_one_grows_and_never_shrinks(service):
    place = spot()
    one = _made(service, intent(volume(place, start=600, end=1200), **implicit()))
    before = _of(service, one["subscription_id"]).expect(200)["subscription"]
    attached = {"subscription_id": one["subscription_id"]}
    two = _changed(service, intent(volume(place, start=300, end=1800), **attached), one)
    after = _of(service, one["subscription_id"]).expect(200)["subscription"]
    assert (after["time_start"], after["time_end"]) == (two["time_start"], two["time_end"]), after
    assert after["version"] != before["version"], "another version after each change"
    three = _changed(service, intent(volume(place, start=600, end=900), **attached), two)
    assert _of(service, three["subscription_id"]).expect(200)["subscription"]["time_end"] == two["time_end"]
    four = _changed(service, intent(volume(spot(), start=600, end=900), **attached), three)
    assert four["subscription_id"] == one["subscription_id"], "it grows in space as well"


def an_explicit_one_has_to_cover_in_time_and_space_and_not_in_height(service):
    place = spot()
    standing = _explicit(service, volume(place, start=300, end=3900, lower=0, upper=10))
    attached = {"subscription_id": standing["id"]}
    for bounds in [{"start": 290}, {"end": 3910}]:
        whole = volume(place, **{"start": 400, "end": 3800, **bounds})
        _put(service, intent(whole, **attached)).expect(400)
    _put(service, intent(volume(spot(), start=400, end=3800), **attached)).expect(400)
    _put(service, intent(volume(circle(place, 5000), start=400, end=3800), **attached)).expect(400)
    _made(service, intent(volume(place, start=400, end=3800, lower=500, upper=600), **attached))


def only_an_own_one_that_is_there_will_do(service):
    place = spot()
    standing = _explicit(service, volume(place, start=0), who="uss2")
    _put(service, intent(volume(place), subscription_id=standing["id"])).expect(403)
    _put(service, intent(volume(place), subscription_id=new_id())).expect(400)
    _put(service, intent(volume(place), subscription_id="x")).expect(400)


def an_implicit_one_that_its_owner_edits_stays(service):
    place = spot()
    one = _made(service, intent(volume(place), **implicit()))
    mine = _of(service, one["subscription_id"]).expect(200)["subscription"]
    path = f"{SUBSCRIPTIONS}/{mine['id']}/{mine['version']}"
    edited = service.ask("uss1", "PUT", path, subscription(volume(place, start=0, lower=0, upper=500))).expect(200)
    assert not edited["subscription"]["implicit_subscription"], edited
    _end(service, one)
    left = _of(service, mine["id"]).expect(200)["subscription"]
    assert left["dependent_operational_intents"] == [] and instant(left["time_end"]), left
    service.ask("uss1", "DELETE", f"{SUBSCRIPTIONS}/{mine['id']}/{left['version']}").expect(200)
