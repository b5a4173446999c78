//! Record schema versions: old records are lifted on reading, never rewritten on disk.

use super::Record;

/// Lifts a record by one schema version. It must keep `seq`.
pub type Upcaster = fn(Record) -> Record;

/// The schema of what the caller puts into [`Record::data`]: one upcaster for each step from
/// version 1 to the current version, so the current version is their number plus one and a step
/// cannot be forgotten.
///
/// The hash chain covers what was written, so it still verifies after any number of upcasts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Schema {
    /// `upcasters[i]` lifts version `i + 1` to version `i + 2`.
    pub upcasters: &'static [Upcaster],
}

impl Schema {
    /// The version new records are written with.
    pub fn version(&self) -> u32 {
        u32::try_from(self.upcasters.len() + 1).expect("the table of upcasters is written by hand")
    }

    /// Lifts `record`, written under `version`, to the current version.
    ///
    /// # Panics
    /// If an upcaster changes `seq`, or `version` is not one of 1 to the current version.
    pub(super) fn lift(&self, version: u32, record: Record) -> Record {
        assert!(
            (1..=self.version()).contains(&version),
            "versions are checked before lifting"
        );
        let seq = record.seq;
        let steps = &self.upcasters[version as usize - 1..];
        let lifted = steps.iter().fold(record, |record, step| step(record));
        assert_eq!(lifted.seq, seq, "an upcaster must keep the sequence number");
        lifted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add_a(mut record: Record) -> Record {
        record.data.push(b'a');
        record
    }

    fn add_b(mut record: Record) -> Record {
        record.data.push(b'b');
        record
    }

    const SCHEMA: Schema = Schema {
        upcasters: &[add_a, add_b],
    };

    fn lifted(version: u32) -> Vec<u8> {
        SCHEMA
            .lift(
                version,
                Record {
                    seq: 7,
                    data: b"-".to_vec(),
                },
            )
            .data
    }

    #[test]
    fn first_version_has_no_upcasters() {
        assert_eq!(Schema::default().version(), 1);
    }

    #[test]
    fn each_version_takes_only_the_steps_it_lacks_in_order() {
        assert_eq!(SCHEMA.version(), 3);
        assert_eq!(lifted(1), b"-ab");
        assert_eq!(lifted(2), b"-b");
        assert_eq!(lifted(3), b"-");
    }

    #[test]
    #[should_panic(expected = "keep the sequence number")]
    fn upcaster_that_renumbers_is_a_bug() {
        let schema = Schema {
            upcasters: &[|record| Record {
                seq: record.seq + 1,
                ..record
            }],
        };
        schema.lift(
            1,
            Record {
                seq: 1,
                data: Vec::new(),
            },
        );
    }
}
