//! Durations, ranges, percentages, counts and switches, read and printed.

use raftsh::quantity::*;

#[test]
fn durations_read_and_print() {
    for (text, us, printed) in [
        ("0", 0, "0us"),
        ("0us", 0, "0us"),
        ("0.0h", 0, "0us"),
        ("500us", 500, "500us"),
        ("150ms", 150_000, "150ms"),
        ("1500us", 1_500, "1500us"),
        ("1.5ms", 1_500, "1500us"),
        ("1.500ms", 1_500, "1500us"),
        ("1000us", 1_000, "1ms"),
        ("2s", 2_000_000, "2s"),
        ("90s", 90_000_000, "90s"),
        ("60s", 60_000_000, "1m"),
        ("5m", 300_000_000, "5m"),
        ("10h", 36_000_000_000, "10h"),
        ("0.0000000025h", 9, "9us"),
        ("10000h", MAX_DURATION_US, "10000h"),
        ("00007s", 7_000_000, "7s"),
        ("1m30s", 90_000_000, "90s"),
        ("7h52m", 28_320_000_000, "472m"),
        ("1s500ms", 1_500_000, "1500ms"),
        ("1h2m3s4ms5us", 3_723_004_005, "3723004005us"),
        ("1h5us", 3_600_000_005, "3600000005us"),
        ("1m0s", 60_000_000, "1m"),
        ("0s5ms", 5_000, "5ms"),
        ("1m90.5s", 150_500_000, "150500ms"),
    ] {
        assert_eq!(duration(text), Ok(us), "{text}");
        assert_eq!(show_duration(us), printed, "{text}");
        assert_eq!(duration(printed), Ok(us), "{printed}");
    }
}

#[test]
fn bad_durations_say_why() {
    let digits = "9".repeat(60_000);
    for (text, message) in [
        ("", "a duration is missing; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("150", "'150' has no unit; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("5 ms", "unknown unit ' ms' in '5 ms'; units are us, ms, s, m, h"),
        ("5MS", "unknown unit 'MS' in '5MS'; units are us, ms, s, m, h"),
        ("5d", "unknown unit 'd' in '5d'; units are us, ms, s, m, h"),
        ("1.2345ms", "'1.2345ms' is not a whole number of microseconds"),
        ("0.00000000001h", "'0.00000000001h' is not a whole number of microseconds"),
        ("-5ms", "'-5ms' is negative; a duration is 0 or more"),
        ("10001h", "'10001h' is too long; the longest duration is 10000h"),
        ("10000.5h", "'10000.5h' is too long; the longest duration is 10000h"),
        (".5s", "'.5s' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("5.s", "'5.s' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("1.2.3s", "'1.2.3s' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("ms", "'ms' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("1m30", "'1m30' has no unit after 30; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("1m30x", "unknown unit 'x' in '1m30x'; units are us, ms, s, m, h"),
        ("1s2s", "'1s2s' has the unit s twice"),
        ("2s1m3s", "the longer unit comes first in '2s1m3s', as in 1m30s"),
        ("500ms1s", "the longer unit comes first in '500ms1s'; did you mean '1s500ms'?"),
        ("1.5m30s", "only the last part of '1.5m30s' may have a fraction"),
        ("1m.5s", "'1m.5s' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("1m-5s", "unknown unit 'm-' in '1m-5s'; units are us, ms, s, m, h"),
        ("10000h1us", "'10000h1us' is too long; the longest duration is 10000h"),
        ("٣s", "'٣s' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
    ] {
        assert_eq!(duration(text), Err(message.to_owned()), "{text}");
    }
    for text in [format!("{digits}us"), format!("{digits}h")] {
        let message = duration(&text).unwrap_err();
        assert!(message.ends_with("is too long; the longest duration is 10000h"), "{message}");
        assert!(message.len() < 120, "a long word is cut");
    }
    assert!(duration(&format!("0.{digits}s")).unwrap_err().contains("not a whole number"));
}

#[test]
fn ranges() {
    for (text, ends, printed) in [
        ("150ms..300ms", (150_000, 300_000), "150ms..300ms"),
        ("5ms", (5_000, 5_000), "5ms"),
        ("5ms..5000us", (5_000, 5_000), "5ms"),
        ("0..1.5ms", (0, 1_500), "0us..1500us"),
        ("1s500ms..2s", (1_500_000, 2_000_000), "1500ms..2s"),
    ] {
        assert_eq!(range(text), Ok(ends), "{text}");
        assert_eq!(show_range(ends.0, ends.1), printed);
        assert_eq!(range(printed), Ok(ends));
    }
    for (text, message) in [
        ("300ms..150ms", "'300ms..150ms' runs backwards; did you mean '150ms..300ms'?"),
        ("150ms..", "'150ms..' has no end; write a range as 150ms..300ms"),
        ("..", "'..' has no end; write a range as 150ms..300ms"),
        ("150..300ms", "'150' has no unit; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("1ms...2ms", "'.2ms' is not a duration; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
    ] {
        assert_eq!(range(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn percentages() {
    for (text, ppm, printed) in [
        ("0", 0, "0%"),
        ("0%", 0, "0%"),
        ("12.5%", 125_000, "12.5%"),
        ("100%", 1_000_000, "100%"),
        ("100.000000000000%", 1_000_000, "100%"),
        ("0.0001%", 1, "0.0001%"),
        ("33.3333%", 333_333, "33.3333%"),
        ("1.05%", 10_500, "1.05%"),
    ] {
        assert_eq!(percent(text), Ok(ppm), "{text}");
        assert_eq!(show_percent(ppm), printed);
        assert_eq!(percent(printed), Ok(ppm));
    }
    for (text, message) in [
        ("12.5", "'12.5' has no percent sign; did you mean '12.5%'?"),
        ("100.1%", "'100.1%' is more than 100%"),
        ("100.00001%", "'100.00001%' is too fine; percentages go down to 0.0001%"),
        ("0.00001%", "'0.00001%' is too fine; percentages go down to 0.0001%"),
        ("-1%", "'-1%' is not a percentage; write it as 12.5%, or 0"),
        ("%", "'%' is not a percentage; write it as 12.5%, or 0"),
        ("", "'' is not a percentage; write it as 12.5%, or 0"),
        ("half", "'half' is not a percentage; write it as 12.5%, or 0"),
    ] {
        assert_eq!(percent(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn counts_and_switches() {
    assert_eq!(count("0"), Ok(0));
    assert_eq!(count("18446744073709551615"), Ok(u64::MAX));
    for (text, message) in [
        ("", "a number is missing"),
        (
            "99999999999999999999",
            "'99999999999999999999' is too large; the largest number is 18446744073709551615",
        ),
        ("-3", "'-3' is negative; expected 0 or more"),
        ("+3", "'+3' is not a number"),
        ("1.5", "'1.5' is not a whole number"),
        ("1,000", "'1,000' is not a number; write the digits without separators"),
        ("1_000", "'1_000' is not a number; write the digits without separators"),
        ("x", "'x' is not a number"),
    ] {
        assert_eq!(count(text), Err(message.to_owned()), "{text}");
    }
    assert_eq!([0, 1, 2].map(|count| counted(count, "node")), ["0 nodes", "1 node", "2 nodes"]);
    assert_eq!([1, 3].map(|count| counted(count, "entry")), ["1 entry", "3 entries"]);
    for (text, on) in [("on", true), ("true", true), ("off", false), ("false", false)] {
        assert_eq!(switch(text), Ok(on));
        assert_eq!(switch(show_switch(on)), Ok(on));
    }
    assert_eq!(switch("ON").unwrap_err(), "'ON' is not a switch; write on, off, true or false");
}

#[test]
fn every_printed_duration_reads_back() {
    let mut us = 1;
    while us < MAX_DURATION_US {
        assert_eq!(duration(&show_duration(us)), Ok(us));
        us = us * 3 + 7;
    }
    assert_eq!(time(153_200), "153.200ms");
    assert_eq!(time(2_000_000), "2000.000ms");
    assert_eq!(time(7), "0.007ms");
}
