"""What others wrote about F3548-21: the types of the package `uas-standards`, and the standard's OpenAPI file where it is
at hand."""

import re

import jsonschema
import yaml
from implicitdict import ImplicitDict
from uas_standards.astm.f3548.v21 import api

# The file's own pattern asks for backslashes before the hyphens and takes letters that no number has.
UUID_V4 = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
# Named as needed, and described nowhere.
NOWHERE = "request_source"
# What a service answers beyond the file, as the reference implementation does: a clash over an availability.
BEYOND = {("setUssAvailability", 409)}


class Standard:
    def __init__(self, spec_file=None):
        self.checked = 0
        self.carried_out = set()
        self.operations = [
            (operation, re.compile("^" + re.sub(r"{\w+}", "[^/]+", operation.path) + "$"))
            for operation in api.OPERATIONS.values()
        ]
        self.spec = None
        if spec_file and spec_file.exists():
            self.spec = yaml.safe_load(spec_file.read_text())
            schemas = self.spec["components"]["schemas"]
            schemas["UUIDv4Format"]["pattern"] = UUID_V4
            schemas["ExchangeRecord"]["required"].remove(NOWHERE)

    def untried(self):
        """Operations of a DSS that nobody carried out."""
        return [
            operation.id
            for operation, _ in self.operations
            if operation.path.startswith("/dss/") and operation.id not in self.carried_out
        ]

    def operation(self, method, path):
        path = path.split("?")[0]
        for operation, pattern in self.operations:
            if operation.verb == method and pattern.match(path):
                return operation
        return None

    def check_reply(self, method, path, status, body):
        """Holds an answer of a service against type and schema."""
        operation = self.operation(method, path)
        if operation is None or not operation.path.startswith("/dss/") or (operation.id, status) in BEYOND:
            return
        if status < 300:
            self.carried_out.add(operation.id)
        kind = operation.response_body_type.get(status)
        assert kind is not None, f"{method} {operation.path} never answers {status}: {body}"
        ImplicitDict.parse(body, kind)
        if self.spec:
            responses = self._described(method, operation)["responses"]
            self._fits(responses[str(status)]["content"]["application/json"]["schema"], body)

    def check_request(self, method, path, body):
        """Holds a request that was carried out against its schema: the client keeps to the standard as well."""
        operation = self.operation(method, path)
        if operation and self.spec and body is not None:
            self._fits(self._described(method, operation)["requestBody"]["content"]["application/json"]["schema"], body)

    def _described(self, method, operation):
        return self.spec["paths"][operation.path][method.lower()]

    def _fits(self, schema, body):
        self.checked += 1
        whole = {**schema, "components": self.spec["components"]}
        # OpenAPI 3.0 is closest to this draft.
        jsonschema.Draft4Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)
