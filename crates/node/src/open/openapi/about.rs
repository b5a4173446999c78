//! What there is to say about a route: the parts that [`super::table`] is written in.

use crate::http::route::Shape;
use crate::open::wire::reply::Body;
use axum::http::Method;
use serde_json::Value;
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// A type of answers: its schema, and those that it refers to, by name.
pub(super) type Whole = (fn() -> RefOr<Schema>, fn(&mut Vec<(String, RefOr<Schema>)>));

/// About one route.
pub(super) struct About {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// What it does, in one line.
    pub(super) summary: &'static str,
    /// What the query may name, its schema, and whether it has to.
    pub(super) query: Vec<(&'static str, RefOr<Schema>, bool)>,
    /// What the body has to be, and one that will do until 2099.
    pub(super) takes: Option<(Shape, fn() -> Value)>,
    /// Statuses and their bodies.
    pub(super) gives: Vec<(u16, Shape)>,
    /// Where the body of a success has the version of what was written, as a JSON pointer.
    pub(super) version: Option<&'static str>,
    /// Refusals beyond those that every route has.
    pub(super) may: &'static [u16],
}

/// About a route.
pub(super) fn about(method: &Method, path: &'static str, summary: &'static str) -> About {
    About {
        method: method.clone(),
        path,
        summary,
        query: Vec::new(),
        takes: None,
        gives: Vec::new(),
        version: None,
        may: &[],
    }
}

impl About {
    /// Takes JSON of this type.
    pub(super) fn takes<T: ToSchema>(mut self, example: fn() -> Value) -> Self {
        self.takes = Some((Shape::json::<T>(), example));
        self
    }

    /// Reads this name in the query.
    pub(super) fn asks<T: PartialSchema>(mut self, name: &'static str, required: bool) -> Self {
        self.query.push((name, T::schema(), required));
        self
    }

    /// Answers with these members.
    pub(super) fn gives(mut self, status: u16, members: Members) -> Self {
        self.version = self.version.or(members.version);
        self.gives.push((status, members.shape()));
        self
    }

    /// Answers with JSON of this type.
    pub(super) fn shows<T: ToSchema>(mut self, status: u16) -> Self {
        self.gives.push((status, Shape::json::<T>()));
        self
    }

    /// Answers with text.
    pub(super) fn tells(mut self, status: u16) -> Self {
        self.gives.push((status, Shape::text("text/plain")));
        self
    }

    /// May refuse with these.
    pub(super) fn may(mut self, statuses: &'static [u16]) -> Self {
        self.may = statuses;
        self
    }
}

/// Members that an answer has, of the type of all answers of its standard.
pub(super) struct Members {
    name: &'static str,
    whole: Whole,
    always: &'static [&'static str],
    /// Where there is something to say.
    maybe: &'static [&'static str],
    version: Option<&'static str>,
}

impl Members {
    /// These of F3548-21, always.
    pub(super) const fn of(name: &'static str, always: &'static [&'static str]) -> Self {
        Members::within((Body::schema, Body::schemas), name, always)
    }

    /// These of a type, always.
    pub(super) const fn within(whole: Whole, name: &'static str, always: &'static [&'static str]) -> Self {
        Members {
            name,
            whole,
            always,
            maybe: &[],
            version: None,
        }
    }

    /// And these, where there is something to say.
    pub(super) const fn or(self, maybe: &'static [&'static str]) -> Self {
        Members { maybe, ..self }
    }

    /// One of them bears the version of what was written, at this JSON pointer.
    pub(super) const fn versioned(self, pointer: &'static str) -> Self {
        Members {
            version: Some(pointer),
            ..self
        }
    }

    /// An object of them, as the type has them.
    pub(super) fn shape(&self) -> Shape {
        let (whole, referred_to) = self.whole;
        let RefOr::T(Schema::Object(all)) = whole() else {
            panic!("what is derived of a struct is an object");
        };
        let mut object = Object::new();
        for name in self.always.iter().chain(self.maybe) {
            let member = all.properties.get(*name).expect("a test describes every member");
            object.properties.insert((*name).to_owned(), member.clone());
        }
        object.required = self.always.iter().map(|name| (*name).to_owned()).collect();
        let mut parts = vec![(self.name.to_owned(), Schema::Object(object).into())];
        referred_to(&mut parts);
        Shape {
            schema: Ref::from_schema_name(self.name).into(),
            parts,
            media: "application/json",
        }
    }
}
