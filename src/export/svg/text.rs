//! Words in lines, and how wide they are about: no font is measured here.

/// The width of a text of 12 pixels in a common font, in pixels; rather too much than too little.
pub(super) fn width(text: &str) -> i64 {
    text.chars().map(|c| if c.is_ascii() { 7 } else { 12 }).sum()
}

/// A text in lines of at most this many characters, broken at blanks; a longer word is broken
/// anywhere. At least one line.
pub(super) fn broken(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 1 + rest.len() > most {
            lines.push(String::new());
        } else if last > 0 {
            push(&mut lines, " ");
        }
        loop {
            let room = most - lines.last().map_or(0, |line| line.chars().count()).min(most);
            let here: String = rest.drain(..room.min(rest.len())).collect();
            push(&mut lines, &here);
            if rest.is_empty() {
                break;
            }
            lines.push(String::new());
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks() {
        assert_eq!(broken("", 5), [""]);
        assert_eq!(broken("one two three", 7), ["one two", "three"]);
        assert_eq!(broken("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(broken("a  b", 9), ["a  b"]);
    }
}
