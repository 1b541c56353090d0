//! The keys that find earlier lines: Up and Down after a typed beginning, and the keys that accept
//! a suggestion.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use rustyline::history::SearchDirection;
use rustyline::{
    Cmd, ConditionalEventHandler, Context, Editor, Event, EventContext, EventHandler, Helper,
    KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
};

/// The newest earlier line that begins with this one: what is missing of it.
pub(super) fn earlier(line: &str, context: &Context<'_>) -> Option<String> {
    let mut from = context.history().len().checked_sub(1).filter(|_| !line.trim().is_empty())?;
    loop {
        let found = context.history().starts_with(line, from, SearchDirection::Reverse).ok()??;
        // A script that was pasted is no line.
        if found.entry != line && !found.entry.contains(char::is_control) {
            return Some(found.entry[line.len()..].to_owned());
        }
        from = found.idx.checked_sub(1)?;
    }
}

/// What Up and Down must know of the line when they are pressed.
#[derive(Clone, Default)]
pub(super) struct Walk(Arc<Seen>);

#[derive(Default)]
struct Seen {
    /// The line is one of the history, unchanged.
    is_entry: AtomicBool,
    /// A later line of the history begins with what stands before the cursor.
    has_later: AtomicBool,
}

impl Walk {
    /// Looks at the line after each key.
    pub(super) fn look(&self, line: &str, pos: usize, context: &Context<'_>) {
        let (history, index) = (context.history(), context.history_index());
        let entry = history.get(index, SearchDirection::Forward).ok().flatten();
        self.0.is_entry.store(entry.is_some_and(|entry| entry.entry == line), Relaxed);
        let later = index + 1 < history.len()
            && matches!(
                history.starts_with(&line[..pos], index + 1, SearchDirection::Forward),
                Ok(Some(_))
            );
        self.0.has_later.store(later, Relaxed);
    }
}

/// Binds the keys.
pub(super) fn bind<H: Helper, I: rustyline::history::History>(
    editor: &mut Editor<H, I>,
    walk: &Walk,
) {
    let plain = |code| Event::from(KeyEvent(code, Modifiers::NONE));
    let walks = |back| EventHandler::Conditional(Box::new(WalkKey { back, walk: walk.clone() }));
    editor.bind_sequence(plain(KeyCode::Up), walks(true));
    editor.bind_sequence(plain(KeyCode::Down), walks(false));
    let accepts = || EventHandler::Conditional(Box::new(AcceptKey));
    editor.bind_sequence(plain(KeyCode::End), accepts());
    editor.bind_sequence(KeyEvent::ctrl('E'), accepts());
    editor.bind_sequence(KeyEvent::ctrl('F'), accepts());
}

/// Up or Down.
struct WalkKey {
    back: bool,
    walk: Walk,
}

impl ConditionalEventHandler for WalkKey {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let (line, pos) = (context.line(), context.pos());
        let is_entry = self.walk.0.is_entry.load(Relaxed);
        // A search leaves the cursor after the typed beginning, a walk at the end of the line.
        let walks_all = line[..pos].trim().is_empty() || is_entry && pos == line.len();
        // In a script that was pasted, the keys move between its lines.
        if walks_all || line.contains('\n') {
            return None;
        }
        Some(match self.back {
            true => Cmd::HistorySearchBackward,
            false if self.walk.0.has_later.load(Relaxed) => Cmd::HistorySearchForward,
            // After the newest line comes what was typed.
            false if is_entry => Cmd::Kill(Movement::EndOfLine),
            false => return None,
        })
    }
}

/// A key that goes to the end of the line, or forward: at the end it accepts what is suggested.
struct AcceptKey;

impl ConditionalEventHandler for AcceptKey {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let at_end = context.pos() == context.line().len();
        (at_end && context.hint_text().is_some()).then_some(Cmd::CompleteHint)
    }
}
