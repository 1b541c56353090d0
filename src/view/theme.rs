//! What a tone looks like. The sixteen colours of the terminal's own palette only, so that it fits light and dark ones;
//! and never colour alone: every view says in words what it colours.

use owo_colors::Style;

use super::document::Tone;

/// The style of a tone; in the head of a table everything is bold as well.
pub(super) fn style(tone: Tone, head: bool) -> Style {
    let style = Style::new();
    let style = match tone {
        Tone::Plain => style,
        Tone::Dim => style.dimmed(),
        Tone::Strong => style.bold(),
        Tone::Good => style.green(),
        Tone::Bad => style.red(),
        Tone::Warn => style.yellow(),
        Tone::Leader => style.green().bold(),
        Tone::Candidate => style.yellow().bold(),
        Tone::Follower => style.cyan(),
    };
    if head { style.bold() } else { style }
}
