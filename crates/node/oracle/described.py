"""Holds a running open service against the description that it gives of itself: schemathesis makes up requests, good and
bad, and looks for failures of the service, statuses that are not described and bodies that do not fit.

As a program it runs schemathesis, which loads this file again for its hooks.
"""

import argparse
import atexit
import collections
import datetime
import os
import pathlib
import subprocess
import sys
import zlib

import schemathesis

from authority import EVERY, Authority

HERE = pathlib.Path(__file__).resolve().parent
# What does not hold, and is not meant to:
NOT_ASKED = [
    "unsupported_method",  # another method of a known path is 404, as in the reference implementation
    "negative_data_rejection",  # requests are read leniently: what is missing or null counts as zero, empty or none
    "positive_data_acceptance",  # rings may cross, times may be over, bounds may be missing: no schema tells
]
# One of so many bodies is left as it was made up.
RAW = 3


def main():
    asked = arguments()
    token = Authority(asked.key, asked.audience).token("schemathesis", EVERY)
    command = [
        str(pathlib.Path(sys.executable).with_name("st")),
        *["run", f"{asked.url}/openapi.json", "--header", f"Authorization: Bearer {token}"],
        *["--exclude-checks", ",".join(NOT_ASKED), "--continue-on-failure", "--warnings", "off"],
        *["--max-examples", os.environ.get("ORACLE_EXAMPLES") or "25", "--seed", os.environ.get("ORACLE_SEED") or "1"],
        *["--generation-database", "none", "--no-color"],
    ]
    hooked = {**os.environ, "SCHEMATHESIS_HOOKS": "described", "PYTHONPATH": str(HERE), "NO_PROXY": "127.0.0.1"}
    sys.exit(subprocess.run(command, env=hooked, cwd=pathlib.Path(asked.key).parent).returncode)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True, help="private key of an authority that the service believes, PEM")
    parser.add_argument("--audience", required=True)
    return parser.parse_args()


class Tally:
    """What came of the requests of a run, told at its end."""

    def __init__(self):
        self.statuses = collections.defaultdict(collections.Counter)

    def tell(self):
        carried_out = sum(one for by in self.statuses.values() for status, one in by.items() if status < 300)
        never = [name for name, by in sorted(self.statuses.items()) if not any(status < 300 for status in by)]
        requests = sum(sum(by.values()) for by in self.statuses.values())
        print(f"described: {requests} requests, {carried_out} carried out")
        for name in never:
            print(f"described: never carried out: {name}: {dict(self.statuses[name])}")


TALLY = Tally()


@schemathesis.hook
def map_body(context, body):
    """Most bodies are mended where no schema tells what is right, so that more of them are carried out. Which ones is a
    function of the body, so that a failure can be made again."""
    if isinstance(body, dict) and zlib.crc32(repr(body).encode()) % RAW:
        mend(body)
    return body


@schemathesis.hook
def map_query(context, query):
    """The same with areas in queries."""
    told = repr(query).encode()
    if isinstance(query, dict) and query.get("area") and zlib.crc32(told) % RAW:
        query["area"] = ",".join(f"{lat:.6f},{lng:.6f}" for lat, lng in triangle(zlib.crc32(told) % 80, 0))
    return query


@schemathesis.hook
def after_call(context, case, response):
    TALLY.statuses[case.operation.label][response.status_code] += 1


def mend(body):
    some = body.get("extents")
    if isinstance(some, dict) and "spatial_volume" in some:
        return mend_volume_v19(some)
    for whole in [body.get("area_of_interest"), *(some if isinstance(some, list) else [some])]:
        if isinstance(whole, dict):
            mend_volume(whole)
    if isinstance(some, list) and "state" in body:
        body["state"] = "Accepted"
        body.pop("subscription_id", None)
        body.pop("requested_ovn_suffix", None)


def mend_volume(whole):
    """One outline of some kilometres, and bounds in time and height in their order, an hour from now."""
    space = whole.setdefault("volume", {})
    if not isinstance(space, dict):
        return
    outlines = [space.pop("outline_circle", None), space.pop("outline_polygon", None)]
    lat, lng = number(outlines, "lat") % 80, number(outlines, "lng") % 179
    if outlines[0]:
        center = {"lat": lat, "lng": lng}
        space["outline_circle"] = {"center": center, "radius": {"value": number(outlines, "value") % 5_000 + 1, "units": "M"}}
    else:
        space["outline_polygon"] = polygon(lat, lng)
    for bound, at in [("time_start", soon(5)), ("time_end", soon(65))]:
        whole[bound] = {"value": at, "format": "RFC3339"}
    bounds = ("altitude_lower", "altitude_upper")
    for bound, metres in zip(bounds, sorted(number(space.get(bound), "value") for bound in bounds)):
        space[bound] = {"value": metres, "reference": "W84", "units": "M"}


def mend_volume_v19(whole):
    """The same as the first edition of F3411 has it."""
    space = whole["spatial_volume"]
    if isinstance(space, dict):
        ring = space.get("footprint")
        space["footprint"] = polygon(number(ring, "lat") % 80, number(ring, "lng") % 179)
        space["altitude_lo"], space["altitude_hi"] = sorted(number(space, name) for name in ("altitude_lo", "altitude_hi"))
        whole["time_start"], whole["time_end"] = soon(5), soon(65)


def triangle(lat, lng):
    return [(lat, lng), (lat, lng + 0.02), (lat + 0.02, lng)]


def polygon(lat, lng):
    return {"vertices": [{"lat": lat, "lng": lng} for lat, lng in triangle(lat, lng)]}


def soon(minutes):
    """So many minutes from now."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return at.isoformat().replace("+00:00", "Z")


def number(within, name):
    """The first number of this name in a body, or nought."""
    if isinstance(within, list):
        return next((found for found in (number(one, name) for one in within) if found), 0)
    if not isinstance(within, dict):
        return 0
    own = within.get(name)
    if isinstance(own, (int, float)) and not isinstance(own, bool) and abs(own) <= 100_000:
        return max(own, -8_000)
    return number(list(within.values()), name)


if __name__ == "__main__":
    main()
else:
    atexit.register(TALLY.tell)
