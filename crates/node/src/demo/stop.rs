//! The player may end at any time: `q`, Ctrl-C, or a signal to end.

use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How often the keyboard looks whether the story is over.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Set when the player wants to end. Dropping it gives the keyboard back.
pub(super) struct Stop {
    flag: Arc<AtomicBool>,
    keys: Option<Keys>,
}

/// The keyboard, key by key.
struct Keys {
    over: Arc<AtomicBool>,
}

impl Stop {
    /// Listens; to the keyboard too if `keys` and there is one.
    pub(super) fn listen(keys: bool) -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        let own = Arc::clone(&flag);
        // Without the thread Ctrl-C ends this process at once, and the nodes with it: their
        // input ends.
        let _detached = thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || on_signal(&own));
        let keys = keys && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let keys = keys.then(|| Keys::listen(&flag)).flatten();
        Stop { flag, keys }
    }

    /// Whether the player wants to end.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.flag)
    }

    /// Whether lines have to return the carriage themselves.
    pub(super) fn is_raw(&self) -> bool {
        self.keys.is_some()
    }
}

impl Keys {
    fn listen(flag: &Arc<AtomicBool>) -> Option<Self> {
        enable_raw_mode().ok()?;
        let over = Arc::new(AtomicBool::new(false));
        let keys = Keys {
            over: Arc::clone(&over),
        };
        let flag = Arc::clone(flag);
        let _detached = thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || on_key(&flag, &over));
        Some(keys)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _terminal_gone = disable_raw_mode();
    }
}

fn on_signal(flag: &AtomicBool) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return;
    };
    runtime.block_on(async {
        let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        if let (Ok(mut interrupt), Ok(mut terminate)) = signals {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            flag.store(true, Ordering::SeqCst);
        }
    });
}

fn on_key(flag: &AtomicBool, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        let Ok(ready) = event::poll(LOOK_AGAIN) else {
            return;
        };
        if !ready {
            continue;
        }
        let Ok(Event::Key(key)) = event::read() else {
            continue;
        };
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if matches!(key.code, KeyCode::Char('q')) || (control && matches!(key.code, KeyCode::Char('c'))) {
            flag.store(true, Ordering::SeqCst);
            return;
        }
    }
}
