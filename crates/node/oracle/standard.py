"""What others wrote about the standards: the types of the package `uas-standards`, and the OpenAPI files where they are at
hand."""

import re

import jsonschema
import yaml
from implicitdict import ImplicitDict
from uas_standards.astm.f3411.v19 import api as f3411_v19
from uas_standards.astm.f3411.v22a import api as f3411_v22a
from uas_standards.astm.f3548.v21 import api as f3548_v21

# The pattern of utm.yaml asks for backslashes before the hyphens and takes letters that no number has.
UUID_V4 = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
# The rest is asked of a USS.
OF_A_DSS = re.compile("^(/v1)?/dss/")
# What a service answers beyond a file, as the reference implementation does: a clash over an availability.
BEYOND = {("setUssAvailability", 409)}


class Standard:
    """What a DSS is asked under one standard, below a root."""

    def __init__(self, name, api, root, spec_file):
        self.name, self.root, self.spec_file = name, root, spec_file
        self.checked = 0
        self.carried_out = set()
        of_a_dss = [one for one in api.OPERATIONS.values() if OF_A_DSS.match(one.path)]
        self.operations = [(one, re.compile("^" + re.sub(r"{\w+}", "[^/]+", root + one.path) + "$")) for one in of_a_dss]
        self.spec = None
        if spec_file.exists():
            self.spec = yaml.safe_load(spec_file.read_text())
            mend(self.spec["components"]["schemas"])

    def untried(self):
        """Operations that nobody carried out."""
        return [f"{self.name} {one.id}" for one, _ in self.operations if one.id not in self.carried_out]

    def operation(self, method, path):
        for operation, pattern in self.operations:
            if operation.verb == method and pattern.match(path):
                return operation
        return None

    def check_reply(self, operation, status, body):
        """Holds an answer of a service against type and schema."""
        if (operation.id, status) in BEYOND:
            return
        if status < 300:
            self.carried_out.add(operation.id)
        kind = operation.response_body_type.get(status)
        assert kind is not None, f"{self.name} {operation.id} never answers {status}: {body}"
        ImplicitDict.parse(body, kind)
        if self.spec:
            # The files differ in whether a status is a number.
            responses = {str(name): told for name, told in self._described(operation)["responses"].items()}
            self._fits(responses[str(status)]["content"]["application/json"]["schema"], body)

    def check_request(self, operation, body):
        """Holds a request that was carried out against its schema: the client keeps to the standard as well."""
        if self.spec and body is not None:
            self._fits(self._described(operation)["requestBody"]["content"]["application/json"]["schema"], body)

    def _described(self, operation):
        return self.spec["paths"][operation.path][operation.verb.lower()]

    def _fits(self, schema, body):
        self.checked += 1
        whole = {**schema, "components": self.spec["components"]}
        # OpenAPI 3.0 is closest to this draft.
        jsonschema.Draft4Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)


class Standards:
    def __init__(self, spec_dir):
        self.all = [
            Standard("F3548-21", f3548_v21, "", spec_dir / "utm.yaml"),
            Standard("F3411-19", f3411_v19, "", spec_dir / "rid_v1.yaml"),
            Standard("F3411-22a", f3411_v22a, "/rid/v2", spec_dir / "rid_v2.yaml"),
        ]

    def find(self, method, path):
        """The standard of a request, and its operation there; nothing where none is known."""
        path = path.split("?")[0]
        found = ((standard, standard.operation(method, path)) for standard in self.all)
        return next(((standard, operation) for standard, operation in found if operation), None)


def mend(schemas):
    """What no body could fit: names that are needed and described nowhere, bounds the wrong way round, and a pattern."""
    for schema in schemas.values():
        if schema.get("minimum", 0) > schema.get("maximum", schema.get("minimum", 0)):
            schema["minimum"], schema["maximum"] = schema["maximum"], schema["minimum"]
        if "required" in schema and "properties" in schema:
            schema["required"] = [name for name in schema["required"] if name in schema["properties"]]
            if not schema["required"]:
                del schema["required"]
    if "UUIDv4Format" in schemas:
        schemas["UUIDv4Format"]["pattern"] = UUID_V4
