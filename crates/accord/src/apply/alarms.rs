//! Alarms.

use crate::alarm::Alarm;
use crate::event::Event;
use crate::ids::AlarmId;
use crate::mind::Mind;
use crate::time::Now;

/// Takes a fact about an alarm.
pub(super) fn alarm(mind: &mut Mind, now: Now, event: &Event) {
    let alarms = &mut mind.alarms;
    match event {
        Event::AlarmRaised { alarm } => alarms.insert(alarm.clone()),
        Event::AlarmAgain {
            id,
            kind,
            deadline,
            act_by_us,
            at_us,
            anew,
        } => {
            alarms.change(id, |alarm| {
                alarm.kind = kind.clone();
                alarm.deadline = deadline.or(alarm.deadline);
                alarm.act_by_us = *act_by_us;
                if *anew {
                    raised_anew(alarm);
                }
            });
            if *anew {
                alarms.count(*at_us);
            }
        }
        Event::AlarmReturned { id, at_us } => {
            alarms.change(id, |alarm| alarm.active = false);
            clear_if_over(mind, id, *at_us);
        }
        Event::AlarmAcked { id, desk, at_us } => {
            alarms.change(id, |alarm| {
                alarm.acked = Some((desk.clone(), *at_us));
                alarm.shelf = None;
            });
            clear_if_over(mind, id, *at_us);
        }
        Event::AlarmShelved { id, shelf } => alarms.change(id, |alarm| alarm.shelf = Some(shelf.clone())),
        Event::AlarmUnshelved { id } => alarms.change(id, |alarm| {
            alarm.shelf = None;
            alarm.acked = None;
        }),
        Event::AlarmEscalated { id, desk } => alarms.change(id, |alarm| {
            alarm.desk = desk.clone();
            alarm.escalated += 1;
        }),
        Event::AlarmCounted { .. } => {
            alarms.not_listed += 1;
            alarms.count(now.wall_us);
        }
        _ => {}
    }
}

fn raised_anew(alarm: &mut Alarm) {
    alarm.again += 1;
    alarm.active = true;
    alarm.acked = None;
    alarm.shelf = None;
}

/// An acknowledged alarm leaves the queue when its condition is over.
fn clear_if_over(mind: &mut Mind, id: &AlarmId, at_us: i64) {
    let Some(alarm) = mind.alarms.live.get(id) else {
        return;
    };
    let over = alarm.acked.is_some() && (!alarm.active || alarm.kind.is_momentary());
    if over {
        if matches!(alarm.kind, crate::alarm::AlarmKind::Flood { .. }) {
            mind.alarms.not_listed = 0;
        }
        mind.alarms.clear(id, at_us);
    }
}
