//! Volumes in space and time: validity, exact conflict, distances, the index.
