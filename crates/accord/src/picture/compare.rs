//! A subject against the own things.

use super::shapes;
use super::{Group, Key, LayerKey, Picture, RedLine, Shape, Side, Thing};
use crate::act::{Class, Hazard, HazardKind};
use crate::command::{OperationDraft, ZoneKind};
use crate::findings::{Against, Finding, FindingKind, Findings, Part, Subject};
use crate::limits::{LOOKAHEAD_US, MAX_CHECKS, MAX_FINDINGS, REACTION_US, UNKNOWN_AHEAD_US};
use crate::separation;
use crate::terms::Terms;
use crate::time::Now;
use geo4d::{Fault, Prepared, Separation, Volume, VolumeSpec, Window};
use std::collections::BTreeMap;

pub(super) fn findings(
    picture: &Picture,
    now: Now,
    subject: &Subject<'_>,
    terms: Option<&Terms>,
) -> Findings {
    let (probes, faults) = probes(now, subject);
    let mut found = Found {
        recheck_us: unknown_recheck_us(now, subject),
        ..Found::default()
    };
    let mut pairs = pairs(picture, subject.drill, &probes, terms);
    let unchecked = pairs.len().saturating_sub(MAX_CHECKS) as u64;
    pairs.truncate(MAX_CHECKS);
    for pair in &pairs {
        check_pair(picture, pair, &mut found);
    }
    for probe in &probes {
        check_tracks(picture, (probe, subject.drill), now, terms, &mut found);
    }
    found.into_findings(unchecked, faults)
}

pub(super) fn red_lines(picture: &Picture, draft: &OperationDraft) -> Vec<RedLine> {
    let mut crossed = BTreeMap::new();
    let bodies = if draft.drill {
        Vec::new()
    } else {
        dangers_of(draft)
    };
    for body in bodies {
        let zones = |key: &LayerKey| (key.group == Group::Zone).then(|| key.rule.against(None, draft.class));
        for (against, number, separation) in candidates(picture, false, &body, zones) {
            let (_, shape) = picture.shape(&against, number);
            let Against::Zone(zone) = against else { continue };
            if shape.side != Side::Zone(ZoneKind::RedLine) || crossed.contains_key(&zone) {
                continue;
            }
            if let Some(witness) = shape.body.conflict(&body, &separation) {
                crossed.insert(zone, witness);
            }
        }
    }
    crossed
        .into_iter()
        .map(|(zone, witness)| RedLine { zone, witness })
        .collect()
}

/// The volumes of a draft, and where what it releases or breaks may fall.
fn dangers_of(draft: &OperationDraft) -> Vec<Prepared> {
    let releases = draft.class == Class::Hazard;
    let volumes = draft.volumes.iter().map(|volume| (volume, releases));
    let hazards = draft
        .hazards
        .iter()
        .map(|hazard| (&hazard.volume, hazard.kind == HazardKind::Debris));
    let valid = volumes
        .chain(hazards)
        .filter_map(|(spec, falls)| Some((spec.check().ok()?, falls)));
    valid
        .map(|(volume, falls)| {
            Prepared::new(&if falls {
                shapes::with_all_below(&volume)
            } else {
                volume
            })
        })
        .collect()
}

/// A part of the subject as it is compared.
struct Probe {
    part: Part,
    class: Class,
    /// As stated; a hazard lasts on as UNKNOWN.
    stated: Prepared,
    /// Where people and aircraft are exposed to it; `None` when it is no danger.
    danger: Option<Prepared>,
}

impl Probe {
    fn of_volume(index: usize, class: Class, volume: &Volume) -> Self {
        let danger = (class == Class::Hazard).then(|| Prepared::new(&shapes::with_all_below(volume)));
        let part = Part::Volume(index as u32);
        Probe {
            part,
            class,
            stated: Prepared::new(volume),
            danger,
        }
    }

    fn of_hazard(hazard: &Hazard, volume: &Volume, now: Now) -> Self {
        let lasting = shapes::lasting_until(volume, unknown_until_us(&hazard.volume.window, now));
        let falls = hazard.kind == HazardKind::Debris;
        let danger = if falls {
            shapes::with_all_below(&lasting)
        } else {
            lasting.clone()
        };
        Probe {
            part: Part::Hazard(hazard.id.clone()),
            class: Class::Hazard,
            stated: Prepared::new(&lasting),
            danger: Some(Prepared::new(&danger)),
        }
    }

    /// The larger of the two.
    fn widest(&self) -> &Prepared {
        self.danger.as_ref().unwrap_or(&self.stated)
    }

    fn is_hazard(&self) -> bool {
        matches!(self.part, Part::Hazard(_))
    }

    /// What may be the matter between this part and a shape on `side`, and which of the
    /// two bodies says so.
    fn matters(&self, side: Side) -> impl Iterator<Item = (FindingKind, &Prepared)> {
        let conflict = matches!(side, Side::Flight | Side::Danger) && !self.is_hazard();
        let broken = matches!(side, Side::Zone(kind) if breaks(kind, self));
        let people = matches!(
            side,
            Side::Flight | Side::People | Side::Zone(ZoneKind::Protected)
        );
        let exposed = self.danger.as_ref().filter(|_| people);
        [
            exposed.map(|danger| (FindingKind::Exposure, danger)),
            conflict.then_some((FindingKind::Conflict, &self.stated)),
            broken.then_some((FindingKind::ZoneBroken, &self.stated)),
        ]
        .into_iter()
        .flatten()
    }
}

/// Whether a zone of `kind` is broken by such a part. Rescue and relief break nothing, yet
/// a desk must hear when they come near its own dangers; and a hazard breaks only what is
/// to be kept free of danger.
fn breaks(kind: ZoneKind, probe: &Probe) -> bool {
    let own_danger = matches!(kind, ZoneKind::Danger | ZoneKind::AirDefence);
    match probe.class {
        _ if probe.is_hazard() => !own_danger && kind != ZoneKind::Caution,
        Class::Rescue | Class::Humanitarian => own_danger,
        _ => true,
    }
}

fn unknown_until_us(window: &Window, now: Now) -> i64 {
    window.end_us.max(now.wall_us).saturating_add(UNKNOWN_AHEAD_US)
}

/// When half of the time ahead is used up for the first hazard.
fn unknown_recheck_us(now: Now, subject: &Subject<'_>) -> Option<i64> {
    let until = subject
        .hazards
        .iter()
        .map(|hazard| unknown_until_us(&hazard.volume.window, now));
    until
        .min()
        .map(|until_us| until_us.saturating_sub(UNKNOWN_AHEAD_US / 2))
}

fn probes(now: Now, subject: &Subject<'_>) -> (Vec<Probe>, Vec<Fault>) {
    let (mut probes, mut faults) = (Vec::new(), Vec::new());
    let mut take = |spec: &VolumeSpec, place: String, probe: &dyn Fn(&Volume) -> Probe| match spec.check() {
        Ok(volume) => probes.push(probe(&volume)),
        Err(found) => faults.extend(found.into_iter().map(|fault| shapes::within(&place, fault))),
    };
    for (i, spec) in subject.volumes.iter().enumerate() {
        take(spec, format!("/volumes/{i}"), &|volume| {
            Probe::of_volume(i, subject.class, volume)
        });
    }
    for (i, hazard) in subject.hazards.iter().enumerate() {
        take(&hazard.volume, format!("/hazards/{i}/volume"), &|volume| {
            Probe::of_hazard(hazard, volume, now)
        });
    }
    (probes, faults)
}

/// A part near a shape.
struct Pair<'a> {
    together: Window,
    probe: &'a Probe,
    key: Key,
    separation: Separation,
}

/// All pairs near enough to look at, soonest first.
fn pairs<'a>(picture: &Picture, drill: bool, probes: &'a [Probe], terms: Option<&Terms>) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for probe in probes {
        let body = probe.widest();
        let near = candidates(picture, drill, body, |key| {
            Some(key.rule.against(terms, probe.class))
        });
        for (against, number, separation) in near {
            let (_, shape) = picture.shape(&against, number);
            if probe.matters(shape.side).next().is_some() {
                let together = together(shape.body.volume(), body.volume(), separation.time_us);
                pairs.push(Pair {
                    together,
                    probe,
                    key: (against, number),
                    separation,
                });
            }
        }
    }
    pairs.sort_by(|a, b| {
        let order = |pair: &Pair<'_>| pair.together.start_us;
        order(a)
            .cmp(&order(b))
            .then_with(|| a.probe.part.cmp(&b.probe.part))
            .then_with(|| a.key.cmp(&b.key))
    });
    pairs
}

/// Shapes that may lie within the separation that `figure` gives for their layer; layers
/// without one are passed over.
fn candidates(
    picture: &Picture,
    drill: bool,
    body: &Prepared,
    figure: impl Fn(&LayerKey) -> Option<Separation>,
) -> Vec<(Against, u32, Separation)> {
    let mut near = Vec::new();
    for (key, layer) in picture.layers.iter().filter(|(key, _)| key.drill == drill) {
        let Some(separation) = figure(key) else { continue };
        let found = layer.query_prepared(body, &separation);
        near.extend(
            found
                .into_iter()
                .map(|(against, number)| (against, number, separation)),
        );
    }
    near
}

/// When an own shape is there while the other is, or is within `time_us` of being.
fn together(own: &Volume, other: &Volume, time_us: i64) -> Window {
    let (own, other) = (own.window(), other.window());
    Window {
        start_us: own.start_us.max(other.start_us.saturating_sub(time_us)),
        end_us: own.end_us.min(other.end_us.saturating_add(time_us)),
    }
}

fn check_pair(picture: &Picture, pair: &Pair<'_>, found: &mut Found) {
    let (thing, shape) = picture.shape(&pair.key.0, pair.key.1);
    for (kind, body) in pair.probe.matters(shape.side) {
        let Some(witness) = shape.body.conflict(body, &pair.separation) else {
            continue;
        };
        found.add(Finding {
            part: pair.probe.part.clone(),
            against: pair.key.0.clone(),
            kind,
            witness,
            first_us: pair.together.start_us,
            last_us: pair.together.end_us,
            act_by_us: pair.together.start_us.saturating_sub(thing.reaction_us),
            aboard: thing.aboard,
        });
    }
}

/// Aircraft are followed for [`LOOKAHEAD_US`] only: of a danger that begins later than
/// that, when to look again.
fn check_tracks(
    picture: &Picture,
    (probe, drill): (&Probe, bool),
    now: Now,
    terms: Option<&Terms>,
    found: &mut Found,
) {
    let Some(danger) = probe.danger.as_ref().filter(|_| !picture.tracks.is_empty()) else {
        return;
    };
    let required = separation::required(terms, probe.class, Class::Transit);
    let until_us = now.wall_us.saturating_add(LOOKAHEAD_US);
    let opens_us = danger.volume().window().start_us.saturating_sub(required.time_us);
    if opens_us > until_us {
        return found.recheck_at(opens_us.saturating_sub(LOOKAHEAD_US));
    }
    let near = picture.reach.query_prepared(danger, &required);
    for id in near.iter().chain(&picture.anywhere) {
        let track = picture.tracks.get(id).expect("what is indexed is on file");
        let alike = Some(track).filter(|track| track.drill == drill);
        let Some(meeting) = alike.and_then(|track| track.meets(danger, &required, now.wall_us)) else {
            continue;
        };
        if meeting.first_us > until_us {
            found.recheck_at(meeting.first_us.saturating_sub(LOOKAHEAD_US));
            continue;
        }
        found.add(Finding {
            part: probe.part.clone(),
            against: Against::Track(id.clone()),
            kind: FindingKind::Exposure,
            witness: meeting.witness,
            first_us: meeting.first_us,
            last_us: meeting.last_us,
            act_by_us: meeting.first_us.saturating_sub(REACTION_US).max(now.wall_us),
            aboard: track.aboard,
        });
    }
}

/// Rows as they are found, one for each part, thing and matter.
#[derive(Default)]
struct Found {
    rows: BTreeMap<(Part, Against, FindingKind), Finding>,
    recheck_us: Option<i64>,
}

impl Found {
    /// Of several volumes of one thing, the row keeps the witness of those that meet first.
    fn add(&mut self, new: Finding) {
        let key = (new.part.clone(), new.against.clone(), new.kind);
        let row = self.rows.entry(key).or_insert_with(|| new.clone());
        if new.first_us < row.first_us {
            row.witness = new.witness;
        }
        row.first_us = row.first_us.min(new.first_us);
        row.last_us = row.last_us.max(new.last_us);
        row.act_by_us = row.act_by_us.min(new.act_by_us);
    }

    fn recheck_at(&mut self, at_us: i64) {
        self.recheck_us = Some(self.recheck_us.map_or(at_us, |other_us| other_us.min(at_us)));
    }

    fn into_findings(self, unchecked: u64, faults: Vec<Fault>) -> Findings {
        let mut rows: Vec<Finding> = self.rows.into_values().collect();
        // Stable: rows that are due together stay by part, thing and matter.
        rows.sort_by_key(|row| row.act_by_us);
        let more = rows.len().saturating_sub(MAX_FINDINGS) as u64;
        rows.truncate(MAX_FINDINGS);
        Findings {
            rows,
            more,
            unchecked,
            faults,
            recheck_us: self.recheck_us,
        }
    }
}

impl Picture {
    fn shape(&self, against: &Against, number: u32) -> (&Thing, &Shape) {
        let thing = self.things.get(against).expect("what is indexed is on file");
        (thing, thing.shapes.get(&number).expect("each of its shapes is"))
    }
}
