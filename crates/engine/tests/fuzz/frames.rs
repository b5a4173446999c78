//! Frames as bytes: bounded, and one frame for some bytes.

use engine::frame::{Entry, Frame};
use engine::limits::{MAX_BODY_BYTES, MAX_ENTRIES_PER_FRAME, MAX_FRAME_BYTES, MAX_HEADER_BYTES};
use fuzz::{refused, target};

fn entries(frame: &Frame) -> &[Entry] {
    match frame {
        Frame::Acts(acts) => &acts.entries,
        Frame::Returned(returned) => &returned.entries,
        Frame::Urgent { entry, .. } => std::slice::from_ref(entry),
        _ => &[],
    }
}

#[test]
fn a_frame_that_is_read_is_within_its_limits_and_is_the_same_when_sent_on() {
    target!("frame", |document: &[u8]| {
        let frame = match Frame::parse(document) {
            Err(fault) => return refused(fault),
            Ok(frame) => frame,
        };
        assert!(document.len() <= MAX_FRAME_BYTES);
        assert_eq!(Frame::is_urgent(document), matches!(frame, Frame::Urgent { .. }));
        assert!(Frame::kind_name(document).is_some());
        let entries = entries(&frame);
        assert!(entries.len() <= MAX_ENTRIES_PER_FRAME);
        for entry in entries {
            assert!(entry.header.len() <= MAX_HEADER_BYTES);
            assert!(
                entry
                    .body
                    .as_ref()
                    .is_none_or(|body| body.len() <= MAX_BODY_BYTES)
            );
            assert_eq!(Entry::parse(&entry.to_bytes()).as_ref(), Ok(entry));
        }
        let again = frame.to_bytes();
        assert_eq!(Frame::parse(&again).as_ref(), Ok(&frame));
        true
    });
}

/// Larger than any alteration of a small document: what a peer sends to be held in memory.
#[test]
fn a_frame_above_the_limit_is_refused_whatever_is_in_it() {
    for kind in 0..=u8::MAX {
        let mut frame = vec![b' '; MAX_FRAME_BYTES + 1];
        frame[0] = kind;
        assert!(Frame::parse(&frame).is_err());
        fuzz::assert_bounded(Frame::parse(&frame[..MAX_FRAME_BYTES]).unwrap_err());
    }
}

#[test]
fn a_stored_entry_is_written_back_as_it_was() {
    target!("entry", |document: &[u8]| match Entry::parse(document) {
        Err(fault) => refused(fault),
        Ok(entry) => {
            assert_eq!(entry.to_bytes(), document);
            true
        }
    });
}
