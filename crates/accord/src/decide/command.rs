//! Commands of desks: who may give which, and where each is decided.

use crate::command::{Command as C, Officer, Role};
use crate::decide::answer::Answering;
use crate::decide::case::Case;
use crate::decide::give::Telling;
use crate::decide::shape;
use crate::decide::talk::{Call, Saying};
use crate::event::{Event, Timer};
use crate::ids::{AlarmId, Desk};
use crate::limits::{MAX_SHELF_US, SECOND_US};
use crate::mind::ZoneBook;
use crate::outcome::Note;
use crate::picture::Track;
use crate::refusal::Refusal;
use crate::time::Deadline;

impl Case<'_> {
    /// Decides a command.
    pub(crate) fn command(&mut self, officer: &Officer, command: &C) -> Result<(), Refusal> {
        let desk = &officer.desk;
        may(officer.role, command)?;
        match command {
            C::Notify {
                operation,
                line,
                level,
                words,
                confirmed,
            } => {
                let telling = Telling {
                    line,
                    level: *level,
                    words,
                    confirmed: *confirmed,
                };
                self.notify(desk, operation, &telling)
            }
            C::Amend {
                notice,
                line,
                level,
                words,
                confirmed,
            } => {
                let telling = Telling {
                    line,
                    level: *level,
                    words,
                    confirmed: *confirmed,
                };
                self.amend(desk, notice, &telling)
            }
            C::Withdraw { notice, line, words } => self.withdraw(desk, line, notice, words),
            C::Activate { notice, line } => self.activate(desk, line, notice),
            C::AllClear { notice, line } => self.all_clear(desk, line, notice),
            C::End { notice, line } => self.end(desk, line, notice),
            C::Proceed { notice, line, words } => self.proceed(desk, line, notice, words),
            _ => self.command_on_peers(desk, command),
        }
    }

    fn command_on_peers(&mut self, desk: &Desk, command: &C) -> Result<(), Refusal> {
        match command {
            C::Open { notice, line } => self.open(desk, line, notice),
            C::ReadBack {
                notice,
                line,
                words,
                check,
            } => self.read_back(desk, line, notice, words, check),
            C::Answer {
                notice,
                line,
                answer,
                words,
                counter,
                confirmed,
            } => {
                let answering = Answering {
                    answer: *answer,
                    words,
                    counter,
                    confirmed: *confirmed,
                };
                self.answer(desk, line, notice, &answering)
            }
            C::Told { notice, line, to } => self.told(desk, line, notice, to),
            C::WarnHazard { line, hazard, drill } => self.warn_hazard(desk, line, hazard, *drill),
            C::HazardOver { line, hazard } => self.hazard_over(desk, line, hazard),
            C::CloseHazard { line, hazard, words } => self.close_hazard(desk, line, hazard, words),
            C::Cease { line, place, drill } => self.stop_there(desk, line, place, false, *drill),
            C::CheckFire { line, place, drill } => self.stop_there(desk, line, place, true, *drill),
            C::AnswerStop {
                line,
                stop,
                answer,
                words,
            } => self.answer_stop(desk, line, stop, *answer, words),
            _ => self.command_to_talk(desk, command),
        }
    }

    fn command_to_talk(&mut self, desk: &Desk, command: &C) -> Result<(), Refusal> {
        match command {
            C::Say {
                line,
                answers,
                urgency,
                response,
                closes,
                text,
                drill,
            } => {
                let (urgency, response, closes, drill) = (*urgency, *response, *closes, *drill);
                let saying = Saying {
                    answers: answers.as_ref(),
                    urgency,
                    response,
                    closes,
                    text,
                    drill,
                };
                self.say(desk, line, &saying)
            }
            C::LogVoice {
                line,
                heard_at_us,
                words,
                tape_sha256,
                drill,
            } => {
                let (heard_at_us, tape_sha256) = (*heard_at_us, tape_sha256.as_ref());
                self.log_voice(
                    desk,
                    line,
                    &Call {
                        heard_at_us,
                        words,
                        tape_sha256,
                        drill: *drill,
                    },
                )
            }
            C::AnswerVoice {
                line,
                voice,
                answer,
                words,
            } => self.answer_voice(desk, line, voice, *answer, words),
            C::SignTerms { line, terms } => self.sign_terms(desk, line, terms),
            C::ConfirmWords { line, words } => self.confirm_words(desk, line, words),
            C::AckAlarm { alarm } => self.ack(desk, alarm),
            C::ShelveAlarm { alarm, for_us, why } => self.shelve(desk, alarm, *for_us, why),
            C::HandOver { words } => self.hand_over(desk, words),
            _ => self.command_on_books(command),
        }
    }

    fn command_on_books(&mut self, command: &C) -> Result<(), Refusal> {
        match command {
            C::Plan(draft) => self.plan(draft),
            C::Replan { operation, draft } => self.replan(operation, draft),
            C::Scrap { operation } => self.scrap(operation),
            C::Contingent { operation } => self.contingent(operation),
            C::AddZone {
                name,
                kind,
                volumes,
                separation,
                drill,
            } => self.add_zone(ZoneBook {
                name: name.clone(),
                kind: *kind,
                volumes: volumes.clone(),
                separation: *separation,
                drill: *drill,
            }),
            C::RemoveZone { zone } => self.remove_zone(zone),
            C::AddPeople {
                name,
                count,
                volumes,
                drill,
            } => self.add_people(name, *count, volumes, *drill),
            C::RemovePeople { people } => self.remove_people(people),
            C::DeclarePosition {
                track,
                name,
                at,
                altitude,
                seen_at_us,
                speed_mm_s,
                aboard,
                drill,
            } => {
                let (at, altitude, seen_at_us) = (*at, *altitude, *seen_at_us);
                let (speed_mm_s, aboard, drill) = (*speed_mm_s, *aboard, *drill);
                self.set_track(
                    track,
                    name,
                    Track {
                        at,
                        altitude,
                        seen_at_us,
                        speed_mm_s,
                        aboard,
                        drill,
                    },
                )
            }
            C::DropTrack { track } => self.drop_track(track),
            _ => unreachable!("every other command is taken by the functions before this one"),
        }
    }

    fn ack(&mut self, desk: &Desk, id: &AlarmId) -> Result<(), Refusal> {
        let alarm = self
            .mind
            .alarms
            .live
            .get(id)
            .ok_or_else(|| Refusal::NoSuchAlarm(id.clone()))?;
        if alarm.acked.is_some() {
            self.note(Note::AlreadySo);
            return Ok(());
        }
        self.stop(Timer::Escalate { alarm: id.clone() });
        self.stop(Timer::Shelf { alarm: id.clone() });
        self.push(Event::AlarmAcked {
            id: id.clone(),
            desk: desk.clone(),
            at_us: self.now.wall_us,
        });
        Ok(())
    }

    fn shelve(&mut self, desk: &Desk, id: &AlarmId, for_us: i64, why: &str) -> Result<(), Refusal> {
        shape::some_text("why", why)?;
        shape::within("for_us", for_us, SECOND_US, MAX_SHELF_US)?;
        self.mind
            .alarms
            .live
            .get(id)
            .ok_or_else(|| Refusal::NoSuchAlarm(id.clone()))?;
        let until = Deadline::after(self.now, for_us);
        self.start(Timer::Shelf { alarm: id.clone() }, for_us);
        self.stop(Timer::Escalate { alarm: id.clone() });
        let shelf = crate::alarm::Shelf {
            desk: desk.clone(),
            why: why.to_owned(),
            until,
        };
        self.push(Event::AlarmShelved {
            id: id.clone(),
            shelf,
        });
        Ok(())
    }

    fn hand_over(&mut self, desk: &Desk, words: &str) -> Result<(), Refusal> {
        shape::some_text("words", words)?;
        let (words, at_us) = (words.to_owned(), self.now.wall_us);
        self.push(Event::HandedOver {
            desk: desk.clone(),
            words,
            at_us,
        });
        Ok(())
    }
}

/// Who may give which command. An admin keeps the books and is no desk.
fn may(role: Role, command: &C) -> Result<(), Refusal> {
    match command {
        C::SignTerms { .. } | C::Proceed { .. } => shape::desk(role, Role::Commander),
        C::Plan(_) | C::Replan { .. } | C::Scrap { .. } | C::Contingent { .. } => shape::keeper(role),
        C::AddZone { .. } | C::RemoveZone { .. } => shape::keeper(role),
        C::AddPeople { .. } | C::RemovePeople { .. } => shape::keeper(role),
        C::DeclarePosition { .. } | C::DropTrack { .. } => shape::keeper(role),
        _ => shape::desk(role, Role::Watch),
    }
}
