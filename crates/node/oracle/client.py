"""An independent client of the open service: walks every endpoint of F3548-21 and F3411 and the auxiliary ones through its
whole life, and holds what it hears against the rules that can be seen from outside. Knows the service by its address alone.

Prints what did not hold, and exits 1 if anything did not.
"""

import argparse
import importlib
import os
import pathlib
import sys
import traceback

from authority import Authority
from service import Service
from standard import Standards

CASES = [
    *["doors", "intents", "keys", "places", "attachments", "constraints", "subscriptions", "notifications"],
    *["areas", "area_subscriptions", "about"],
]
HERE = pathlib.Path(__file__).resolve().parent


def main():
    asked = arguments()
    standards = Standards(asked.spec)
    service = Service(asked.url, Authority(asked.key, asked.audience), standards)
    service.wait()
    held = 0
    failed = []
    for name in CASES:
        for case in claims(importlib.import_module(f"cases.{name}")):
            if passes(case, service):
                held += 1
            else:
                failed.append(f"{name}: {case.__name__}")
    print(f"client: {held} claims held, {len(failed)} did not, in {service.asked} requests")
    print(f"client: the service's own description: {service.description.checked} answers fit")
    for standard in standards.all:
        failed += [f"{operation} was never carried out" for operation in standard.untried()]
    for name in failed:
        print(f"client: DID NOT HOLD: {name}")
    for standard in standards.all:
        fit = f"{standard.checked} bodies fit" if standard.spec else f"NOT RUN: DETENTE_SPEC_DIR has no {standard.spec_file.name}"
        print(f"client: the schemas of {standard.name} itself: {fit}")
    sys.exit(1 if failed or not held else 0)


def arguments():
    here = HERE.parents[2].parent / "shared" / "spec"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True, help="private key of an authority that the service believes, PEM")
    parser.add_argument("--audience", required=True)
    parser.add_argument("--spec", type=pathlib.Path, default=pathlib.Path(os.environ.get("DETENTE_SPEC_DIR") or here))
    return parser.parse_args()


def claims(module):
    """The cases of a module, in the order in which they stand."""
    return [
        case
        for name, case in vars(module).items()
        if callable(case) and not name.startswith("_") and getattr(case, "__module__", "") == module.__name__
    ]


def passes(case, service):
    try:
        case(service)
        return True
    except Exception:
        last = traceback.extract_tb(sys.exc_info()[2])
        where = next((frame for frame in reversed(last) if "cases" in frame.filename), last[-1])
        print(f"client: {case.__name__}: line {where.lineno}: {where.line}\n    {sys.exc_info()[1]!s:.1000}")
        return False


if __name__ == "__main__":
    main()
