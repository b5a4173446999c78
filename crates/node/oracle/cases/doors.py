"""Who is let in, and what every request meets."""

import time

from authority import AA, CM, CMSA, CP, EVERY, SC, UTM, new_key
from service import new_id
from shapes import area, constraint, intent, spot, subscription, volume

INTENTS = "/dss/v1/operational_intent_references"
CONSTRAINTS = "/dss/v1/constraint_references"
SUBSCRIPTIONS = "/dss/v1/subscriptions"
ANY = "/dss/v1/uss_availability/nobody"

# Method, path, and the scopes of which one is needed.
SCOPES = [
    ("POST", f"{INTENTS}/query", {SC, CMSA}),
    ("GET", f"{INTENTS}/ID", {SC, CMSA}),
    ("PUT", f"{INTENTS}/ID", {SC, CMSA}),
    ("PUT", f"{INTENTS}/ID/OVN", {SC, CMSA}),
    ("DELETE", f"{INTENTS}/ID/OVN", {SC, CMSA}),
    ("POST", f"{CONSTRAINTS}/query", {CM, CP}),
    ("GET", f"{CONSTRAINTS}/ID", {CM, CP}),
    ("PUT", f"{CONSTRAINTS}/ID", {CM}),
    ("PUT", f"{CONSTRAINTS}/ID/OVN", {CM}),
    ("DELETE", f"{CONSTRAINTS}/ID/OVN", {CM}),
    ("POST", f"{SUBSCRIPTIONS}/query", {SC, CP}),
    ("GET", f"{SUBSCRIPTIONS}/ID", {SC, CP}),
    ("PUT", f"{SUBSCRIPTIONS}/ID", {SC, CP}),
    ("PUT", f"{SUBSCRIPTIONS}/ID/OVN", {SC, CP}),
    ("DELETE", f"{SUBSCRIPTIONS}/ID/OVN", {SC, CP}),
    ("POST", "/dss/v1/reports", set(UTM)),
    ("GET", "/dss/v1/uss_availability/USS", {AA, SC, CMSA}),
    ("PUT", "/dss/v1/uss_availability/USS", {AA}),
]
BODIES = {
    "query": lambda: area(volume(spot())),
    INTENTS: lambda: intent(volume(spot())),
    CONSTRAINTS: lambda: constraint(volume(spot())),
    SUBSCRIPTIONS: lambda: subscription(volume(spot())),
}


def every_scope_opens_what_it_should_and_nothing_else(service):
    for method, path, opening in SCOPES:
        path = path.replace("ID", new_id()).replace("OVN", "x" * 20).replace("USS", "uss-scopes")
        for scope in EVERY:
            body = next((make() for part, make in BODIES.items() if part in path), {}) if method != "GET" else None
            heard = service.ask("uss1", method, path, body, scopes=[scope], odd=True)
            refused = heard.status == 403 and "scope" in heard.text
            assert refused == (scope not in opening), f"{method} {path} with {scope}: {heard.status} {heard.text}"


def the_description_names_the_same_scopes(service):
    paths = service.raw("GET", "/openapi.json").expect(200)["paths"]
    for method, path, opening in SCOPES:
        parts = path.replace("ID", "{id}").replace("USS", "{uss}")
        version = "{version}" if path.startswith(SUBSCRIPTIONS) else "{ovn}"
        security = paths[parts.replace("OVN", version)][method.lower()]["security"]
        assert {scope for one in security for scope in one["access_token"]} == opening, f"{method} {path}"


def a_token_is_needed_and_has_to_be_whole(service):
    mint = service.authority.token
    foreign, _ = new_key()
    good = mint("uss1")
    for token in [
        mint("uss1", key=foreign),
        mint("uss1", exp=int(time.time()) - 600),
        mint("uss1", exp=int(time.time()) + 2 * 3600),
        mint("uss1", nbf=int(time.time()) + 600),
        mint("uss1", aud="somebody.else"),
        mint("uss1", aud=["somebody.else", "another"]),
        mint("uss1", scope=UTM),
        mint("uss1", without=["sub"]),
        mint(""),
        mint("uss1", without=["iss"]),
        mint("uss1", iss=""),
        mint("uss1", without=["aud"]),
        mint("uss1", without=["exp"]),
        good[:-8],
        good.rsplit(".", 1)[0] + ".",
        "x.y.z",
        "x" * 20_000,
    ]:
        service.raw("GET", ANY, token).expect(401)
    service.raw("GET", ANY).expect(401)
    for header in [good, f"Basic {good}", "Bearer", f"Token {good}"]:
        service.raw("GET", ANY, headers={"authorization": header}).expect(401)
    service.raw("GET", ANY, mint("uss1", without=["scope"])).expect(403)


def an_hour_ahead_is_not_too_far_and_an_audience_may_be_one_of_a_list(service):
    mint = service.authority.token
    service.raw("GET", ANY, mint("uss1", exp=int(time.time()) + 3600 + 5)).expect(200)
    service.raw("GET", ANY, mint("uss1", aud=["other", service.authority.audience])).expect(200)


def the_scope_is_looked_at_before_the_body_and_the_token_before_the_scope(service):
    for body in [b"{", b"", b"[]", b'{"area_of_interest": 3}']:
        poor = service.token("uss1", [AA])
        service.raw("POST", f"{INTENTS}/query", poor, data=body).expect(403)
        service.raw("POST", f"{INTENTS}/query", data=body).expect(401)
        service.raw("POST", f"{INTENTS}/query", service.token("uss1", UTM), data=body).expect(400)


def a_body_of_more_than_4_mib_is_too_large(service):
    heard = service.raw("POST", "/dss/v1/reports", service.token("uss1", UTM), data=b" " * (4 << 20) + b"{}")
    heard.expect(413)
    endless = (b" " * (1 << 20) for _ in range(5))
    service.raw("POST", "/dss/v1/reports", service.token("uss1", UTM), data=endless).expect(400)


def what_is_not_known_is_404(service):
    token = service.token("uss1", EVERY)
    for method, path in [
        ("GET", "/"),
        ("GET", "/dss/v1"),
        ("GET", "/dss/v2/subscriptions/x"),
        ("GET", f"{INTENTS}/query/x/y"),
        ("DELETE", f"{INTENTS}/{new_id()}"),
        ("PATCH", f"{INTENTS}/{new_id()}"),
        ("GET", "/dss/v1/reports"),
        ("POST", "/dss/v1/uss_availability/uss1"),
        ("POST", "/aux/v1/version"),
    ]:
        service.raw(method, path, token, data=b"{}").expect(404)


def ids_come_in_many_forms_and_are_told_in_one(service):
    for form in [
        lambda id: id.replace("-", ""),
        str.upper,
        lambda id: f"urn:uuid:{id}",
        lambda id: f"%7B{id}%7D",
    ]:
        for folder, name, make in [
            (INTENTS, "operational_intent_reference", intent),
            (CONSTRAINTS, "constraint_reference", constraint),
            (SUBSCRIPTIONS, "subscription", subscription),
        ]:
            id = new_id()
            path = f"{folder}/{form(id)}"
            told = service.ask("uss1", "PUT", path, make(volume(spot()))).expect(200, 201)[name]
            assert told["id"] == id, told
            assert service.ask("uss1", "GET", path).expect(200)[name] == told


def other_texts_are_no_ids(service):
    for wrong in ["x", "%20", new_id()[:-1], "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "0" * 32, "é"]:
        for folder in [INTENTS, CONSTRAINTS, SUBSCRIPTIONS]:
            service.ask("uss1", "GET", f"{folder}/{wrong}").expect(400)
            service.ask("uss1", "DELETE", f"{folder}/{wrong}/{'x' * 20}").expect(400)
        service.ask("uss1", "PUT", f"{INTENTS}/{wrong}", intent(volume(spot()))).expect(400)
        service.ask("uss1", "PUT", f"{CONSTRAINTS}/{wrong}", constraint(volume(spot()))).expect(400)
        service.ask("uss1", "PUT", f"{SUBSCRIPTIONS}/{wrong}", subscription(volume(spot()))).expect(400)
