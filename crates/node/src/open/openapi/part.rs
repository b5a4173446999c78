//! Parts of bodies of which the type alone tells too little: what a text has to look like, how large a number may be.

use crate::limits::{HIGHEST_ALTITUDE_M, LOWEST_ALTITUDE_M, MAX_SUBJECT_BYTES};
use pool::limits::{MAX_OVN_CHARS, MAX_URL_BYTES, MAX_USS_BYTES, MIN_OVN_CHARS};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! parts {
    ($($(#[doc = $doc:literal])+ $name:ident = $schema:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(in crate::open) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let told = concat!($($doc),+).trim();
                RefOr::T(Schema::Object($schema.description(Some(told)).build()))
            }
        }

        impl ToSchema for $name {}
    )+};
}

parts! {
    /// A UUID of version 4. In a request upper case, braces, a URN or no hyphens do as well.
    EntityId = text().pattern(Some(uuid('4')));
    /// Opaque version, another after each write; to all but the manager `Available from USS`.
    Ovn = text().min_length(Some(MIN_OVN_CHARS)).max_length(Some(MAX_OVN_CHARS));
    /// What is put after the id to make the next OVN: a UUID of version 7, made within 5 minutes of now.
    OvnSuffix = text().pattern(Some(uuid('7')));
    /// The version that is to be changed, as the last answer gave it. An empty one is none: a PUT of F3548-21 then makes anew.
    VersionGiven = text().min_length(Some(1));
    /// Name of a USS: `sub` of its access tokens.
    Uss = text().min_length(Some(1)).max_length(Some(MAX_USS_BYTES));
    /// Who sends heartbeats.
    Source = text().min_length(Some(1)).max_length(Some(MAX_SUBJECT_BYTES));
    /// Where a USS answers: an address that begins with `https://`. Where the service was told so, `http://` does too.
    BaseUrl = text().pattern(Some("^https://[0-9A-Za-z.-]+(:[0-9]+)?(/[!-~]*)?$")).max_length(Some(MAX_URL_BYTES));
    /// An instant as in RFC 3339.
    Instant = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
    /// How instants are written.
    TimeFormat = words(&["RFC3339"]);
    /// State of an operational intent. It begins as Accepted; it ends by being deleted.
    IntentState = words(&["Accepted", "Activated", "Nonconforming", "Contingent"]);
    /// State of a USS as an arbitrator set it.
    UssAvailability = words(&["Unknown", "Normal", "Down"]);
    /// What altitudes are measured from: the ellipsoid of WGS 84.
    Reference = words(&["W84"]);
    /// Metres.
    Units = words(&["M"]);
    /// Altitude in metres.
    Metres = number(LOWEST_ALTITUDE_M, HIGHEST_ALTITUDE_M);
    /// An exchange that went wrong, and whatever else there is to say (F3548-21 `ErrorReport`).
    Report = report();
    /// The report, under its new id.
    ReportKept = report().property("report_id", EntityId::schema()).required("report_id");
    /// Latitude, longitude, latitude and so on, in degrees: the vertices of an area, of which the last joins the first.
    Ring = text().pattern(Some(ring()));
    /// Degrees, north positive.
    Latitude = number(-90.0, 90.0);
    /// Degrees, east positive.
    Longitude = number(-180.0, 180.0);
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String))
}

fn words(words: &[&'static str]) -> ObjectBuilder {
    text().enum_values(Some(words.iter().copied()))
}

fn number(least: f64, most: f64) -> ObjectBuilder {
    let number = ObjectBuilder::new().schema_type(SchemaType::new(Type::Number));
    number.minimum(Some(least)).maximum(Some(most))
}

fn report() -> ObjectBuilder {
    let exchange = ObjectBuilder::new()
        .property("url", text().min_length(Some(1)))
        .property("method", text().min_length(Some(1)))
        .property("recorder_role", words(&["Client", "Server"]))
        .property("request_time", ObjectBuilder::new());
    let needed = ["url", "method", "recorder_role", "request_time"];
    let exchange = needed.into_iter().fold(exchange, ObjectBuilder::required);
    ObjectBuilder::new()
        .property("exchange", exchange)
        .required("exchange")
}

/// Three pairs of degrees, or more.
fn ring() -> String {
    let lat = r"-?[0-8]?[0-9](\.[0-9]{1,9})?";
    let lng = r"-?(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,9})?";
    format!("^{lat},{lng}(,{lat},{lng}){{2,}}$")
}

/// A UUID of a version, in RFC 9562's own variant, with its hyphens.
fn uuid(version: char) -> String {
    let hex = "[0-9A-Fa-f]";
    format!("^{hex}{{8}}-{hex}{{4}}-{version}{hex}{{3}}-[89ABab]{hex}{{3}}-{hex}{{12}}$")
}
