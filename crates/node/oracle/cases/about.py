"""Availability, reports, and what the service tells about itself."""

from authority import AA, BEAT, POOL, RID_READ, RID_WRITE, SC, UTM, VERSIONS
from service import new_id
from shapes import at, instant, intent, spot, volume

INTENTS = "/dss/v1/operational_intent_references"
USS = "/dss/v1/uss_availability"


def _set(service, uss, availability, old_version):
    body = {"availability": availability, "old_version": old_version}
    return service.ask("arbiter", "PUT", f"{USS}/{uss}", body, scopes=[AA], odd=True)


def availability_is_set_by_whoever_knows_what_it_was(service):
    uss = f"uss-{new_id()}"
    path = f"{USS}/{uss}"
    assert service.ask("uss1", "GET", path, scopes=[SC]).expect(200) == {
        "status": {"uss": uss, "availability": "Unknown"},
        "version": "",
    }
    _set(service, uss, "Normal", "something").expect(409)
    version = ""
    for given, kept in [("normal", "Normal"), ("DOWN", "Down"), ("", "Unknown"), ("Normal", "Normal"), ("Normal", "Normal")]:
        told = _set(service, uss, given, version).expect(200)
        assert told["status"] == {"uss": uss, "availability": kept} and told["version"] != version, told
        assert service.ask("uss2", "GET", path, scopes=[SC]).expect(200) == told
        _set(service, uss, given, version).expect(409)
        version = told["version"]
    _set(service, uss, "Asleep", version).expect(400)
    _set(service, uss, "Normal", "").expect(409)


def availability_is_shown_with_operational_intents(service):
    uss = f"uss-{new_id()}"
    path = f"{INTENTS}/{new_id()}"
    one = service.ask(uss, "PUT", path, intent(volume(spot()))).expect(201)["operational_intent_reference"]
    assert one["uss_availability"] == "Unknown", one
    _set(service, uss, "Normal", "").expect(200)
    seen = service.ask("uss2", "GET", path).expect(200)["operational_intent_reference"]
    assert seen["uss_availability"] == "Normal", seen


def a_report_is_echoed_under_a_new_id(service):
    exchange = {
        "url": "https://uss.example/uss/v1/operational_intents",
        "method": "POST",
        "headers": ["content-type: application/json"],
        "recorder_role": "Client",
        "request_time": at(-60),
        "response_code": 500,
        "problem": "it failed",
    }
    ids = set()
    for scope in UTM:
        told = service.ask("uss1", "POST", "/dss/v1/reports", {"exchange": exchange}, scopes=[scope]).expect(201)
        assert told["exchange"] == exchange and told["report_id"], told
        ids.add(told["report_id"])
    assert len(ids) == len(UTM), ids
    for wrong in [{}, {"exchange": None}, {"exchange": {}}, {"exchange": {**exchange, "recorder_role": "Bystander"}}]:
        service.ask("uss1", "POST", "/dss/v1/reports", wrong).expect(400)


def it_is_healthy_and_has_a_version_for_everybody(service):
    assert service.raw("GET", "/healthy").expect(200) == "ok"
    version = service.raw("GET", "/aux/v1/version").expect(200)["version"]
    assert version and "undefined" not in version, version
    told = service.ask("tester", "GET", "/versions/some.system", scopes=[VERSIONS]).expect(200)
    assert told["system_identity"] == "some.system" and told["system_version"], told
    service.ask("tester", "GET", "/versions/some.system", scopes=[SC]).expect(403)
    for name in ["accepted_ca_certs", "ca_certs"]:
        assert service.raw("GET", f"/aux/v1/configuration/{name}").expect(200) == {}


def a_token_can_be_tried(service):
    path = "/aux/v1/validate_oauth"
    for scope in [RID_READ, RID_WRITE]:
        assert service.ask("uss1", "GET", path, scopes=[scope]).expect(200) == {}
        assert service.ask("uss1", "GET", f"{path}?owner=uss1", scopes=[scope]).expect(200) == {}
        service.ask("uss1", "GET", f"{path}?owner=uss2", scopes=[scope]).expect(403)
    service.ask("uss1", "GET", path, scopes=[SC]).expect(403)
    service.raw("GET", path).expect(401)


def the_pool_is_told_to_those_who_may_ask(service):
    pool, options = "/aux/v1/pool", "/aux/v1/configuration/global_options"
    assert isinstance(service.ask("uss1", "GET", pool, scopes=[POOL]).expect(200)["dar_id"], str)
    assert "time_based_notification_index" in service.ask("uss1", "GET", options, scopes=[POOL]).expect(200)
    for path in [pool, options, f"{pool}/dss_instances"]:
        service.ask("uss1", "GET", path, scopes=[BEAT]).expect(403)
        service.raw("GET", path).expect(401)


def heartbeats_are_noted_and_told(service):
    path = "/aux/v1/pool/dss_instances"
    now, later = at(0)["value"], at(60)["value"]

    def beat(query, scopes=(BEAT,)):
        return service.ask("watchdog", "PUT", f"{path}/heartbeat{query}", scopes=list(scopes))

    beat(f"?source=here&timestamp={now}&next_heartbeat_expected_before={later}").expect(201)
    told = service.ask("uss1", "GET", path, scopes=[POOL]).expect(200)["dss_instances"]
    newest = told[0]["most_recent_heartbeat"]
    assert newest["source"] == "here" and newest["reporter"] == "watchdog", told
    assert instant({"value": newest["timestamp"]}) == instant({"value": now}), told
    beat("?source=here").expect(201)
    for wrong in ["", "?source=", f"?source=x&timestamp={later}&next_heartbeat_expected_before={now}", "?source=x&timestamp=soon"]:
        beat(wrong).expect(400)
    beat("?source=here", [POOL]).expect(403)


def it_describes_itself_to_everybody(service):
    told = service.raw("GET", "/openapi.json").expect(200)
    assert told["openapi"].startswith("3.1") and len(told["paths"]) > 20, told
