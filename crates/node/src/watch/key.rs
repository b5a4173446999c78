//! Keys, as far as the watch tells them apart.

/// A key.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A character.
    Char(char),
    /// A character with Control.
    Ctrl(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Deletes the last character.
    Backspace,
    /// Tabulator.
    Tab,
    /// Up by one.
    Up,
    /// Down by one.
    Down,
    /// Up by a page.
    PageUp,
    /// Down by a page.
    PageDown,
    /// To the first.
    Home,
    /// To the last.
    End,
}
