//! The edge: terminal, clocks, threads. Carries events to the state and effects from it.

use super::deed::Deed;
use super::key::Key;
use super::picture::Books;
use super::read;
use super::render::draw;
use super::state::{Effect, Event, Lost, Model};
use crate::client::{Client, Fault, Who};
use crate::config::Config;
use crate::dir::NodeDir;
use crate::failed::Failed;
use crate::limits::WATCH_GRACE;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::io::{IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};

/// Longest wait for a key before clocks and answers are looked at.
const TURN: Duration = Duration::from_millis(100);
/// Pause between two pictures, for the clocks.
const POLL: Duration = Duration::from_secs(1);
/// Shortest pause between two pictures, however many events come.
const CALM: Duration = Duration::from_millis(250);
/// Pictures after which everything is read anew, whatever the events said.
const WHOLE_EVERY: u32 = 10;
/// Pause between two strokes of the bell.
const STROKE: Duration = Duration::from_millis(220);

/// What the thread that reads is told.
enum Wake {
    /// Something happened on the node.
    Changed,
    /// Whether the stream of events stands.
    Stream(bool),
}

/// A way to the node that is found anew when the node comes back elsewhere.
#[derive(Clone)]
struct Road {
    dir: NodeDir,
    who: Who,
}

/// Runs the watch until the officer leaves.
///
/// # Errors
/// No terminal, no such node, no token of that desk.
pub fn watch(dir: &NodeDir, desk: Option<&str>) -> Result<(), Failed> {
    if !std::io::stdout().is_terminal() {
        return Err(Failed::usage(
            "watch needs a terminal. For lists: detente inbox, detente alarms",
        ));
    }
    let desk = match desk {
        Some(desk) => desk.to_owned(),
        None => Config::load(dir)?
            .desk_names()
            .first()
            .map_or_else(String::new, |desk| desk.0.clone()),
    };
    let road = Road {
        dir: dir.clone(),
        who: Who::Desk(Some(desk.clone())),
    };
    road.client()?;
    let (events, inbox) = channel();
    let (wake, woken) = channel();
    start(&road, &events, &wake, woken)?;
    // From here on a panic restores the terminal before it is told.
    let mut terminal = ratatui::try_init()
        .map_err(|why| Failed::usage(format_args!("this terminal cannot be used: {why}")))?;
    let left = Screen::new(Model::new(desk), road, events, wake).run(&mut terminal, &inbox);
    ratatui::restore();
    left.map_err(|why| Failed::internal(format_args!("the terminal failed: {why}")))
}

fn start(
    road: &Road,
    events: &Sender<Event>,
    wake: &Sender<Wake>,
    woken: Receiver<Wake>,
) -> Result<(), Failed> {
    let told = events.clone();
    spawn("watch-signals", move || until_ended(&told))?;
    let (reader, events) = (road.clone(), events.clone());
    spawn("watch-read", move || keep_reading(&reader, &events, &woken))?;
    let (listener, wake) = (road.clone(), wake.clone());
    spawn("watch-events", move || keep_listening(&listener, &wake))
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Failed> {
    let started = thread::Builder::new().name(name.to_owned()).spawn(run);
    started
        .map(|_| ())
        .map_err(|why| Failed::internal(format_args!("no thread: {why}")))
}

/// Waits for the system to end the program, so that the terminal is left in order, or for the
/// terminal to go. Then waiting for keys may never come back, and the program ends without it.
fn until_ended(events: &Sender<Event>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return;
    };
    let heard = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = hang_up.recv() => break,
                () = tokio::time::sleep(WATCH_GRACE) => {}
            }
            if !std::io::stdin().is_terminal() {
                break; // with or without a signal: nobody looks any more
            }
        }
        std::io::Result::Ok(())
    });
    if heard.is_ok() {
        // Nobody listens any more only when the officer has left.
        let _left = events.send(Event::Ended);
        thread::sleep(WATCH_GRACE);
        std::process::exit(0);
    }
}

/// Reads pictures for as long as anybody looks.
fn keep_reading(road: &Road, events: &Sender<Event>, woken: &Receiver<Wake>) {
    let mut known: Option<Books> = None;
    let (mut streaming, mut turn) = (false, 0u32);
    loop {
        turn = turn.wrapping_add(1);
        let again = if streaming && !turn.is_multiple_of(WHOLE_EVERY) {
            known.take()
        } else {
            None
        };
        let event = match road.client().map_err(|why| Lost::Refused(why.to_string())) {
            Ok(client) => match read::picture(&client, again) {
                Ok(picture) => {
                    known = Some(picture.books.clone());
                    Event::Read(Box::new(picture))
                }
                Err(fault) => Event::Lost(lost(&fault)),
            },
            Err(lost) => Event::Lost(lost),
        };
        if events.send(event).is_err() {
            return;
        }
        match woken.recv_timeout(POLL) {
            Ok(first) => {
                thread::sleep(CALM);
                for told in std::iter::once(first).chain(woken.try_iter()) {
                    match told {
                        Wake::Changed => {}
                        Wake::Stream(stands) => streaming = stands,
                    }
                }
                known = None;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Follows the node's events, which only say that it is time to read.
fn keep_listening(road: &Road, wake: &Sender<Wake>) {
    loop {
        if let Ok(mut stream) = road
            .client()
            .map_err(drop)
            .and_then(|client| client.events(None).map_err(drop))
        {
            if wake.send(Wake::Stream(true)).is_err() {
                return;
            }
            while let Ok(Some(_)) = stream.next_event() {
                if wake.send(Wake::Changed).is_err() {
                    return;
                }
            }
        }
        if wake.send(Wake::Stream(false)).is_err() {
            return;
        }
        thread::sleep(POLL);
    }
}

fn lost(fault: &Fault) -> Lost {
    match fault {
        Fault::Refused(problem) if problem.status < 500 => Lost::Refused(fault.to_string()),
        _ => Lost::Stopped(fault.to_string()),
    }
}

impl Road {
    fn client(&self) -> Result<Client, Failed> {
        Client::open(&self.dir, &self.who)
    }
}

/// The state with its edge.
struct Screen {
    model: Model,
    road: Road,
    events: Sender<Event>,
    wake: Sender<Wake>,
    start: Instant,
    strokes: u8,
    rang: Instant,
}

impl Screen {
    fn new(model: Model, road: Road, events: Sender<Event>, wake: Sender<Wake>) -> Self {
        let now = Instant::now();
        Screen {
            model,
            road,
            events,
            wake,
            start: now,
            strokes: 0,
            rang: now,
        }
    }

    fn run(mut self, terminal: &mut DefaultTerminal, inbox: &Receiver<Event>) -> std::io::Result<()> {
        loop {
            self.tick();
            terminal.draw(|frame| draw(&self.model, frame))?;
            self.ring(terminal)?;
            let mut waiting: Vec<Event> = Vec::new();
            if event::poll(TURN)? {
                waiting.extend(keys_of(&event::read()?).into_iter().map(Event::Key));
            }
            waiting.extend(inbox.try_iter());
            self.tick();
            for event in waiting {
                let effects = self.model.update(event);
                if !self.carry_out(effects) {
                    return Ok(());
                }
            }
        }
    }

    fn tick(&mut self) {
        let mono_us = i64::try_from(self.start.elapsed().as_micros()).unwrap_or(i64::MAX);
        let offset_s = jiff::tz::TimeZone::system()
            .to_offset(jiff::Timestamp::now())
            .seconds();
        self.model.update(Event::Tick { mono_us, offset_s });
    }

    /// Whether the watch goes on.
    fn carry_out(&mut self, effects: Vec<Effect>) -> bool {
        for effect in effects {
            match effect {
                Effect::Ask(deed) => self.ask(deed),
                Effect::Ring(strokes) => self.strokes = self.strokes.max(strokes),
                Effect::Quit => return false,
            }
        }
        true
    }

    /// Makes a request on a thread of its own: none waits for another.
    fn ask(&self, deed: Deed) {
        let (road, events, wake) = (self.road.clone(), self.events.clone(), self.wake.clone());
        let what = deed.what.clone();
        let made = spawn("watch-ask", move || {
            let outcome = match road.client() {
                Ok(client) => read::make(&client, deed),
                Err(why) => super::state::Outcome {
                    deed,
                    came: super::state::Came::Not(why.to_string()),
                },
            };
            // Nobody listens any more only when the officer has left.
            let _left = events.send(Event::Done(Box::new(outcome)));
            let _left = wake.send(Wake::Changed);
        });
        if let Err(why) = made {
            let lost = Lost::Stopped(format!("NOT DONE: {what}: {why}"));
            let _left = self.events.send(Event::Lost(lost));
        }
    }

    /// One stroke at a time, so that a pattern is heard as one.
    fn ring(&mut self, terminal: &mut DefaultTerminal) -> std::io::Result<()> {
        if self.strokes == 0 || self.rang.elapsed() < STROKE {
            return Ok(());
        }
        self.strokes -= 1;
        self.rang = Instant::now();
        let out = terminal.backend_mut();
        out.write_all(b"\x07")?;
        Write::flush(out)
    }
}

/// The keys of a terminal's event. Escape and a letter that came in one piece are read by
/// terminals as Alt and the letter; here they are the two keys that were pressed.
fn keys_of(event: &event::Event) -> Vec<Key> {
    let event::Event::Key(pressed @ KeyEvent { modifiers, kind, .. }) = event else {
        return Vec::new();
    };
    if *kind == KeyEventKind::Release {
        return Vec::new();
    }
    let escaped = modifiers.contains(KeyModifiers::ALT).then_some(Key::Esc);
    escaped.into_iter().chain(key_of(pressed)).collect()
}

fn key_of(pressed: &KeyEvent) -> Option<Key> {
    let control = pressed.modifiers.contains(KeyModifiers::CONTROL);
    Some(match pressed.code {
        KeyCode::Char(c) if control => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Tab => Key::Tab,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}
