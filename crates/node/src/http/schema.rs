//! How the parts that come from other crates look in the OpenAPI document. Never
//! constructed; a test holds real answers against them.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// A place on the WGS 84 ellipsoid, in nanodegrees.
#[derive(ToSchema)]
pub struct Position {
    /// Geodetic latitude, north positive.
    pub lat_nd: i64,
    /// Longitude, east positive.
    pub lon_nd: i64,
}

/// A band of altitudes, both ends included, in millimetres.
#[derive(ToSchema)]
pub struct Band {
    /// Lower end.
    pub low_mm: i64,
    /// Upper end.
    pub high_mm: i64,
    /// What both ends are measured from.
    pub datum: Datum,
}

/// A closed interval of time, µs UTC since 1970.
#[derive(ToSchema)]
pub struct Window {
    /// First instant.
    pub start_us: i64,
    /// Last instant.
    pub end_us: i64,
}

/// How far apart two volumes must stay; they conflict when they are within all three.
#[derive(ToSchema)]
pub struct Separation {
    /// Along the ellipsoid.
    pub horizontal_mm: i64,
    /// In height.
    pub vertical_mm: i64,
    /// In time.
    pub time_us: i64,
}

/// A footprint; edges are WGS 84 geodesics.
#[derive(ToSchema)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Footprint {
    /// The smaller side of a ring whose last vertex joins the first.
    Polygon {
        /// Vertices, the first not repeated.
        ring: Vec<Position>,
    },
    /// All points within a distance of a centre.
    Circle {
        /// The centre.
        center: Position,
        /// Radius.
        radius_mm: i64,
    },
    /// All points within a distance of a line.
    Corridor {
        /// From one end to the other.
        line: Vec<Position>,
        /// To either side.
        half_width_mm: i64,
    },
}

/// Where, how high and when.
#[derive(ToSchema)]
pub struct Volume {
    /// Where, seen from above.
    pub footprint: Footprint,
    /// How high.
    pub band: Band,
    /// When.
    pub window: Window,
}

/// How close two volumes come. Zero is overlap.
#[derive(ToSchema)]
pub struct Witness {
    /// Where.
    pub at: Position,
    /// When.
    pub at_us: i64,
    /// Distance along the ellipsoid there.
    pub horizontal_mm: i64,
    /// Distance in height.
    pub vertical_mm: i64,
    /// Distance in time.
    pub gap_us: i64,
}

/// Where something is to stop.
#[derive(ToSchema)]
pub struct Place {
    /// Absent when only words were given: UNKNOWN.
    pub at: Option<Position>,
    /// In words.
    pub words: String,
}

/// A secondary hazard that is planned.
#[derive(ToSchema)]
pub struct HazardDraft {
    /// What kind of danger.
    pub kind: HazardKind,
    /// Where and when.
    pub volume: Volume,
    /// In words; may be empty.
    pub words: String,
}

/// A secondary hazard as stated on a line.
#[derive(ToSchema)]
pub struct Hazard {
    /// Its id on the line.
    pub id: String,
    /// What kind of danger.
    pub kind: HazardKind,
    /// Where and when.
    pub volume: Volume,
    /// In words; may be empty.
    pub words: String,
}

/// Agreed rules of a line. In force only when both sides' newest signatures agree.
#[derive(ToSchema)]
pub struct Terms {
    /// Name, with its source.
    pub name: String,
    /// Shortest agreed lead at received, by class, in seconds.
    #[schema(value_type = Object)]
    pub lead_floor_s: (),
    /// RECEIVED within so many seconds.
    pub received_within_s: u32,
    /// OPENED within so many seconds.
    pub opened_within_s: u32,
    /// OPENED of a flash item within so many seconds.
    pub opened_flash_within_s: u32,
    /// CEASE and CHECK FIRE answered within so many seconds.
    pub stop_within_s: u32,
    /// A larger hazard notice is BLANKET.
    pub blanket_km2_h: u64,
    /// Required separation by class.
    #[schema(value_type = Object)]
    pub separation: (),
}

macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident = $($word:literal)|+;)+) => {$(
        $(#[doc = $doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let object = ObjectBuilder::new()
                    .schema_type(SchemaType::new(Type::String))
                    .enum_values(Some([$($word),+]))
                    .description(Some(concat!($($doc),*).trim()));
                RefOr::T(Schema::Object(object.build()))
            }
        }

        impl ToSchema for $name {}
    )+};
}

words! {
    /// What an altitude is measured from; msl is the geoid model EGM96.
    Datum = "ellipsoid" | "msl" | "pressure" | "ground";
    /// Kind of operation.
    Class = "transit" | "reconnaissance" | "hazard" | "exercise" | "rescue" | "humanitarian" | "unmanned";
    /// How much of an operation a notice discloses.
    Level = "exact" | "box" | "words";
    /// Danger that an operation provokes beyond itself.
    HazardKind = "air_defence" | "debris" | "jamming" | "other";
    /// A desk's answer to a notice. Silence is no answer.
    AnswerWord = "noted" | "no_conflict_known" | "object" | "standby" | "unable" | "problem_reported";
    /// An answer to CEASE or CHECK FIRE.
    StopAnswer = "understood_stopping" | "unable" | "not_ours";
    /// An answer to the other side's account of a call.
    VoiceAnswer = "confirmed" | "disputed" | "not_heard";
    /// Which answers a message expects.
    Response = "W/U" | "A/N" | "R" | "Y" | "N";
    /// Urgency of a message; distress is safety traffic.
    Urgency = "distress" | "urgent" | "normal";
    /// What a standing volume is for.
    ZoneKind = "buffer" | "protected" | "danger" | "air_defence" | "caution" | "red_line";
    /// What a token allows.
    Role = "read" | "watch" | "commander" | "admin";
    /// Whose statement.
    Author = "own" | "peer";
    /// How a line looks.
    Light = "up" | "amber" | "red" | "down";
    /// The inviter is a, the joiner b.
    Side = "a" | "b";
}
