//! Reading a bundle line by line, in one pass, with no more held than the bundle itself.

use super::{Bundle, BundleFault, Countersigned, Entry, FORMAT, Log, Manifest, Opened};
use crate::canon::parse_canonical;
use crate::contradiction::Contradiction;
use crate::header::{Origin, is_desk, is_line_id, lower_hex};
use crate::keys::{PartyKeys, sha256};
use crate::limits::{
    MAX_BODY_BYTES, MAX_BUNDLE_BYTES, MAX_CHECKPOINTS, MAX_CONTRADICTIONS, MAX_COSIGNATURES, MAX_DESKS,
    MAX_DOCUMENT_BYTES, MAX_HEADER_BYTES, MAX_LOGS, MAX_NAME_BYTES, MAX_PARTY_BYTES,
};
use crate::note::is_key_name;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What stands around the parts of an entry. The parts are sliced out and not parsed here: a
/// header cannot hold [`HEADER`], so its last occurrence is the true one.
pub(super) const BODY: &[u8] = b"{\"body\":";
pub(super) const HEADER: &[u8] = b",\"header\":";
pub(super) const HEADER_ALONE: &[u8] = b"{\"header\":";
pub(super) const SALT: &[u8] = b",\"salt\":";
/// `,"salt":"<64 digits>"}`.
const SALT_TAIL: usize = SALT.len() + 2 + 64 + 1;

type Outcome<T> = Result<T, String>;
type Fields = Map<String, Value>;

pub(super) fn bundle(bytes: &[u8]) -> Result<(Bundle, Result<(), BundleFault>), BundleFault> {
    let mut reader = Reader {
        bytes,
        at: 0,
        line: 0,
        log: None,
        seq: None,
    };
    if bytes.len() > MAX_BUNDLE_BYTES {
        return Err(reader.fault("bundle is too long"));
    }
    let first = reader.next()?.unwrap_or_default();
    let manifest = manifest(first).map_err(|why| reader.fault(&why))?;
    let mut bundle = Bundle {
        manifest,
        logs: Vec::new(),
        contradictions: Vec::new(),
    };
    loop {
        let start = reader.at;
        let Some(line) = reader.next()? else {
            return Err(reader.fault("the file ends before its hash: it was cut"));
        };
        reader.place(&bundle, line);
        if let Some(stated) = take_line(&mut bundle, line).map_err(|why| reader.fault(&why))? {
            let seal = reader.seal(start, &stated)?;
            return Ok((bundle, seal));
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    log: Option<String>,
    seq: Option<u64>,
}

impl<'a> Reader<'a> {
    /// The next line without its newline; none at the end.
    fn next(&mut self) -> Result<Option<&'a [u8]>, BundleFault> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        let end = rest
            .iter()
            .take(MAX_DOCUMENT_BYTES + 1)
            .position(|byte| *byte == b'\n');
        let end = end.ok_or_else(|| self.fault("line is not ended, or too long"))?;
        self.at += end + 1;
        Ok(Some(&rest[..end]))
    }

    /// Notes where the line is, for the fault it may hold.
    fn place(&mut self, bundle: &Bundle, line: &[u8]) {
        let entry = line.starts_with(BODY) || line.starts_with(HEADER_ALONE);
        let log = bundle.logs.last().filter(|_| bundle.contradictions.is_empty());
        self.log = log.map(|log| log.origin.to_string());
        let checkpoint = line.starts_with(b"{\"cosignatures\":");
        let open = log.filter(|log| entry || (log.checkpoints.is_empty() && !checkpoint));
        self.seq = open.map(|log| log.entries.len() as u64);
    }

    /// Whether the hash stated in the last line, which begins at `start`, holds.
    fn seal(&mut self, start: usize, stated: &[u8; 32]) -> Result<Result<(), BundleFault>, BundleFault> {
        (self.log, self.seq) = (None, None);
        if self.at < self.bytes.len() {
            return Err(self.fault("there is something after the hash"));
        }
        let holds = sha256(&[&self.bytes[..start]]) == *stated;
        Ok(if holds {
            Ok(())
        } else {
            Err(self.fault("the hash of the bundle does not hold: it was altered"))
        })
    }

    fn fault(&self, why: &str) -> BundleFault {
        BundleFault {
            line: self.line,
            log: self.log.clone(),
            seq: self.seq,
            why: why.to_owned(),
        }
    }
}

/// Adds one line to the bundle, or gives the hash stated in the last.
fn take_line(bundle: &mut Bundle, line: &[u8]) -> Outcome<Option<[u8; 32]>> {
    if line.starts_with(BODY) || line.starts_with(HEADER_ALONE) {
        let log = open_log(bundle)?;
        if !log.checkpoints.is_empty() {
            return Err("an entry after the checkpoints of its log".to_owned());
        }
        log.entries.push(entry(line)?);
        return Ok(None);
    }
    let mut fields = object(line)?;
    if let Some(stated) = fields.remove("sha256") {
        only(&fields)?;
        return hash(stated).map(Some);
    }
    if let Some(origin) = fields.remove("log") {
        let log = new_log(bundle, &text(origin)?)?;
        bundle.logs.push(log);
    } else if let Some(found) = fields.remove("contradiction") {
        let found = Contradiction::from_value(&found).map_err(|fault| fault.to_string())?;
        bundle.contradictions.push(found);
        at_most(bundle.contradictions.len(), MAX_CONTRADICTIONS, "contradictions")?;
    } else {
        let log = open_log(bundle)?;
        log.checkpoints.push(countersigned(&mut fields)?);
        at_most(log.checkpoints.len(), MAX_CHECKPOINTS, "checkpoints")?;
    }
    only(&fields)?;
    Ok(None)
}

fn open_log(bundle: &mut Bundle) -> Outcome<&mut Log> {
    if !bundle.contradictions.is_empty() {
        return Err("a line of a log after the contradictions".to_owned());
    }
    bundle
        .logs
        .last_mut()
        .ok_or_else(|| "a line of a log before the first log".to_owned())
}

fn new_log(bundle: &Bundle, origin: &str) -> Outcome<Log> {
    let origin = Origin::parse(origin).map_err(|fault| fault.to_string())?;
    if origin.line != bundle.manifest.line {
        return Err("a log of another line".to_owned());
    }
    let order = |origin: &Origin| (origin.epoch, origin.side.clone());
    if bundle
        .logs
        .last()
        .is_some_and(|last| order(&last.origin) >= order(&origin))
    {
        return Err("logs out of order".to_owned());
    }
    if !bundle.contradictions.is_empty() {
        return Err("a log after the contradictions".to_owned());
    }
    at_most(bundle.logs.len() + 1, MAX_LOGS, "logs")?;
    Ok(Log {
        origin,
        entries: Vec::new(),
        checkpoints: Vec::new(),
    })
}

fn entry(line: &[u8]) -> Outcome<Entry> {
    let malformed = || "entry is not body, header and salt, nor header alone".to_owned();
    let (header, opened) = match line.strip_prefix(BODY) {
        None => (
            line.strip_prefix(HEADER_ALONE)
                .and_then(|rest| rest.strip_suffix(b"}")),
            None,
        ),
        Some(rest) => {
            let (rest, tail) = rest.split_last_chunk::<SALT_TAIL>().ok_or_else(malformed)?;
            let salt = tail.strip_prefix(SALT).and_then(|tail| tail.strip_suffix(b"}"));
            let salt = salt.and_then(|salt| salt.strip_prefix(b"\"")?.strip_suffix(b"\""));
            let salt = salt.and_then(|salt| lower_hex(std::str::from_utf8(salt).ok()?));
            let salt = salt.ok_or_else(|| "salt is not 64 lower-case hexadecimal digits".to_owned())?;
            let border = rest.windows(HEADER.len()).rposition(|window| window == HEADER);
            let (body, header) = rest.split_at(border.ok_or_else(malformed)?);
            let opened = Opened {
                salt,
                body: body.to_vec(),
            };
            (Some(&header[HEADER.len()..]), Some(opened))
        }
    };
    let header = header.ok_or_else(malformed)?.to_vec();
    at_most(header.len(), MAX_HEADER_BYTES, "bytes in a header")?;
    at_most(
        opened.as_ref().map_or(0, |opened| opened.body.len()),
        MAX_BODY_BYTES,
        "bytes in a body",
    )?;
    Ok(Entry { header, opened })
}

fn countersigned(fields: &mut Fields) -> Outcome<Countersigned> {
    let note = text(take(fields, "note")?)?;
    let Value::Array(lines) = take(fields, "cosignatures")? else {
        return Err("cosignatures are not a list".to_owned());
    };
    at_most(lines.len(), MAX_COSIGNATURES, "cosignatures under one checkpoint")?;
    let cosignatures = lines.into_iter().map(text).collect::<Outcome<_>>()?;
    Ok(Countersigned { note, cosignatures })
}

fn manifest(line: &[u8]) -> Outcome<Manifest> {
    let mut fields = object(line)?;
    if take(&mut fields, "bundle")? != FORMAT {
        return Err(format!("not a bundle of format {FORMAT}"));
    }
    let line_id = text(take(&mut fields, "line")?)?;
    if !is_line_id(&line_id) {
        return Err("line id is not 1 to 64 of a-z 0-9 -".to_owned());
    }
    let mut parties = inner(take(&mut fields, "parties")?)?;
    let sides = [party(take(&mut parties, "a")?)?, party(take(&mut parties, "b")?)?];
    let witnesses = keys(take(&mut fields, "witnesses")?, is_witness)?;
    only(&parties)?;
    only(&fields)?;
    Ok(Manifest {
        line: line_id,
        sides,
        witnesses,
    })
}

/// Whether `name` may name a neutral witness: not with the prefix of the parties' own keys.
fn is_witness(name: &str) -> bool {
    is_key_name(name) && !name.starts_with("detente/")
}

fn party(value: Value) -> Outcome<PartyKeys> {
    let mut fields = inner(value)?;
    let party = text(take(&mut fields, "name")?)?;
    if party.is_empty() || party.len() > MAX_PARTY_BYTES || party.chars().any(char::is_control) {
        return Err(format!(
            "party name is not 1 to {MAX_PARTY_BYTES} printable bytes"
        ));
    }
    let (log, cosign) = (
        hash(take(&mut fields, "log")?)?,
        hash(take(&mut fields, "cosign")?)?,
    );
    let desks = keys(take(&mut fields, "desks")?, is_desk)?;
    only(&fields)?;
    Ok(PartyKeys {
        party,
        log,
        cosign,
        desks,
    })
}

fn keys(value: Value, is_name: impl Fn(&str) -> bool) -> Outcome<BTreeMap<String, [u8; 32]>> {
    let named = inner(value)?;
    at_most(named.len(), MAX_DESKS, "keys in one place of the manifest")?;
    let check = |(name, key): (String, Value)| match is_name(&name) {
        true => Ok((name, hash(key)?)),
        false => Err("a name in the manifest is not well formed".to_owned()),
    };
    named.into_iter().map(check).collect()
}

fn object(line: &[u8]) -> Outcome<Fields> {
    inner(parse_canonical(line).map_err(|fault| fault.to_string())?)
}

fn inner(value: Value) -> Outcome<Fields> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err("an object is needed here".to_owned()),
    }
}

fn take(fields: &mut Fields, key: &str) -> Outcome<Value> {
    fields.remove(key).ok_or_else(|| format!("\"{key}\" is missing"))
}

fn text(value: Value) -> Outcome<String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err("a text is needed here".to_owned()),
    }
}

fn hash(value: Value) -> Outcome<[u8; 32]> {
    lower_hex(&text(value)?).ok_or_else(|| "not 64 lower-case hexadecimal digits".to_owned())
}

fn only(fields: &Fields) -> Outcome<()> {
    // A key can be as long as a line: the reader of a report needs no more than its start.
    let shown = |key: &String| key.chars().take(MAX_NAME_BYTES).collect::<String>();
    fields
        .keys()
        .next()
        .map_or(Ok(()), |key| Err(format!("unknown field {:?}", shown(key))))
}

fn at_most(count: usize, limit: usize, of: &str) -> Outcome<()> {
    if count <= limit {
        Ok(())
    } else {
        Err(format!("over {limit} {of}"))
    }
}
