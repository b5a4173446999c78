"""The description that the service gives of itself, to hold its answers against."""

import re

import jsonschema


class Description:
    def __init__(self, document):
        self.document = document
        self.checked = 0
        self.paths = [(path, re.compile("^" + re.sub(r"{\w+}", "[^/]*", path) + "$")) for path in document["paths"]]

    def check(self, method, path, status, body):
        """Holds an answer against what is described: its status is named, its body fits. The rest is 404."""
        for template, pattern in self.paths:
            operation = self.document["paths"][template].get(method.lower())
            if operation and pattern.match(path.split("?")[0]):
                return self._fits(operation, f"{method} {template}", str(status), body)
        assert status in (404, 413), f"{method} {path} is not described and answers {status}"

    def _fits(self, operation, name, status, body):
        self.checked += 1
        assert status in operation["responses"], f"{name}: {status} is not described: {body}"
        (content,) = operation["responses"][status]["content"].values()
        whole = {**content["schema"], "components": self.document["components"]}
        jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)
