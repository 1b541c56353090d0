//! Files, functions and lines are short enough to read.

use crate::architecture::{at, files, hold, holds, is_test};
use crate::source::{Finding, code, item_end, places, without_tests};

/// The most lines of a file and of a function.
const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 90;

/// The widest that a line of code or a comment may be.
const WIDTH: usize = 100;

fn lengths(file: &str, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > FILE_LINES {
        found.push((lines, format!("{lines} lines in one file")));
    }
    // Functions in unit tests may be of any length: they hold tables of cases.
    let code = if is_test(file) { String::new() } else { without_tests(&code(text)) };
    // Tables of test cases stand within functions.
    let most = if file.starts_with("it/") { FUNCTION_LINES + 10 } else { FUNCTION_LINES };
    for start in places(&code, "fn") {
        let lines = code[start..item_end(&code, start)].lines().count();
        if lines > most {
            found.push(at(&code, start, format!("{lines} lines in one function")));
        }
    }
    found
}

/// Long lines, but for tables in comments, strings and the rows of a macro, which cannot break.
fn long_lines(file: &str, text: &str) -> Vec<Finding> {
    let is_whole = |line: &str| {
        let text = line.trim_start();
        text.starts_with("//! |")
            || text.starts_with('|')
            || text.contains('"')
            || text.contains('$')
            || text.starts_with("#[")
            || text.contains("https://")
            || text.contains("\\u{")
            || text.starts_with("=> ")
            || text.ends_with("\\n\\")
            || file == "command/help/topics.rs"
            || file == "command/help/glossary.rs"
            || file.ends_with(".md")
            || file.ends_with(".raft") && text.starts_with("expect ") && !text.contains('#')
    };
    // In tests, scripts stand in strings of many lines; the formatter sees to code.
    let counts = |line: &str| !file.starts_with("it/") || line.trim_start().starts_with("//");
    let wide = |line: &&str| line.chars().count() > WIDTH && counts(line) && !is_whole(line);
    let lines = (1..).zip(text.lines());
    let wide = lines.filter(|(_, line)| wide(line));
    wide.map(|(number, line)| (number, format!("{} columns", line.chars().count()))).collect()
}

#[test]
fn files_and_functions_are_short() {
    let long_file = "\n".repeat(FILE_LINES + 1);
    let long_function = format!("fn f() {{\n{}}}\n", "    x;\n".repeat(FUNCTION_LINES));
    holds(lengths, &[("a.rs", &long_file), ("a.rs", &long_function)]);
    hold(lengths, &files("tests", &[".rs"]));
    assert_eq!(lengths("a/tests.rs", &long_function), []);
}

#[test]
fn lines_fit_into_a_hundred_columns() {
    assert!(!long_lines("a.rs", &"x".repeat(WIDTH + 1)).is_empty());
    for folder in ["src", "tests", "benches", "scripts"] {
        hold(long_lines, &files(folder, &[".rs", ".raft"]));
    }
}
