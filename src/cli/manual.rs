//! What raftsh tells other programs about itself: shell completion, and the manual page. Both are
//! generated from the definitions of arguments and commands, and only on request, so that a normal
//! start does not pay for them.

pub(super) use clap_complete::Shell;

use clap::ValueHint;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::command::Grammar;
use crate::console::terminal::{HISTORY_FILE, INIT_FILE};

/// The script by which a shell completes the arguments of `raftsh`.
pub(super) fn completions(shell: Shell, mut command: clap::Command) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "raftsh", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Bash { offering_files(&script, &command) } else { script }
}

/// For bash, clap offers only options in place of a first file. Without them bash offers files.
fn offering_files(script: &str, command: &clap::Command) -> String {
    const OPTIONS: &str = " || ${COMP_CWORD} -eq 2 ]]";
    const ANYTHING_ELSE: &str = "            COMPREPLY=( $(compgen -W \"${opts}\" -- \"${cur}\") )";
    let takes_files = |call: &clap::Command| {
        call.get_positionals().any(|argument| {
            matches!(argument.get_value_hint(), ValueHint::FilePath | ValueHint::AnyPath)
        })
    };
    let calls = command.get_subcommands().filter(|call| takes_files(call));
    let heads: Vec<String> = calls
        .map(|call| format!("raftsh__subcmd__{})", call.get_name().replace('-', "__subcmd__")))
        .collect();
    let mut offers = false;
    let mut lines = Vec::new();
    for line in script.lines() {
        let head = line.trim();
        if head.ends_with(')') && head.starts_with("raftsh__") {
            offers = heads.iter().any(|known| known == head);
        }
        lines.push(match offers {
            true if line == ANYTHING_ELSE => "            COMPREPLY=()".to_owned(),
            true => line.replace(OPTIONS, " ]]"),
            false => line.to_owned(),
        });
    }
    lines.join("\n") + "\n"
}

/// The manual page, in roff.
pub(super) fn page(command: clap::Command) -> String {
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(command, &mut page);
    String::from_utf8_lossy(&page).into_owned()
}

fn write(mut command: clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    command.build();
    let about =
        |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let calls = command.get_subcommands().map(|call| (call.get_name().to_owned(), about(call)));
    let calls: Vec<(String, String)> = calls.collect();
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = Man::new(command);
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    list("CALLS", calls).to_writer(page)?;
    let grammar = Grammar::default();
    let entry = |name: &String| {
        let about = grammar.definition(name).map(|command| about(&command));
        (grammar.usage(name), about.unwrap_or_default())
    };
    list("COMMANDS OF THE SHELL", grammar.names().iter().map(entry)).to_writer(page)?;
    let mut section = Roff::new();
    section.control("SH", ["NOTES"]);
    for paragraph in notes.split("\n\n") {
        section.control("PP", []);
        section.text([roman(paragraph)]);
    }
    section.to_writer(page)?;
    list(
        "FILES",
        [INIT_FILE, HISTORY_FILE].map(|(file, about)| (file.to_owned(), about.to_owned())),
    )
    .to_writer(page)?;
    man.render_version_section(page)
}

/// A section that lists names and their descriptions.
fn list(title: &str, entries: impl IntoIterator<Item = (String, String)>) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (name, about) in entries {
        roff.control("TP", []);
        roff.text([bold(name)]);
        roff.text([roman(about)]);
    }
    roff
}
