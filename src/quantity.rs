//! Durations, ranges, percentages, counts and switches, as they are typed and as they are printed.
//!
//! Reading and printing are in one file because they must agree: whatever is printed here reads
//! back as the same number. Everything is an integer (microseconds, parts per million); there is
//! no floating point, so no platform can round differently. The file imports no other module, so
//! that every module can print a duration the way the shell reads it.
//!
//! Errors are sentences for the person who typed the word: what is wrong, and what to type
//! instead.

/// The longest duration that can be typed: 10,000 hours. It is far beyond any run, and far from
/// overflowing the clock.
pub const MAX_DURATION_US: u64 = 10_000 * 3_600_000_000;

/// One whole, in parts per million.
pub const WHOLE_PPM: u32 = 1_000_000;

/// The units of time and their length in microseconds, longest first.
const UNITS: [(&str, u64); 5] =
    [("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1)];

/// A word as an error message shows it: in quotes, and cut after 40 characters.
pub fn shown(word: &str) -> String {
    const LONGEST: usize = 40;
    match word.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("'{}…'", &word[..cut]),
        None => format!("'{word}'"),
    }
}

/// Reads a duration such as `500us`, `1.5ms`, `2s` or `10h`, in microseconds. It may have several
/// parts with falling units, as in `1m30s`, and only the last of them may have a fraction. A bare
/// `0` needs no unit.
pub fn duration(text: &str) -> Result<u64, String> {
    if text == "0" {
        return Ok(0);
    }
    let (mut rest, mut total_us, mut parts) = (text, 0, Vec::<(&str, u64)>::new());
    loop {
        let (number, after) = rest.split_at(rest.find(not_numeric).unwrap_or(rest.len()));
        let (unit, after) = after.split_at(after.find(is_numeric).unwrap_or(after.len()));
        let (whole, fraction) = decimal(number).ok_or_else(|| not_a_duration(text))?;
        if unit.is_empty() {
            let which = if parts.is_empty() { String::new() } else { format!(" after {number}") };
            return Err(format!(
                "{} has no unit{which}; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s",
                shown(text)
            ));
        }
        let Some(&(_, unit_us)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!(
                "unknown unit {} in {}; units are us, ms, s, m, h",
                shown(unit),
                shown(text)
            ));
        };
        let part_us = match scaled(whole, fraction, unit_us, MAX_DURATION_US) {
            Scaled::Exact(us) => us,
            Scaled::TooFine => {
                return Err(format!("{} is not a whole number of microseconds", shown(text)));
            }
            Scaled::TooLarge => return Err(too_long(text)),
        };
        parts.push((&rest[..number.len() + unit.len()], unit_us));
        check_units(text, unit, &parts)?;
        total_us += part_us;
        if after.is_empty() {
            break;
        }
        if !fraction.is_empty() {
            return Err(format!("only the last part of {} may have a fraction", shown(text)));
        }
        rest = after;
    }
    if total_us > MAX_DURATION_US { Err(too_long(text)) } else { Ok(total_us) }
}

/// Checks that the units of these parts fall. The parts come with their units in microseconds;
/// `unit` is that of the last one.
fn check_units(text: &str, unit: &str, parts: &[(&str, u64)]) -> Result<(), String> {
    let [before @ .., (_, unit_us)] = parts else { return Ok(()) };
    if before.iter().any(|(_, us)| us == unit_us) {
        return Err(format!("{} has the unit {unit} twice", shown(text)));
    }
    if before.last().is_none_or(|(_, us)| us > unit_us) {
        return Ok(());
    }
    let mut falling = parts.to_vec();
    falling.sort_by_key(|(_, us)| std::cmp::Reverse(*us));
    let falling: String = falling.into_iter().map(|(part, _)| part).collect();
    let meant = match text.ends_with(parts[parts.len() - 1].0) {
        true => format!("; did you mean '{falling}'?"),
        false => ", as in 1m30s".to_owned(),
    };
    Err(format!("the longer unit comes first in {}{meant}", shown(text)))
}

fn too_long(text: &str) -> String {
    format!("{} is too long; the longest duration is 10000h", shown(text))
}

/// Prints a duration in the largest unit that divides it: `1500us`, `150ms`, `90s`. [`duration`]
/// reads it back.
pub fn show_duration(us: u64) -> String {
    let exact = UNITS.iter().find(|(_, unit_us)| us != 0 && us.is_multiple_of(*unit_us));
    match exact {
        Some((name, unit_us)) => format!("{}{name}", us / unit_us),
        None => format!("{us}us"),
    }
}

/// Prints a point of virtual time in the form that all tables and lines use: `153.200ms`.
pub fn time(us: u64) -> String {
    format!("{}.{:03}ms", us / 1_000, us % 1_000)
}

/// Reads a range of durations, both ends included: `150ms..300ms`. A single duration is a range of
/// one.
pub fn range(text: &str) -> Result<(u64, u64), String> {
    let Some((low, high)) = text.split_once("..") else {
        return duration(text).map(|us| (us, us));
    };
    if low.is_empty() || high.is_empty() {
        return Err(format!("{} has no end; write a range as 150ms..300ms", shown(text)));
    }
    let (low, high) = (duration(low)?, duration(high)?);
    if low > high {
        return Err(format!(
            "{} runs backwards; did you mean '{}'?",
            shown(text),
            show_range(high, low)
        ));
    }
    Ok((low, high))
}

/// Prints a range of durations; [`range`] reads it back.
pub fn show_range(low: u64, high: u64) -> String {
    if low == high {
        show_duration(low)
    } else {
        format!("{}..{}", show_duration(low), show_duration(high))
    }
}

/// Reads a percentage such as `12.5%`, in parts per million. A bare `0` needs no `%`.
pub fn percent(text: &str) -> Result<u32, String> {
    const PPM_PER_PERCENT: u64 = 10_000;
    if text == "0" {
        return Ok(0);
    }
    let Some((whole, fraction)) = text.strip_suffix('%').and_then(decimal) else {
        return Err(match decimal(text) {
            Some(("0", fraction)) => {
                // 0.2 is a share for programs, and 0.2 percent for others.
                let share = format!("{fraction:0<2}");
                let (percent, rest) = share.split_at(2);
                let rest = rest.trim_end_matches('0');
                let point = if rest.is_empty() { "" } else { "." };
                let percent = percent.trim_start_matches('0');
                let percent = if percent.is_empty() { "0" } else { percent };
                format!(
                    "{} has no percent sign; did you mean '{percent}{point}{rest}%' or '{text}%'?",
                    shown(text)
                )
            }
            Some(_) => format!("{} has no percent sign; did you mean '{text}%'?", shown(text)),
            None => format!("{} is not a percentage; write it as 12.5%, or 0", shown(text)),
        });
    };
    match scaled(whole, fraction, PPM_PER_PERCENT, u64::from(WHOLE_PPM)) {
        Scaled::Exact(ppm) => Ok(ppm as u32), // at most WHOLE_PPM
        Scaled::TooFine => {
            Err(format!("{} is too fine; percentages go down to 0.0001%", shown(text)))
        }
        Scaled::TooLarge => Err(format!("{} is more than 100%", shown(text))),
    }
}

/// Prints parts per million as a percentage; [`percent`] reads it back.
pub fn show_percent(ppm: u32) -> String {
    let (whole, fraction) = (ppm / 10_000, ppm % 10_000);
    if fraction == 0 {
        format!("{whole}%")
    } else {
        format!("{whole}.{}%", format!("{fraction:04}").trim_end_matches('0'))
    }
}

/// Reads a plain number: digits, and nothing else.
pub fn count(text: &str) -> Result<u64, String> {
    if text.is_empty() {
        return Err("a number is missing".to_owned());
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| {
            format!("{} is too large; the largest number is {}", shown(text), u64::MAX)
        });
    }
    let grouped = |c: char| c.is_ascii_digit() || matches!(c, ',' | '_');
    Err(match text.strip_prefix('-') {
        Some(rest) if decimal(rest).is_some() => {
            format!("{} is negative; expected 0 or more", shown(text))
        }
        _ if decimal(text).is_some() => format!("{} is not a whole number", shown(text)),
        _ if text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(grouped) => {
            format!("{} is not a number; write the digits without separators", shown(text))
        }
        _ => format!("{} is not a number", shown(text)),
    })
}

/// Reads a switch: `on`, `off`, `true` or `false`.
pub fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err(format!("{} is not a switch; write on, off, true or false", shown(text))),
    }
}

/// Prints a switch; [`switch`] reads it back.
pub fn show_switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// Prints a number of things: `1 node`, `2 nodes`, `3 entries`.
pub fn counted(count: u64, one: &str) -> String {
    match one.strip_suffix('y') {
        _ if count == 1 => format!("1 {one}"),
        Some(stem) => format!("{count} {stem}ies"),
        None => format!("{count} {one}s"),
    }
}

/// A small number as a word, as in a sentence: `three`; a larger one in digits.
pub fn in_words(count: u64) -> String {
    const WORDS: [&str; 10] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let word = usize::try_from(count).ok().and_then(|count| WORDS.get(count));
    word.map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

fn is_numeric(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

fn not_numeric(c: char) -> bool {
    !is_numeric(c)
}

/// The digits before and after the point of a decimal number; `None` if the text is not one (`5.`,
/// `.5`, `1.2.3`).
fn decimal(text: &str) -> Option<(&str, &str)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => (digits(whole) && digits(fraction)).then_some((whole, fraction)),
        None => digits(text).then_some((text, "")),
    }
}

/// A decimal number, converted to a smaller unit.
enum Scaled {
    /// It is a whole number within the limit.
    Exact(u64),
    /// It is not a whole number.
    TooFine,
    /// It is greater than the limit.
    TooLarge,
}

/// `whole.fraction × factor`, exactly. The digits may be of any length, so they are bounded before
/// they are parsed.
fn scaled(whole: &str, fraction: &str, factor: u64, limit: u64) -> Scaled {
    // Every factor here contains 2 and 5 at most ten times each, so a number with an eleventh
    // digit after the point cannot become whole.
    const LONGEST_FRACTION: usize = 10;
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() > 19 {
        return Scaled::TooLarge;
    }
    let number =
        |digits: &str| digits.bytes().fold(0u128, |sum, digit| sum * 10 + u128::from(digit - b'0'));
    let whole = number(whole) * u128::from(factor);
    if whole > u128::from(limit) {
        return Scaled::TooLarge;
    }
    if fraction.len() > LONGEST_FRACTION {
        return Scaled::TooFine;
    }
    let (part, scale) = (number(fraction) * u128::from(factor), 10u128.pow(fraction.len() as u32));
    let total = whole + part / scale;
    match part % scale {
        _ if total > u128::from(limit) => Scaled::TooLarge,
        0 => Scaled::Exact(total as u64), // at most the limit
        _ => Scaled::TooFine,
    }
}

fn not_a_duration(text: &str) -> String {
    let negative = text.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_numeric));
    match text {
        "" => "a duration is missing; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s".to_owned(),
        _ if negative => format!("{} is negative; a duration is 0 or more", shown(text)),
        _ => format!(
            "{} is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s",
            shown(text)
        ),
    }
}
