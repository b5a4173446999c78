//! Open traffic over real sockets, with a pool in memory behind it: a row per endpoint, and per rule of the standard
//! and of the reference implementation that HTTP shows.

mod about;
mod constraints;
mod described;
mod doors;
mod house;
mod intents;
mod issuer;
mod jwks;
mod mint;
mod rid;
mod rid_areas;
mod rid_subscriptions;
mod subscriptions;
mod tokens;
mod volumes;
mod wire;
