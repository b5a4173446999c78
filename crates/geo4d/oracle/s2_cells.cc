// Level-13 cells of polygons and circles by the C++ S2 library (Debian's libs2-dev), to compare with this crate's.
//
// Reads one shape a line: `P LAT LNG …` with the vertices of a polygon in degrees, `X X Y Z …` with points of the unit
// sphere, or `C LAT LNG RADIUS_M`. Answers each with a line: `invalid`, or the area in steradians and the ids of cells.

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "s2/s2cell_union.h"
#include "s2/s2error.h"
#include "s2/s2latlng.h"
#include "s2/s2loop.h"
#include "s2/s2region_coverer.h"

namespace {

constexpr int kLevel = 13;
constexpr double kEarthRadiusMeters = 6371010.0;
constexpr int kCircleVertices = 20;

void Answer(double area, const S2Region& region) {
  S2RegionCoverer coverer;
  coverer.mutable_options()->set_fixed_level(kLevel);
  std::vector<S2CellId> cells;
  coverer.GetCovering(region, &cells);
  std::printf("%.17g", area);
  for (S2CellId id : cells) std::printf(" %llu", static_cast<unsigned long long>(id.id()));
  std::printf("\n");
}

void Polygon(const std::vector<S2Point>& vertices) {
  S2Loop loop(vertices, S2Debug::DISABLE);
  S2Error error;
  if (loop.FindValidationError(&error)) {
    std::printf("invalid\n");
    return;
  }
  loop.Normalize();
  Answer(loop.GetArea(), loop);
}

void Circle(std::istringstream& words) {
  double lat, lng, radius_m;
  words >> lat >> lng >> radius_m;
  auto center = S2LatLng::FromDegrees(lat, lng).ToPoint();
  auto radius = S1Angle::Radians(radius_m / kEarthRadiusMeters);
  auto loop = S2Loop::MakeRegularLoop(center, radius, kCircleVertices);
  Answer(loop->GetArea(), *loop);
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    double x, y, z;
    std::vector<S2Point> vertices;
    if (kind == "P") {
      while (words >> x >> y) vertices.push_back(S2LatLng::FromDegrees(x, y).ToPoint());
      Polygon(vertices);
    } else if (kind == "X") {
      while (words >> x >> y >> z) vertices.push_back(S2Point(x, y, z));
      Polygon(vertices);
    } else {
      Circle(words);
    }
  }
}
