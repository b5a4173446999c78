//! The node: sockets, disk, keys, HTTP, command line, terminal watch.
