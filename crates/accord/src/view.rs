//! What a mind shows.
