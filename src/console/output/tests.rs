//! What is said, captured and copied.

use super::streams::COMPLAINTS;
use super::*;

#[test]
fn captured_output_has_no_colour() {
    let mut out = Output::captured(80);
    out.write("\u{1b}[31mred\u{1b}[0m\n");
    out.remark(&Document::from("a remark"));
    out.quiet = true;
    out.remark(&Document::from("unsaid"));
    out.error(&Document::from("an error"));
    assert_eq!(out.take(), "red\na remark\nan error\n");
    assert_eq!(out.take(), "");
    assert!(!out.closed());
}

#[test]
fn captured_output_is_bounded() {
    let mut out = Output::captured_up_to(8, 80);
    out.write("1234567\n");
    assert!(!out.closed());
    out.write("\n");
    assert!(out.closed() && out.check_stop().is_err());
    assert_eq!(out.take(), "1234567\n");
}

#[test]
fn complaints_are_kept_alone() {
    let mut out = Output::unheard(80);
    out.write("said\n");
    out.error(&Document::from("an error"));
    for _ in 0..9 {
        out.write_error(&"x".repeat(COMPLAINTS / 4));
    }
    assert!(!out.closed());
    let kept = out.take_complaints();
    assert_eq!(out.take(), "");
    assert!(kept.starts_with("an error\nx") && kept.len() <= COMPLAINTS);
}

#[test]
fn a_copy_holds_what_commands_say() {
    let mut out = Output::captured(80);
    out.remark(&Document::from("greeting"));
    out.set_copied();
    out.hints = true;
    out.write_past_copy("raft> ");
    out.remark(&Text::new().toned(Tone::Bad, "a remark").into());
    out.hint("try that");
    out.error(&Document::from("an error"));
    assert_eq!(out.take_copy(), "a remark\nan error\n");
    assert_eq!(out.take_copy(), "");
    assert_eq!(out.take(), "greeting\nraft> a remark\ntry that\nan error\n");
}
