//! Short words for what is written.

use geo4d::s2::Cells;
use pool::call::{Attach, PutArea, PutConstraint, PutIntent, PutSubscription};
use pool::entity::{IntentState, Wants};
use pool::ids::EntityId;
use pool::limits::MINUTE_US;
use pool::{Call, Extent};
use uuid::Uuid;

use crate::room::{BEGIN_US, id};

/// One cell for each bit.
fn cells(bits: u8) -> Cells {
    let of = |bit: u8| (2_u64 << 61) | ((2 * u64::from(bit) + 1) << 34);
    Cells::from_sorted((0..8).filter(|bit| bits & (1 << bit) != 0).map(of).collect()).expect("in order")
}

/// Everything in these cells, at all times, at every height.
pub(crate) fn area(bits: u8) -> Extent {
    Extent {
        cells: cells(bits),
        ..Extent::default()
    }
}

/// In one cell, for the first hour, from the ground to 100 m.
pub(crate) fn usual() -> Extent {
    area(1).lasts(0, 60).between(0, 100)
}

/// Where, when, how high: minutes after the beginning, metres.
pub(crate) trait Placed: Sized {
    fn extent(&mut self) -> &mut Extent;

    fn cells(mut self, bits: u8) -> Self {
        self.extent().cells = cells(bits);
        self
    }

    fn lasts(self, start_min: i64, end_min: i64) -> Self {
        self.starts(Some(start_min)).ends(Some(end_min))
    }

    fn starts(mut self, min: Option<i64>) -> Self {
        self.extent().start_us = min.map(|min| BEGIN_US + min * MINUTE_US);
        self
    }

    fn ends(mut self, min: Option<i64>) -> Self {
        self.extent().end_us = min.map(|min| BEGIN_US + min * MINUTE_US);
        self
    }

    fn between(self, lower_m: i64, upper_m: i64) -> Self {
        self.above(Some(lower_m)).below(Some(upper_m))
    }

    fn above(mut self, metres: Option<i64>) -> Self {
        self.extent().lower_mm = metres.map(|metres| metres * 1_000);
        self
    }

    fn below(mut self, metres: Option<i64>) -> Self {
        self.extent().upper_mm = metres.map(|metres| metres * 1_000);
        self
    }
}

impl Placed for Extent {
    fn extent(&mut self) -> &mut Extent {
        self
    }
}

pub(crate) struct Oi(PutIntent);
pub(crate) struct Cst(PutConstraint);
pub(crate) struct Sub(PutSubscription);
pub(crate) struct Isa(PutArea);
pub(crate) struct IsaSub(PutArea);

macro_rules! placed {
    ($($kind:ident $call:ident),*) => {$(
        impl Placed for $kind {
            fn extent(&mut self) -> &mut Extent {
                &mut self.0.extent
            }
        }
        impl From<$kind> for Call {
            fn from(of: $kind) -> Call {
                Call::$call(Box::new(of.0))
            }
        }
    )*};
}
placed!(Oi PutIntent, Cst PutConstraint, Sub PutSubscription, Isa PutArea, IsaSub PutAreaSubscription);

/// An operational intent: accepted, as usual, without a subscription.
pub(crate) fn oi(which: u8) -> Oi {
    Oi(PutIntent {
        id: id(which),
        ovn: None,
        extent: usual(),
        key: Vec::new(),
        state: Some(IntentState::Accepted),
        base_url: "https://oi.example".to_owned(),
        attach: Attach::Nothing,
        ovn_suffix: None,
    })
}

impl Oi {
    pub(crate) fn named(mut self, id: EntityId) -> Oi {
        self.0.id = id;
        self
    }

    pub(crate) fn of(mut self, ovn: &str) -> Oi {
        self.0.ovn = Some(ovn.to_owned());
        self
    }

    pub(crate) fn key(mut self, key: &[&str]) -> Oi {
        self.0.key = key.iter().map(|&one| one.to_owned()).collect();
        self
    }

    pub(crate) fn state(mut self, state: IntentState) -> Oi {
        self.0.state = Some(state);
        self
    }

    /// In a state that nothing can be put into.
    pub(crate) fn ended(mut self) -> Oi {
        self.0.state = None;
        self
    }

    pub(crate) fn attach(mut self, attach: Attach) -> Oi {
        self.0.attach = attach;
        self
    }

    pub(crate) fn to(self, which: u8) -> Oi {
        self.attach(Attach::To(id(which)))
    }

    /// With an implicit subscription.
    pub(crate) fn with_new(self, constraints: bool) -> Oi {
        self.attach(Attach::New {
            base_url: "https://new.example".to_owned(),
            constraints,
        })
    }

    pub(crate) fn suffix(mut self, suffix: &str) -> Oi {
        self.0.ovn_suffix = Some(suffix.to_owned());
        self
    }
}

/// A constraint, as usual.
pub(crate) fn cst(which: u8) -> Cst {
    Cst(PutConstraint {
        id: id(which),
        ovn: None,
        extent: usual(),
        base_url: "https://cst.example".to_owned(),
    })
}

impl Cst {
    pub(crate) fn of(mut self, ovn: &str) -> Cst {
        self.0.ovn = Some(ovn.to_owned());
        self
    }
}

/// A subscription to everything, as usual.
pub(crate) fn sub(which: u8) -> Sub {
    Sub(PutSubscription {
        id: id(which),
        version: None,
        extent: usual(),
        base_url: "https://sub.example".to_owned(),
        wants: Wants {
            intents: true,
            constraints: true,
        },
    })
}

impl Sub {
    pub(crate) fn named(mut self, id: EntityId) -> Sub {
        self.0.id = id;
        self
    }

    pub(crate) fn of(mut self, version: &str) -> Sub {
        self.0.version = Some(version.to_owned());
        self
    }

    pub(crate) fn wants(mut self, intents: bool, constraints: bool) -> Sub {
        self.0.wants = Wants { intents, constraints };
        self
    }

    pub(crate) fn url(mut self, base_url: &str) -> Sub {
        self.0.base_url = base_url.to_owned();
        self
    }
}

/// What a service area and a subscription to such are written with.
fn put_area(which: u8, url: &str) -> PutArea {
    PutArea {
        id: id(which),
        version: None,
        extent: usual(),
        url: url.to_owned(),
    }
}

/// A service area, as usual.
pub(crate) fn isa(which: u8) -> Isa {
    Isa(put_area(which, "https://isa.example"))
}

impl Isa {
    pub(crate) fn named(mut self, id: EntityId) -> Isa {
        self.0.id = id;
        self
    }

    pub(crate) fn of(mut self, version: &str) -> Isa {
        self.0.version = Some(version.to_owned());
        self
    }
}

/// A subscription to service areas, as usual.
pub(crate) fn isa_sub(which: u8) -> IsaSub {
    IsaSub(put_area(which, "https://dp.example"))
}

impl IsaSub {
    pub(crate) fn of(mut self, version: &str) -> IsaSub {
        self.0.version = Some(version.to_owned());
        self
    }
}

/// A UUID of a version, made this many milliseconds after the beginning.
pub(crate) fn uuid(version: u8, from_begin_ms: i64) -> String {
    let millis = u128::try_from(BEGIN_US / 1_000 + from_begin_ms).expect("it is after 1970");
    Uuid::from_u128((millis << 80) | (u128::from(version) << 76) | (0b10 << 62) | 77).to_string()
}
