"""A running service as its clients see it. Every answer is looked at, whatever a case asks about."""

import re
import time
import uuid

import requests

from authority import UTM
from description import Description

WAIT_S = 30
# How often it is looked whether the service is up, and how long between.
LOOKS = 300
LOOK_S = 0.2
CORRELATED = re.compile(r".+ \(E:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\)$", re.S)


class Heard:
    def __init__(self, request, answer):
        self.request, self.status, self.headers = request, answer.status_code, answer.headers
        self.media = answer.headers.get("content-type", "")
        self.text = answer.text
        self.body = answer.json() if self.media.startswith("application/json") else answer.text

    def expect(self, *statuses):
        assert self.status in statuses, f"{self.request}: {self.status} instead of {statuses}: {self.text[:400]}"
        return self.body


class Service:
    def __init__(self, url, authority, standards):
        self.url, self.authority, self.standards = url, authority, standards
        self.session = requests.Session()
        self.session.trust_env = False
        self.tokens = {}
        self.asked = 0
        self.description = None

    def wait(self):
        """Until it answers; it may have been started just now."""
        for _ in range(LOOKS):
            try:
                self.raw("GET", "/healthy").expect(200)
                self.description = Description(self.raw("GET", "/openapi.json").expect(200))
                return
            except requests.ConnectionError:
                time.sleep(LOOK_S)
        raise SystemExit(f"nothing answers at {self.url}")

    def token(self, who, scopes):
        key = (who, tuple(scopes))
        if key not in self.tokens:
            self.tokens[key] = self.authority.token(who, scopes)
        return self.tokens[key]

    def ask(self, who, method, path, body=None, scopes=UTM, odd=False):
        """Asks as a client. `odd`: the request leaves the standard where services are lenient."""
        token = self.token(who, scopes) if who else None
        heard = self.raw(method, path, token, json=body)
        known = self.standards.find(method, path)
        if 200 <= heard.status < 300 and known and not odd:
            standard, operation = known
            standard.check_request(operation, body)
        return heard

    def raw(self, method, path, token=None, headers=None, **more):
        headers = dict(headers or {})
        if token:
            headers["authorization"] = f"Bearer {token}"
        answer = self.session.request(method, self.url + path, headers=headers, timeout=WAIT_S, **more)
        heard = Heard(f"{method} {path}", answer)
        self.asked += 1
        self._look_at(method, path, heard)
        return heard

    def _look_at(self, method, path, heard):
        assert heard.status < 500, f"{heard.request}: {heard.status} {heard.text}"
        if path != "/healthy" or heard.status != 200:
            assert heard.media == "application/json; charset=utf-8", f"{heard.request}: {heard.media}"
        if heard.status >= 400:
            assert CORRELATED.match(heard.body["message"]), f"{heard.request}: {heard.text}"
        if self.description:
            self.description.check(method, path, heard.status, heard.body)
        known = self.standards.find(method, path)
        if known and heard.status != 413:
            standard, operation = known
            standard.check_reply(operation, heard.status, heard.body)


def new_id():
    return str(uuid.uuid4())
