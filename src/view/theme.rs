//! The colours of each tone. They are from the terminal's own palette of sixteen, so that they fit
//! light and dark terminals. Colour is never the only sign: every view also says in words what it
//! colours.

use std::sync::LazyLock;

use owo_colors::Style;

use super::text::Tone;

/// The escape codes before and after text in a tone. In the head of a table everything is bold as
/// well.
pub(super) fn codes(tone: Tone, head: bool) -> &'static (String, String) {
    // Made once, because a table may have many thousand cells.
    static CODES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let codes = |tone, head| {
            let styled = style(tone, head).style('\0').to_string();
            styled
                .split_once('\0')
                .map(|(begin, end)| (begin.to_owned(), end.to_owned()))
                .unwrap_or_default()
        };
        TONES.iter().flat_map(|&tone| [codes(tone, false), codes(tone, true)]).collect()
    });
    &CODES[2 * tone as usize + usize::from(head)]
}

/// All tones in the order of their declaration, so that a tone is an index into `CODES`.
const TONES: [Tone; 9] = [
    Tone::Plain,
    Tone::Dim,
    Tone::Strong,
    Tone::Good,
    Tone::Bad,
    Tone::Warn,
    Tone::Leader,
    Tone::Candidate,
    Tone::Follower,
];

fn style(tone: Tone, head: bool) -> Style {
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
