//! Every limit of this crate, with its reason.
//!
//! They bound what a hostile or mistaken volume can cost, and they are wide of anything a room has ever notified.

/// Nanodegrees in a degree.
pub const DEGREE_ND: i64 = 1_000_000_000;
/// Latitudes run from minus to plus this many nanodegrees.
pub const MAX_LAT_ND: i64 = 90 * DEGREE_ND;
/// Longitudes run from minus to plus this many nanodegrees; both ends name one meridian.
pub const MAX_LON_ND: i64 = 180 * DEGREE_ND;

/// The largest integer that RFC 8785 canonical JSON carries exactly (2^53 − 1).
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// Vertices of one footprint. The most detailed national boundaries in use for airspace stay below it.
pub const MAX_VERTICES: usize = 10_000;
/// Vertices a polygon needs to enclose anything.
pub const MIN_RING_VERTICES: usize = 3;
/// Vertices a corridor's line needs to lead anywhere.
pub const MIN_LINE_VERTICES: usize = 2;

/// Radius of a circle or half-width of a corridor: 1 mm to 1 000 km. The widest danger areas ever notified are
/// a few hundred kilometres across.
pub const MAX_RADIUS_MM: i64 = 1_000_000_000;
/// A footprint must fit in a circle of this radius (45° of arc): beyond it "the smaller side is inside" would
/// stop meaning what an officer reading a map believes.
pub const MAX_EXTENT_MM: i64 = 5_000_000_000;
/// Total length of the edges of one footprint. Bounds the pieces an outline is cut into.
pub const MAX_OUTLINE_MM: i64 = 50_000_000_000;
/// Neighbouring vertices closer than this are one vertex written twice.
pub const MIN_EDGE_MM: i64 = 10;
/// Edges of one ring that come this close without sharing a vertex touch.
pub const TOUCH_MM: i64 = 1;
/// A polygon smaller than this (in square metres) encloses nothing that flies.
pub const MIN_AREA_M2: f64 = 1.0;
/// Box comparisons spent on looking for self-crossings before a ring is refused as too intricate (about 20 ms).
pub const MAX_CROSSING_TESTS: usize = 8_000_000;

/// Lowest altitude in any datum: below the Dead Sea shore and the lowest pressure altitudes.
pub const MIN_ALTITUDE_MM: i64 = -2_000_000;
/// Highest altitude in any datum: 1 000 km, above sounding rockets and re-entry hazards.
pub const MAX_ALTITUDE_MM: i64 = 1_000_000_000;
/// Longest window: ten years, for standing zones, which agreements renew sooner.
pub const MAX_DURATION_US: i64 = 3_653 * 86_400 * 1_000_000;

/// Pairs of parts looked at before a search for the nearest points settles for a lower bound (about 50 ms): a false
/// alarm, never a miss. Reached only by outlines made for the purpose: some ten thousand edges each, all equally far
/// apart.
pub(crate) const MAX_SEARCH_VISITS: usize = 200_000;
/// Cells a volume may stand in. Compact shapes get one to four of their own size; more only serve to follow long thin
/// ones, and every cell costs insertions and queries.
pub(crate) const MAX_CELLS: usize = 8;
/// The smallest cells of the index: some 40 m across, about as fine as any query is padded.
pub(crate) const MAX_LEVEL: u32 = 18;
/// Rounds of Vincenty's iteration; four or five are enough except between nearly opposite points, which are left to
/// another method when it does not settle.
pub(crate) const MAX_ROUNDS: usize = 40;
/// How often an edge drawn straight in degrees may be halved: down to a kilometre on edges across a hemisphere.
pub(crate) const MAX_HALVINGS: u32 = 14;

/// Vertices of the outlines given for the cells of one entity, a circle counting for one: OiMaxVertices of
/// ASTM F3548-21, which bounds an operational intent with all its volumes.
pub const MAX_S2_VERTICES: usize = 10_000;
/// Cells one shape may cover. A square of [`S2_POLYGON_KM2`] takes at most 3 600, a strip a kilometre wide some 6 000.
pub const MAX_S2_CELLS: usize = 10_000;
/// Cells covered by the shapes of one entity, each shape counted by itself: what the work is bounded by, whether
/// or not the shapes lie on each other. Half a megabyte.
pub const MAX_S2_UNION_CELLS: usize = 65_536;
/// The largest polygon the reference service takes (`maxAllowedAreaKm2` in pkg/geo/s2.go of interuss/dss).
pub const S2_POLYGON_KM2: f64 = 2_500.0;
/// The largest union of shapes, by the area of its cells: four of the largest polygons, about as much as a temporary
/// restriction over a whole region.
pub const S2_UNION_KM2: f64 = 10_000.0;
/// Pairs of edges that overlap along one axis, before a ring is refused as too intricate (about 0.1 s). It would take
/// a comb of more than a thousand teeth side by side.
pub(crate) const MAX_S2_CROSSING_TESTS: usize = 2_000_000;
/// Pairs of edges whose order is so close that it takes exact arithmetic, before a ring is refused as too intricate
/// (well under a second). Ten thousand vertices in one straight line, there and back, stay below it.
pub(crate) const MAX_S2_EXACT_TESTS: usize = 50_000;
/// Edges held against cells before an outline is refused as too intricate (about 0.5 s). Common ones stay a
/// hundred times below it.
pub(crate) const MAX_S2_EDGE_TESTS: usize = 8_000_000;

/// Faults listed for one volume; what lies beyond is counted in the last one.
pub const MAX_FAULTS: usize = 64;

const _: () = assert!(MIN_LINE_VERTICES < MIN_RING_VERTICES && MIN_RING_VERTICES < MAX_VERTICES);
const _: () = assert!(MAX_RADIUS_MM < MAX_EXTENT_MM && MAX_EXTENT_MM < MAX_OUTLINE_MM);
const _: () = assert!(MAX_OUTLINE_MM < MAX_INTEGER && MAX_DURATION_US < MAX_INTEGER);
const _: () = assert!(MAX_CELLS <= 64 && MAX_SEARCH_VISITS > MAX_VERTICES);
const _: () = assert!(MIN_RING_VERTICES < MAX_S2_VERTICES && MAX_S2_CELLS < MAX_S2_UNION_CELLS);
const _: () = assert!(S2_POLYGON_KM2 < S2_UNION_KM2);
// The smallest cell of level 13 has 0.76 km²: the largest polygon and the largest union fit in their cells.
const _: () =
    assert!(S2_POLYGON_KM2 / 0.76 < MAX_S2_CELLS as f64 && S2_UNION_KM2 / 0.76 < MAX_S2_UNION_CELLS as f64);
const _: () =
    assert!(MAX_S2_CROSSING_TESTS > 100 * MAX_S2_VERTICES && MAX_S2_EXACT_TESTS > 4 * MAX_S2_VERTICES);
const _: () = assert!(MAX_S2_EXACT_TESTS < MAX_S2_CROSSING_TESTS && MAX_S2_EDGE_TESTS > 100 * MAX_S2_CELLS);
const _: () = assert!(TOUCH_MM < MIN_EDGE_MM);
const _: () = assert!(MIN_ALTITUDE_MM < 0 && MAX_ALTITUDE_MM < MAX_INTEGER);
