//! Reads a picture as strictly as a browser reads XML, as far as pictures use it.

/// The texts of a document, unescaped.
///
/// # Errors
/// What is not well formed.
pub(crate) fn texts(xml: &str) -> Result<Vec<String>, String> {
    let (mut rest, mut open, mut texts) = (xml, Vec::new(), Vec::new());
    while let Some(at) = rest.find('<') {
        let text = unescaped(&rest[..at])?;
        if !text.trim().is_empty() {
            texts.push(text);
        }
        let end = rest[at..].find('>').ok_or("a tag does not end")? + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let opened: &str = open.pop().ok_or("nothing is open")?;
            if opened != name {
                return Err(format!("</{name}> closes <{opened}>"));
            }
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        attributes(tag[name.len()..].trim_end_matches('/'))?;
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    match (open.as_slice(), rest.trim()) {
        ([], "") => Ok(texts),
        (open, rest) => Err(format!("left open: {open:?}, left over: {rest}")),
    }
}

fn attributes(mut text: &str) -> Result<(), String> {
    while let Some((name, value)) = text.trim_start().split_once("=\"") {
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(format!("'{name}' is no name of an attribute"));
        }
        let (value, rest) = value.split_once('"').ok_or("a value does not end")?;
        unescaped(value)?;
        text = rest;
    }
    if text.trim().is_empty() { Ok(()) } else { Err(format!("'{text}' is no attribute")) }
}

fn unescaped(text: &str) -> Result<String, String> {
    let mut out = text.to_owned();
    let mut found = 0;
    for (code, plain) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        found += text.matches(code).count();
        out = out.replace(code, plain);
    }
    let wrong = text.matches('&').count() != found || text.chars().any(|c| c < ' ' && c != '\n');
    if wrong { Err(format!("not escaped: {text}")) } else { Ok(out) }
}

/// The beginning and the end of the message that a line draws: x and y of each.
pub(crate) fn arrow(line: &str) -> Option<[i64; 4]> {
    let rest = line.strip_prefix("<path class=\"message")?;
    let path = rest.split_once("d=\"M")?.1.split_once('"')?.0;
    let numbers = path.split(['L', ' ']).map(|number| number.parse().ok());
    numbers.collect::<Option<Vec<i64>>>()?.try_into().ok()
}
