//! What the keys of the legend do to the selected item.

use super::{Effect, Mode, Model};
use crate::watch::deed::{Deed, STANDBY};
use crate::watch::detail::read_back_words;
use crate::watch::form::{Form, Purpose};
use crate::watch::handover;
use crate::watch::item::{Item, Kind};
use crate::watch::key::Key;
use crate::watch::queue::is_standing;
use accord::act::{Answer, StopAnswer, Urgency, VoiceAnswer};

impl Model {
    /// Acts on the selected item.
    pub(super) fn acts(&mut self, key: Key) -> Vec<Effect> {
        let effects = match key {
            Key::Char('k') => self.acknowledges(),
            Key::Char('h') => self.closes_hazard(),
            Key::Char('m') => self.writes_message(),
            Key::Char('v') => self.writes_voice(),
            Key::Char('H') => self.hands_over(),
            Key::Char('t') => self.tells(),
            Key::Enter | Key::Char('o') => self.opens(key),
            Key::Char(c @ ('r' | 'n' | 'c' | 'x' | 's' | 'u')) => self.answers(c),
            _ => Err("no such key here; ? shows all keys".to_owned()),
        };
        effects.unwrap_or_else(|why| {
            self.complain(why);
            Vec::new()
        })
    }

    /// The item that the selected row is about.
    fn matter(&self) -> Result<Item, String> {
        let item = self
            .selected()
            .ok_or("nothing is selected; choose with the arrow keys")?;
        let picture = self
            .picture
            .as_ref()
            .ok_or("nothing was read from the node yet")?;
        picture
            .subject(item)
            .ok_or_else(|| "this alarm is about no item that could be answered".to_owned())
    }

    /// The line that a message or a call is for: of the selected item, or the only one.
    fn line(&self) -> Result<(String, bool), String> {
        let picture = self
            .picture
            .as_ref()
            .ok_or("nothing was read from the node yet")?;
        let selected = self.selected();
        let drill = selected.is_some_and(|item| picture.is_drill(item));
        let of_item = selected.and_then(|item| picture.line_of(item));
        let only = || match picture.pulse.lines.as_slice() {
            [line] => Some(line.line.clone()),
            _ => None,
        };
        let line = of_item
            .or_else(only)
            .ok_or("which line? Select an item of that line")?;
        Ok((line, drill))
    }

    fn acknowledges(&mut self) -> Result<Vec<Effect>, String> {
        match self.selected() {
            Some(item) if item.kind == Kind::Alarm => {
                let deed = Deed::ack(&item.id);
                Ok(self.send(deed))
            }
            _ => Err("this is no alarm; there is nothing to acknowledge".to_owned()),
        }
    }

    /// The only place where OPENED comes from.
    fn opens(&mut self, key: Key) -> Result<Vec<Effect>, String> {
        let selected = self.selected().cloned();
        let unopened = self.matter().ok().filter(|item| self.is_unopened(item));
        match unopened {
            Some(item) => {
                let version = self
                    .picture
                    .as_ref()
                    .and_then(|picture| picture.notice(&item))
                    .map(|n| n.current.version);
                self.opened.extend(version.map(|version| (item.clone(), version)));
                Ok(self.send(Deed::open(&item)))
            }
            None if key == Key::Enter && selected.is_some() => {
                self.wide = !self.wide;
                Ok(Vec::new())
            }
            None if selected.is_some() => Err("nothing here waits to be opened".to_owned()),
            None => Err("nothing is selected; choose with the arrow keys".to_owned()),
        }
    }

    fn is_unopened(&self, item: &Item) -> bool {
        let notice = self.picture.as_ref().and_then(|picture| picture.notice(item));
        item.of_peer && notice.is_some_and(|notice| notice.current.opened.is_none())
    }

    fn answers(&mut self, key: char) -> Result<Vec<Effect>, String> {
        let item = self.matter()?;
        if !item.of_peer {
            return Err("this is our own statement; the peer answers it".to_owned());
        }
        match item.kind {
            Kind::Notice => self.answers_notice(item, key),
            Kind::Stop => self.answers_stop(&item, key),
            Kind::Message => self.answers_message(&item, key),
            Kind::Voice => self.answers_voice(item, key),
            Kind::Hazard => Err("a hazard is not answered: tell your traffic; h closes it".to_owned()),
            Kind::Alarm => Err("this alarm is about no item that could be answered".to_owned()),
        }
    }

    fn answers_notice(&mut self, item: Item, key: char) -> Result<Vec<Effect>, String> {
        if self.is_unopened(&item) && !self.opened_here(&item) {
            return Err("NOT OPENED: open it with o before you answer it".to_owned());
        }
        let notice = self.picture.as_ref().and_then(|picture| picture.notice(&item));
        let notice = notice.ok_or("this notice is over; nothing more can be stated of it")?;
        let protected = notice.protected;
        let read_back = (read_back_words(notice), notice.check_words.join(" "));
        let asks = |answer, title: &str, item| Form::new(Purpose::Answer { item, answer }, title, "");
        match (key, protected) {
            ('n', _) => Ok(self.send(Deed::answer(&item, Answer::Noted, ""))),
            ('s', _) => Ok(self.send(Deed::answer(&item, Answer::Standby, ""))),
            ('c', false) => Ok(self.send(Deed::answer(&item, Answer::NoConflictKnown, ""))),
            ('c', true) => Err("PROTECTED: no agreement is asked; n NOTED, x PROBLEM REPORTED".to_owned()),
            ('x', false) => self.writes(asks(Answer::Object, "OBJECT because", item)),
            ('x', true) => self.writes(asks(
                Answer::ProblemReported,
                "PROBLEM (route, time, danger)",
                item,
            )),
            ('u', _) => self.writes(asks(Answer::Unable, "UNABLE because (may be empty)", item)),
            ('r', _) => {
                let (words, check) = read_back;
                let title = format!("READ BACK (check words {check} go with it)");
                self.writes(Form::new(Purpose::ReadBack { item, check }, title, words))
            }
            _ => Err("no such answer to a notice".to_owned()),
        }
    }

    fn answers_stop(&mut self, item: &Item, key: char) -> Result<Vec<Effect>, String> {
        let answer = match key {
            's' => StopAnswer::UnderstoodStopping,
            'u' => StopAnswer::Unable,
            'x' => StopAnswer::NotOurs,
            _ => return Err("a stop is answered s UNDERSTOOD-STOPPING, u UNABLE or x NOT OURS".to_owned()),
        };
        Ok(self.send(Deed::answer_stop(item, answer)))
    }

    fn answers_message(&mut self, item: &Item, key: char) -> Result<Vec<Effect>, String> {
        let text = match key {
            'n' => "ROGER",
            's' => STANDBY,
            'u' => "UNABLE",
            _ => return Err("a message is answered n ROGER, s STANDBY, u UNABLE, or m in words".to_owned()),
        };
        let drill = self
            .picture
            .as_ref()
            .is_some_and(|picture| picture.is_drill(item));
        Ok(self.send(Deed::say(
            &item.line,
            Some(item.id.clone()),
            Urgency::Normal,
            text,
            drill,
        )))
    }

    fn answers_voice(&mut self, item: Item, key: char) -> Result<Vec<Effect>, String> {
        match key {
            'c' => Ok(self.send(Deed::answer_voice(&item, VoiceAnswer::Confirmed, ""))),
            'u' => Ok(self.send(Deed::answer_voice(&item, VoiceAnswer::NotHeard, ""))),
            'x' => self.writes(Form::new(Purpose::Dispute { item }, "DISPUTED: it was", "")),
            _ => Err("an account is answered c CONFIRMED, x DISPUTED or u NOT HEARD".to_owned()),
        }
    }

    fn closes_hazard(&mut self) -> Result<Vec<Effect>, String> {
        let item = self.matter()?;
        let picture = self
            .picture
            .as_ref()
            .ok_or("nothing was read from the node yet")?;
        let hazard = match picture.notice(&item) {
            Some(notice) => picture.hazards_of(notice).find(|hazard| is_standing(hazard)),
            None => picture.hazard(&item).filter(|hazard| is_standing(hazard)),
        };
        let item = hazard
            .map(Item::hazard)
            .ok_or("here is no hazard of the peer that your desk could close")?;
        let title = format!(
            "CLOSE hazard {} for own traffic: your desk knows because",
            item.id
        );
        self.writes(Form::new(Purpose::Close { item }, title, ""))
    }

    fn writes_message(&mut self) -> Result<Vec<Effect>, String> {
        let (line, drill) = self.line()?;
        let to_answer = self
            .matter()
            .ok()
            .filter(|item| item.kind == Kind::Message && item.of_peer);
        let answers = to_answer.map(|item| item.id);
        let title = format!(
            "{} on {line} (! urgent, !! distress)",
            if answers.is_some() { "REPLY" } else { "MESSAGE" }
        );
        self.writes(Form::new(Purpose::Message { line, answers, drill }, title, ""))
    }

    fn writes_voice(&mut self) -> Result<Vec<Effect>, String> {
        let (line, drill) = self.line()?;
        let title = format!("VOICE LOG on {line}: words as heard (-5m WORDS: five minutes ago)");
        self.writes(Form::new(Purpose::Voice { line, drill }, title, ""))
    }

    fn tells(&mut self) -> Result<Vec<Effect>, String> {
        let item = self.matter()?;
        if item.kind != Kind::Notice || !item.of_peer {
            return Err("t records who was told of a notice of the peer".to_owned());
        }
        self.writes(Form::new(Purpose::Told { item }, "TOLD to (units, consoles)", ""))
    }

    fn hands_over(&mut self) -> Result<Vec<Effect>, String> {
        let picture = self
            .picture
            .as_ref()
            .ok_or("nothing was read from the node yet")?;
        let open = handover::figures(picture, &self.desk);
        self.scroll = 0;
        self.writes(Form::new(
            Purpose::HandOver { open },
            "HAND OVER to (who, what is open)",
            "",
        ))
    }

    fn writes(&mut self, form: Form) -> Result<Vec<Effect>, String> {
        self.mode = Mode::Writing(form);
        Ok(Vec::new())
    }
}
