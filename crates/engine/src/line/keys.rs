//! Keys of the journal's side table.

use crate::input::LogOf;
use accord::ids::LineId;

/// The key under which the text of an entry lies in the journal's side table.
pub fn entry_key(line: &LineId, of: LogOf, epoch: u32, seq: u64) -> Vec<u8> {
    side_key(line, if of == LogOf::Own { b'o' } else { b'p' }, epoch, seq)
}

/// The key under which a cosigned checkpoint of `size` entries lies there, as the JSON of a
/// [`crate::frame::Countersigned`].
pub fn head_key(line: &LineId, of: LogOf, epoch: u32, size: u64) -> Vec<u8> {
    side_key(line, if of == LogOf::Own { b'c' } else { b'h' }, epoch, size)
}

fn side_key(line: &LineId, letter: u8, epoch: u32, number: u64) -> Vec<u8> {
    let mut key = line.0.clone().into_bytes();
    key.extend_from_slice(&[0, letter]);
    key.extend_from_slice(&epoch.to_be_bytes());
    key.extend_from_slice(&number.to_be_bytes());
    key
}
