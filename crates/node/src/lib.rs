//! The node: sockets, disk, keys, HTTP, command line, terminal watch.
//!
//! One thread, the core, owns the engine and the journal; everything else only carries bytes
//! to it and from it. Nothing here decides.

pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod core;
pub mod demo;
pub mod dir;
pub mod failed;
pub mod figures;
pub mod hooks;
pub mod http;
pub mod import;
pub mod invite;
pub mod keeper;
pub mod keys;
pub mod limits;
pub mod line_io;
pub mod open;
pub mod reconstruction;
pub mod serve;
pub mod space;
pub mod table;
pub mod time_source;
pub mod tls;
pub mod watch;
