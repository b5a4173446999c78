//! Remote identification in both editions: what every row needs.

use crate::house::{Heard, House, minutes};
use serde_json::{Value, json};

pub(crate) const READ: &str = "dss.read.identification_service_areas";
pub(crate) const WRITE: &str = "dss.write.identification_service_areas";
pub(crate) const DP: &str = "rid.display_provider";
pub(crate) const SP: &str = "rid.service_provider";

/// One edition of F3411, as its clients know it.
#[derive(Debug)]
pub(crate) struct Edition {
    pub(crate) root: &'static str,
    /// The scope that writes areas.
    pub(crate) areas: &'static str,
    /// The scope that searches, and writes subscriptions.
    pub(crate) reads: &'static str,
    /// Where a body has its ring.
    pub(crate) ring: &'static str,
    /// Where a body of an area, and of a subscription, has its address.
    pub(crate) urls: [&'static str; 2],
}

pub(crate) const V1: Edition = Edition {
    root: "/v1/dss",
    areas: WRITE,
    reads: READ,
    ring: "/extents/spatial_volume/footprint",
    urls: ["/flights_url", "/callbacks/identification_service_area_url"],
};

pub(crate) const V2: Edition = Edition {
    root: "/rid/v2/dss",
    areas: SP,
    reads: DP,
    ring: "/extents/volume/outline_polygon",
    urls: ["/uss_base_url", "/uss_base_url"],
};

pub(crate) const BOTH: [Edition; 2] = [V1, V2];

/// Where areas are looked for by their vertices.
pub(crate) fn ring(lat: f64) -> Vec<(f64, f64)> {
    vec![(lat, 8.0), (lat, 8.01), (lat + 0.01, 8.01), (lat + 0.01, 8.0)]
}

pub(crate) fn vertices(ring: &[(f64, f64)]) -> Value {
    let points = ring.iter().map(|(lat, lng)| json!({ "lat": lat, "lng": lng }));
    json!({ "vertices": points.collect::<Vec<Value>>() })
}

pub(crate) fn text(ring: &[(f64, f64)]) -> String {
    let points: Vec<String> = ring.iter().map(|(lat, lng)| format!("{lat},{lng}")).collect();
    points.join(",")
}

impl Edition {
    /// An instant so many minutes from now, as a body has it.
    pub(crate) fn at(&self, from_now: i64) -> Value {
        let time = minutes(from_now);
        if self.root == V1.root {
            time["value"].clone()
        } else {
            time
        }
    }

    /// A square kilometre for an hour from now on.
    fn extents(&self, lat: f64) -> Value {
        let ring = vertices(&ring(lat));
        let (start, end) = (self.at(0), self.at(60));
        if self.root == V1.root {
            let space = json!({ "footprint": ring, "altitude_lo": 20, "altitude_hi": 400.5 });
            json!({ "spatial_volume": space, "time_start": start, "time_end": end })
        } else {
            let altitude = |metres| json!({ "value": metres, "reference": "W84", "units": "M" });
            let space = json!({
                "outline_polygon": ring, "altitude_lower": altitude(20), "altitude_upper": altitude(400),
            });
            json!({ "volume": space, "time_start": start, "time_end": end })
        }
    }

    /// A good area.
    pub(crate) fn area(&self, lat: f64) -> Value {
        json!({ "extents": self.extents(lat), &self.urls[0][1..]: "https://sp.example/rid" })
    }

    /// A good subscription.
    pub(crate) fn subscription(&self, lat: f64) -> Value {
        let url = "https://dp.example/rid";
        let mut body = json!({ "extents": self.extents(lat) });
        match self.urls[1].split('/').collect::<Vec<_>>()[..] {
            [_, outer, inner] => body[outer] = json!({ inner: url }),
            _ => body[&self.urls[1][1..]] = json!(url),
        }
        body
    }

    pub(crate) fn areas_path(&self) -> String {
        format!("{}/identification_service_areas", self.root)
    }

    pub(crate) fn subscriptions_path(&self) -> String {
        format!("{}/subscriptions", self.root)
    }

    /// A client with both scopes asks for areas: id, or id and version.
    pub(crate) fn on_area(&self, house: &House, who: &str, method: &str, rest: &str, body: &Value) -> Heard {
        let path = format!("{}/{rest}", self.areas_path());
        house.ask_with(who, &[self.areas, self.reads], method, &path, body)
    }

    pub(crate) fn on_subscription(
        &self,
        house: &House,
        who: &str,
        method: &str,
        rest: &str,
        body: &Value,
    ) -> Heard {
        let path = format!("{}/{rest}", self.subscriptions_path());
        house.ask_with(who, &[self.reads], method, &path, body)
    }

    pub(crate) fn search_areas(&self, house: &House, query: &str) -> Heard {
        let path = format!("{}?{query}", self.areas_path());
        house.ask_with("dp", &[self.reads], "GET", &path, &Value::Null)
    }

    pub(crate) fn search_subscriptions(&self, house: &House, who: &str, query: &str) -> Heard {
        let path = format!("{}?{query}", self.subscriptions_path());
        house.ask_with(who, &[self.reads], "GET", &path, &Value::Null)
    }
}

/// The version of an area or subscription that an answer shows.
pub(crate) fn version(answer: &Value, name: &str) -> String {
    let version = answer[name]["version"].as_str();
    version
        .unwrap_or_else(|| panic!("no version in {answer}"))
        .to_owned()
}

/// The ids of a list.
pub(crate) fn ids(answer: &Value, name: &str) -> Vec<String> {
    let list = answer[name]
        .as_array()
        .unwrap_or_else(|| panic!("no {name} in {answer}"));
    list.iter()
        .map(|one| one["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// As qualification suites make a wrong version of a right one.
pub(crate) fn stripped(version: &str) -> String {
    version[1..version.len() - 1].to_owned()
}
