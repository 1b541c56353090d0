//! Text inside markup: nothing that a user typed can end an element, an attribute or a script.

use std::borrow::Cow;

use crate::word::{escape, is_invisible};

/// A text in which every invisible character is written as an escape, as the shell shows it.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_invisible(c) {
            true => out.push_str(&escape(c)),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A text for XML and HTML, inside an element or an attribute.
pub(super) fn markup(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// JSON for the inside of a `script` element: no `<` can end the element or begin a comment.
pub(super) fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_what_it_is_in() {
        assert_eq!(markup("a<b a='\"'>&\u{1b}"), "a&lt;b a=&#39;&quot;&#39;&gt;&amp;\\x1b");
        assert_eq!(
            in_script("{\"a\":\"</script><!--&\"}"),
            "{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\"}"
        );
        assert_eq!(visible("x=\u{202e}y"), "x=\\u{202e}y");
    }
}
