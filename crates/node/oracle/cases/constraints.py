"""Constraints: their life, and where they differ from operational intents."""

from authority import AA, CM, CP
from service import new_id
from shapes import MASKED, area, constraint, spot, volume

CONSTRAINTS = "/dss/v1/constraint_references"


def _put(service, body, id=None, ovn=None, who="authority", scopes=(CM,)):
    path = f"{CONSTRAINTS}/{id or new_id()}" + (f"/{ovn}" if ovn is not None else "")
    return service.ask(who, "PUT", path, body, scopes=list(scopes))


def _found(service, whole, who="uss1"):
    heard = service.ask(who, "POST", f"{CONSTRAINTS}/query", area(whole), scopes=[CP])
    return heard.expect(200)["constraint_references"]


def it_is_made_read_found_changed_and_ended(service):
    place = spot()
    made = _put(service, constraint(volume(place))).expect(201)
    one = made["constraint_reference"]
    assert made["subscribers"] == [] and one["version"] == 1 and one["manager"] == "authority", made
    assert 16 <= len(one["ovn"]) <= 128 and one["uss_availability"] == "Unknown", one
    path = f"{CONSTRAINTS}/{one['id']}"
    assert service.ask("authority", "GET", path, scopes=[CM]).expect(200) == {"constraint_reference": one}
    two = _put(service, constraint(volume(place)), one["id"], one["ovn"]).expect(200)["constraint_reference"]
    assert two["version"] == 2 and two["ovn"] != one["ovn"], two
    assert _found(service, volume(place), "authority") == [two]
    gone = service.ask("authority", "DELETE", f"{path}/{two['ovn']}", scopes=[CM]).expect(200)
    assert gone == {"constraint_reference": two, "subscribers": []}, gone
    service.ask("uss1", "GET", path, scopes=[CP]).expect(404)
    service.ask("authority", "DELETE", f"{path}/{two['ovn']}").expect(404)


def others_see_it_without_its_ovn_and_cannot_touch_it(service):
    place = spot()
    one = _put(service, constraint(volume(place))).expect(201)["constraint_reference"]
    masked = {**one, "ovn": MASKED}
    assert service.ask("uss1", "GET", f"{CONSTRAINTS}/{one['id']}").expect(200)["constraint_reference"] == masked
    assert _found(service, volume(place)) == [masked]
    for ovn in [None, one["ovn"], "x" * 20]:
        _put(service, constraint(volume(place)), one["id"], ovn, who="uss1").expect(403)
    service.ask("uss1", "DELETE", f"{CONSTRAINTS}/{one['id']}/{one['ovn']}").expect(403)


def a_wrong_version_is_409_also_of_what_is_not_there(service):
    place = spot()
    one = _put(service, constraint(volume(place))).expect(201)["constraint_reference"]
    for heard in [
        _put(service, constraint(volume(place)), one["id"]),
        _put(service, constraint(volume(place)), one["id"], "x" * 20),
        _put(service, constraint(volume(place)), new_id(), "x" * 20),
        service.ask("authority", "DELETE", f"{CONSTRAINTS}/{one['id']}/{'x' * 20}"),
    ]:
        assert set(heard.expect(409)) == {"message"}, heard.text
    service.ask("authority", "DELETE", f"{CONSTRAINTS}/{one['id']}/").expect(400)
    service.ask("authority", "DELETE", f"{CONSTRAINTS}/{new_id()}/{'x' * 20}").expect(404)


def it_needs_a_start_and_an_end_that_lies_ahead_and_no_height(service):
    _put(service, constraint(volume(spot(), lower=None, upper=None))).expect(201)
    _put(service, constraint(volume(spot(), start=-3600))).expect(201)
    place = spot()
    for wrong in [
        constraint(volume(place, start=None)),
        constraint(volume(place, end=None)),
        constraint(volume(place, start=-600, end=-60)),
        constraint(volume({})),
        constraint(),
        {**constraint(volume(place)), "uss_base_url": ""},
        {**constraint(volume(place)), "extents": volume(place)},
    ]:
        _put(service, wrong).expect(400)
    assert _found(service, volume(place)) == []


def searches_look_at_time_and_not_at_height(service):
    place = spot()
    one = _put(service, constraint(volume(place, start=300, end=600, lower=0, upper=10))).expect(201)
    seen = [found["id"] for found in _found(service, volume(place, lower=5000, upper=6000))]
    assert seen == [one["constraint_reference"]["id"]]
    assert _found(service, volume(place, start=700, end=None)) == []
    for wrong in [{}, area(volume({}))]:
        service.ask("uss1", "POST", f"{CONSTRAINTS}/query", wrong, scopes=[CP]).expect(400)


def the_availability_of_its_manager_is_not_told(service):
    who = f"authority-{new_id()}"
    body = {"availability": "Normal", "old_version": ""}
    service.ask("arbiter", "PUT", f"/dss/v1/uss_availability/{who}", body, scopes=[AA]).expect(200)
    one = _put(service, constraint(volume(spot())), who=who).expect(201)["constraint_reference"]
    assert one["uss_availability"] == "Unknown", one
