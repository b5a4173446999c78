"""Answers the cases of cases.rs by means nobody here wrote: GeographicLib (through PROJ) and GEOS (through shapely).

Distances: every edge is cut along its geodesic, both shapes are projected azimuthally equidistant about a point between
them (distance and azimuth from there by GeographicLib), and GEOS measures. That is done twice, the second time about the
middle of the gap found first, where the projection has no distortion along the gap.

Kinds: `pairs` up to some 300 km across, `wide` ones up to some 1 000 km, `geodesics`.

Prints a summary and exits 1 on any miss, any witness off by more than a metre, or any distance off by more than 2 mm.
"""

import json
import sys

import numpy as np
import shapely
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
CHUNK = 20_000
STEP_M = 4_000.0
MAX_STEPS = 1_000
MISS_TOLERANCE_M = 0.0
WITNESS_TOLERANCE_M = 1.0
# Over thousands of kilometres the projected edges are themselves only this good.
SPAN_TOLERANCE_M = {"pairs": 0.001, "wide": 0.5}


def main():
    kind = sys.argv[1]
    summary = Geodesics() if kind == "geodesics" else Pairs(kind)
    lines = []
    for line in sys.stdin:
        lines.append(json.loads(line))
        if len(lines) == CHUNK:
            summary.add(lines)
            lines = []
    if lines:
        summary.add(lines)
    sys.exit(0 if summary.report() else 1)


class Pairs:
    def __init__(self, kind):
        self.kind = kind
        self.count = self.found = self.overlaps = self.misses = 0
        self.near = 0
        self.false_alarm_m = 0.0
        self.witness_m = 0.0
        self.span_m = 0.0
        self.place_m = 0.0

    def add(self, cases):
        shapes = [Shapes([case[side] for case in cases]) for side in "ab"]
        truth = skeleton_distance(*shapes)
        radii = shapes[0].radius + shapes[1].radius
        gap = np.maximum(0.0, truth - radii)
        sep = np.array([case["sep"] for case in cases]) / 1000.0
        found_mm = np.array([case["found"] for case in cases])
        found = found_mm >= 0
        self.count += len(cases)
        self.found += int(found.sum())
        self.overlaps += int((gap == 0).sum())
        self.near += int((np.abs(gap - sep) < 0.1).sum())
        missed = ~found & (gap <= sep - MISS_TOLERANCE_M)
        for i in np.flatnonzero(missed)[:5]:
            print(f"MISS: gap {gap[i]:.4f} m, separation {sep[i]:.4f} m: {json.dumps(cases[i])}")
        self.misses += int(missed.sum())
        excess = np.where(found, gap - sep, 0.0)
        self.false_alarm_m = max(self.false_alarm_m, float(excess.max()))
        off = np.where(found, np.abs(found_mm / 1000.0 - gap), 0.0)
        worst = int(off.argmax())
        if off[worst] > WITNESS_TOLERANCE_M:
            print(f"WITNESS: off {off[worst]:.3f} m, gap {gap[worst]:.3f}: {json.dumps(cases[worst])}")
        self.witness_m = max(self.witness_m, float(off[worst]))
        self.add_spans(cases, gap)
        self.add_places(cases, shapes, found, gap)

    def add_spans(self, cases, gap):
        """How far the truth lies outside the span."""
        span = np.array([case["span"] for case in cases]) / 1000.0
        outside = np.maximum(span[:, 0] - gap, gap - span[:, 1])
        worst = int(outside.argmax())
        if outside[worst] > SPAN_TOLERANCE_M[self.kind]:
            print(f"SPAN: truth {gap[worst]:.4f} outside: {json.dumps(cases[worst])}")
        self.span_m = max(self.span_m, float(outside[worst]))

    def add_places(self, cases, shapes, found, gap):
        """How far the witness's place lies from each shape, beyond half of the gap."""
        places = np.array([case["at"] for case in cases]) / 1e9
        for shape in shapes:
            off = shape.distance_from(places) - shape.radius - gap / 2
            off = np.where(found, off, 0.0)
            worst = int(off.argmax())
            if off[worst] > WITNESS_TOLERANCE_M:
                print(f"PLACE: off {off[worst]:.3f} m: {json.dumps(cases[worst])}")
            self.place_m = max(self.place_m, float(off[worst]))

    def report(self):
        print(
            f"oracle {self.kind}: {self.count} pairs, {self.found} conflicts, {self.overlaps} overlapping, "
            f"{self.near} within 0.1 m of the separation\n"
            f"  misses: {self.misses}\n"
            f"  widest false alarm: {self.false_alarm_m:.3f} m\n"
            f"  witness distance off by at most {self.witness_m:.3f} m, place by {self.place_m:.3f} m\n"
            f"  truth outside the stated span by at most {max(0.0, self.span_m):.4f} m"
        )
        worst = max(self.witness_m, self.place_m)
        return self.misses == 0 and worst <= WITNESS_TOLERANCE_M and self.span_m <= SPAN_TOLERANCE_M[self.kind]


class Shapes:
    """Many shapes: their radii, and all points of their geodesic edges."""

    def __init__(self, rows):
        self.kind = np.array([row[0] for row in rows])
        self.radius = np.array([row[1] for row in rows]) / 1000.0
        points = [np.array(row[2:], dtype=float).reshape(-1, 2) / 1e9 for row in rows]
        counts = np.array([len(p) for p in points])
        self.first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        lat, lon = np.concatenate(points).T
        owner = np.repeat(np.arange(len(rows)), counts)
        after = np.arange(len(lat)) + 1
        last = self.first + counts - 1
        after[last] = np.where(self.kind == 2, self.first, last)
        self.densify(lat, lon, owner, after)

    def densify(self, lat, lon, owner, after):
        azimuth, _, length = GEOD.inv(lon, lat, lon[after], lat[after])
        steps = np.clip(np.ceil(length / STEP_M), 1, MAX_STEPS).astype(int)
        start = np.repeat(np.arange(len(lat)), steps)
        step = np.arange(len(start)) - np.repeat(np.cumsum(steps) - steps, steps)
        along = length[start] * step / steps[start]
        self.lon, self.lat, _ = GEOD.fwd(lon[start], lat[start], azimuth[start], along)
        self.owner = owner[start]

    def middles(self):
        """A direction in the middle of each shape, as a vector."""
        lat, lon = np.radians(self.lat), np.radians(self.lon)
        vectors = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
        sums = np.zeros((len(self.kind), 3))
        np.add.at(sums, self.owner, vectors)
        return sums / np.linalg.norm(sums, axis=1)[:, None]

    def project(self, centers):
        """Geometries in planes about centres (latitude, longitude, one per shape)."""
        center = centers[self.owner]
        azimuth, _, distance = GEOD.inv(center[:, 1], center[:, 0], self.lon, self.lat)
        azimuth = np.radians(azimuth)
        xy = np.stack([distance * np.sin(azimuth), distance * np.cos(azimuth)], axis=1)
        return self.assemble(xy)

    def assemble(self, xy):
        geometries = np.empty(len(self.kind), dtype=object)
        counts = np.bincount(self.owner, minlength=len(self.kind))
        for kind, make in ((1, shapely.linestrings), (2, shapely.linearrings)):
            of_kind = self.kind[self.owner] == kind
            numbers = np.cumsum(self.kind == kind) - 1
            if of_kind.any():
                made = make(xy[of_kind], indices=numbers[self.owner[of_kind]])
                geometries[self.kind == kind] = shapely.polygons(made) if kind == 2 else made
        points = self.kind == 0
        first = np.cumsum(counts) - counts
        geometries[points] = shapely.points(xy[first[points]])
        return geometries

    def distance_from(self, places):
        return shapely.distance(self.project(places), shapely.points(np.zeros((len(places), 2))))


def skeleton_distance(a, b):
    between = a.middles() + b.middles()
    between /= np.linalg.norm(between, axis=1)[:, None]
    centers = np.stack([np.degrees(np.arcsin(between[:, 2])), np.degrees(np.arctan2(between[:, 1], between[:, 0]))], axis=1)
    for _ in range(2):
        gap = shapely.shortest_line(a.project(centers), b.project(centers))
        ends = shapely.get_coordinates(gap).reshape(-1, 2, 2)
        middle = ends.mean(axis=1)
        azimuth = np.degrees(np.arctan2(middle[:, 0], middle[:, 1]))
        lon, lat, _ = GEOD.fwd(centers[:, 1], centers[:, 0], azimuth, np.hypot(*middle.T))
        centers = np.stack([lat, lon], axis=1)
    return shapely.distance(a.project(centers), b.project(centers))


class Geodesics:
    def __init__(self):
        self.count = 0
        self.distance_m = self.reached_m = self.bearing_m = 0.0

    def add(self, rows):
        rows = np.array(rows, dtype=float)
        lat1, lon1, lat2, lon2 = rows[:, :4].T / 1e9
        _, _, distance = GEOD.inv(lon1, lat1, lon2, lat2)
        self.count += len(rows)
        self.worst("distance_m", np.abs(distance - rows[:, 4] / 1000.0), rows)
        # A bearing is right when it leads there.
        lon, lat, _ = GEOD.fwd(lon1, lat1, rows[:, 5] / 1e9, distance)
        off = GEOD.inv(lon, lat, lon2, lat2)[2]
        self.worst("bearing_m", np.where(distance < 1.99e7, off, 0.0), rows)
        lon, lat, _ = GEOD.fwd(lon1, lat1, rows[:, 6] / 1e9, rows[:, 7] / 1000.0)
        off = GEOD.inv(lon, lat, rows[:, 9] / 1e9, rows[:, 8] / 1e9)[2]
        self.worst("reached_m", off, rows)

    def worst(self, name, off, rows):
        worst = int(off.argmax())
        if off[worst] > 0.05:
            print(f"{name}: off {off[worst]:.4f}: {rows[worst].astype(int).tolist()}")
        setattr(self, name, max(getattr(self, name), float(off[worst])))

    def report(self):
        print(
            f"oracle geodesics: {self.count} cases\n"
            f"  distances off by at most {self.distance_m * 1000:.2f} mm, destinations by {self.reached_m * 1000:.2f} mm, "
            f"bearings lead within {self.bearing_m * 1000:.2f} mm"
        )
        return self.distance_m < 0.002 and self.reached_m < 0.002 and self.bearing_m < 0.05


main()
