//! Documents as they are printed, without colours, and rules that hold for every document.

use anstream::adapter::strip_str;
use tabled::grid::util::string::get_string_width;

use raftsh::view::document::{Document, Paragraph, Table, Text, Tone};
use raftsh::view::render::{self, text};

/// A table of plain cells; `|` separates titles and cells.
fn table(key_columns: usize, head: &str, rows: &[&str]) -> Table {
    let cells = |row: &str| row.split('|').map(Text::from).collect::<Vec<_>>();
    Table {
        head: cells(head),
        rows: rows.iter().map(|row| cells(row)).collect(),
        key_columns,
        ..Table::default()
    }
}

fn plain(document: &Document, width: usize) -> String {
    strip_str(&text(document, width)).to_string()
}

#[track_caller]
fn check(table: Table, width: usize, expected: &str) {
    let actual = plain(&Document::new().table(table), width);
    assert_eq!(actual.trim_end(), expected.trim_matches('\n'), "\n{actual}");
}

fn status() -> Table {
    let rows = ["n1|up|leader|2|10", "n2|paused|follower|2|9", "n10|down||1|100"];
    table(1, "node|state|role|term|last", &rows)
}

#[test]
fn columns_fit_their_content() {
    let expected = "
node │ state  │ role     │ term │ last
─────┼────────┼──────────┼──────┼─────
n1   │ up     │ leader   │    2 │   10
n2   │ paused │ follower │    2 │    9
n10  │ down   │          │    1 │  100";
    for width in [39, 40, 80, 100] {
        check(status(), width, expected);
    }
}

#[test]
fn lines_are_written_as_they_are() {
    let document =
        Document::from("a").line("").line(Text::new().plain("b  ").toned(Tone::Bad, "c   "));
    assert_eq!(plain(&document, 1), "a\n\nb  c\n");
    assert_eq!(text(&document, 1), "a\n\nb  \u{1b}[31mc\u{1b}[0m\n");
    assert_eq!(text(&Document::new(), 80), "");
}

#[test]
fn the_head_is_strong() {
    let table =
        Table { head: vec!["a".into(), Text::new().toned(Tone::Leader, "b")], ..Table::default() };
    let coloured = text(&Document::new().table(table), 80);
    assert!(coloured.starts_with("\u{1b}[1ma\u{1b}[0m │ \u{1b}[32;1mb\u{1b}[0m\n"), "{coloured:?}");
}

#[test]
fn an_empty_table_says_so() {
    check(table(1, "op|outcome", &[]), 80, "op │ outcome\n───┼────────\n(none)");
    check(table(1, "op|outcome", &[]), 5, "(none)");
    check(Table::default(), 80, "(none)");
}

#[test]
fn too_narrow_for_a_table() {
    check(
        table(1, "node|state", &["n1|a long explanation", "n2|"]),
        20,
        "
node:  n1
state: a long
       explanation

node:  n2
state:",
    );
}

#[test]
fn nothing_names_the_row() {
    let long = "a value that is thirty-two wide.";
    let expected = format!("a: {long}\nb: {long}\nc: {long}");
    check(table(0, "a|b|c", &[&[long; 3].join("|")]), 70, &expected);
}

#[test]
fn one_long_column_is_wrapped() {
    check(
        table(
            1,
            "op|command|outcome",
            &["op1|put key=the quick brown fox jumps over the lazy dog|ok", "op2|get x|failed"],
        ),
        50,
        "
op  │ command                           │ outcome
────┼───────────────────────────────────┼────────
op1 │ put key=the quick brown fox jumps │ ok
    │ over the lazy dog                 │
op2 │ get x                             │ failed",
    );
    check(
        table(1, "op|command", &["op1|put x=0123456789012345678901234567890123456789"]),
        40,
        "
op  │ command
────┼───────────────────────────────────
op1 │ put
    │ x=01234567890123456789012345678901
    │ 23456789",
    );
}

/// A text without blanks is broken after a comma if it has one, or else between the ends of a
/// range.
#[test]
fn lists_are_broken_between_their_items() {
    for (text, lines) in [
        ("n9,n10,n11@1 vote n2", "n9,n10,\nn11@1\nvote n2"),
        ("n100..n101@1", "n100..\nn101@1"),
        ("a n9,n10,n11", "a\nn9,n10,\nn11"),
        ("abcdefghijkl", "abcdefgh\nijkl"),
        (",bcdefghijkl", ",\nbcdefghi\njkl"),
    ] {
        let document = Document::new().paragraph(Paragraph::new(text));
        assert_eq!(plain(&document, 8), format!("{lines}\n"));
    }
}

#[test]
fn endless_cells_are_cut() {
    let row = format!("op1|{}", "x".repeat(60_000));
    let drawn = plain(&Document::new().table(table(1, "op|command", &[&row])), 60);
    assert_eq!(drawn.lines().count(), 14);
    assert!(drawn.ends_with("x…\n"), "{drawn}");
    let row = format!("op1|{}", "x ".repeat(30_000));
    assert_eq!(
        plain(&Document::new().table(table(1, "op|command", &[&row])), 60).lines().count(),
        14
    );
}

#[test]
fn control_characters_are_shown() {
    let evil = "a\u{1b}[2J\nb\r\t\u{7}\u{0}\u{7f}\u{9b}\u{202e}c\\";
    let shown = "a\\x1b[2J\\nb\\r\\t\\x07\\x00\\x7f\\u{9b}\\u{202e}c\\";
    assert_eq!(plain(&Document::from(evil), 80), format!("{shown}\n"));
    let table =
        Table { head: vec![evil.into()], rows: vec![vec![evil.into()]], ..Table::default() };
    let rule = "─".repeat(shown.len());
    check(table, 80, &format!("{shown}\n{rule}\n{shown}"));
}

#[test]
fn wide_characters_keep_columns_aligned() {
    check(
        table(
            1,
            "key|value|node",
            &["漢字|1|n1", "e\u{301}e\u{301}|22|n2", "👍|3|n3", "x|none|n4"],
        ),
        80,
        "
key  │ value │ node
─────┼───────┼─────
漢字 │     1 │ n1
e\u{301}e\u{301}   │    22 │ n2
👍   │     3 │ n3
x    │  none │ n4",
    );
    check(
        table(1, "key|value", &["x|漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"]),
        40,
        "
key │ value
────┼───────────────────────────────────
x   │ 漢字漢字漢字漢字漢字漢字漢字漢字漢
    │ 字漢字",
    );
}

/// The logs of a cluster of this many nodes.
fn logs(nodes: usize) -> Table {
    let row = |index: usize| {
        let entries = (1..=nodes).map(|node| Text::from(format!("1 put k{index}={node}")));
        std::iter::once(Text::from(index.to_string())).chain(entries).collect()
    };
    let titles = (1..=nodes).map(|node| Text::from(format!("n{node} term 1")));
    let head = std::iter::once("index".into()).chain(titles).collect();
    Table { head, rows: (1..=2).map(row).collect(), key_columns: 1, ..Table::default() }
}

#[test]
fn wide_tables_are_broken_up() {
    check(
        logs(3),
        80,
        "
index │ n1 term 1  │ n2 term 1  │ n3 term 1
──────┼────────────┼────────────┼───────────
    1 │ 1 put k1=1 │ 1 put k1=2 │ 1 put k1=3
    2 │ 1 put k2=1 │ 1 put k2=2 │ 1 put k2=3",
    );
    check(
        logs(3),
        40,
        "
index │ n1 term 1  │ n2 term 1
──────┼────────────┼───────────
    1 │ 1 put k1=1 │ 1 put k1=2
    2 │ 1 put k2=1 │ 1 put k2=2

index │ n3 term 1
──────┼───────────
    1 │ 1 put k1=3
    2 │ 1 put k2=3",
    );
}

#[test]
fn a_hundred_and_one_nodes_stay_readable() {
    for (width, pieces, last) in [(40, 51, 1), (80, 21, 1), (100, 17, 4)] {
        let drawn = plain(&Document::new().table(logs(101)), width);
        let pieces_drawn: Vec<&str> = drawn.split("\n\n").collect();
        assert_eq!(pieces_drawn.len(), pieces, "{width}");
        for piece in &pieces_drawn {
            assert!(piece.starts_with("index │ n"));
            assert_eq!(piece.lines().count(), 4);
        }
        let titles: Vec<&str> = drawn.lines().filter(|line| line.starts_with("index")).collect();
        let titles: Vec<&str> =
            titles.iter().flat_map(|line| line.split(" │ ").skip(1)).map(str::trim).collect();
        let expected: Vec<String> = (1..=101).map(|node| format!("n{node} term 1")).collect();
        assert_eq!(titles, expected);
        assert_eq!(pieces_drawn[pieces - 1].lines().next().unwrap().matches('│').count(), last);
    }
}

#[test]
fn numbers_stand_at_the_right() {
    let rows = ["0|153.200ms|1|12.5%|n1", "10|2000.000ms|-|0%|n2", "100|9.000ms|x|100%|n3"];
    check(
        table(0, "id|time|term|loss|node", &rows),
        80,
        "
 id │       time │ term │  loss │ node
────┼────────────┼──────┼───────┼─────
  0 │  153.200ms │ 1    │ 12.5% │ n1
 10 │ 2000.000ms │ -    │    0% │ n2
100 │    9.000ms │ x    │  100% │ n3",
    );
}

/// Whatever the cells hold: no line ends in spaces or contains control characters, and tables keep
/// within the width. No text gets lost, because no cell here is long enough to be cut.
#[test]
fn holds_for_every_table() {
    const WORDS: [&str; 9] = [
        "",
        " ",
        "x",
        "5",
        "漢",
        "e\u{301}",
        "\n",
        "a longer word ",
        "0123456789012345678901234567890",
    ];
    const TONES: [Tone; 4] = [Tone::Plain, Tone::Dim, Tone::Bad, Tone::Leader];
    let mut seed = 1u64;
    let mut below = |end: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % end as u64) as usize
    };
    for _ in 0..3_000 {
        let columns = 1 + below(7);
        let mut cell = || {
            (0..below(5)).fold(Text::new(), |text, _| text.toned(TONES[below(4)], WORDS[below(9)]))
        };
        let head: Vec<Text> = (0..columns).map(|_| cell()).collect();
        let rows: Vec<Vec<Text>> = (0..3).map(|_| (0..columns).map(|_| cell()).collect()).collect();
        let table = Table { head, rows, key_columns: below(3), ..Table::default() };
        let width = below(120);
        let solid = |text: &str| text.matches(['x', '5', '漢', '0', 'a']).count();
        let cells = table.rows.iter().flatten().flat_map(|text| &text.0);
        let expected: usize = cells.map(|span| solid(&span.text)).sum();
        let drawn = plain(&Document::new().table(table), width);
        assert!(solid(&drawn) >= expected, "something got lost\n{drawn}");
        for line in drawn.lines() {
            assert!(!line.ends_with(' ') && !line.contains(char::is_control), "{line:?}");
            let columns = get_string_width(line);
            assert!(columns <= width || !line.contains('│'), "{width} columns exceeded\n{drawn}");
        }
    }
}

#[test]
fn many_rows() {
    let row = vec![Text::new().toned(Tone::Dim, "a value"); 6];
    let table =
        Table { head: row.clone(), rows: vec![row; 10_000], key_columns: 1, ..Table::default() };
    assert_eq!(plain(&Document::new().table(table), 100).lines().count(), 10_002);
}

#[test]
fn in_one_picture_each_sign_means_one_thing() {
    // These two mean the same, a message that is lost, in either direction.
    let same = ["⇥⇤"];
    for picture in
        ["│┆·•●■✓✗▲!○╳─╌┼▶◀▷◁⇥⇤LCF", "━┄─┆·LCF", "│─┼═╪✓■✗≠~()", "│─┼·*", "│─┼✗~#", "│─┼═╪~"]
    {
        let mut taken: Vec<(String, char)> = Vec::new();
        for sign in picture.chars() {
            let plain = render::shown(&sign.to_string(), true);
            let clash = taken.iter().find(|(other, _)| *other == plain).map(|(_, sign)| *sign);
            // A crossing looks the same, whatever lines cross.
            let fine = |clash| same.contains(&&*format!("{clash}{sign}")) || sign == '╪';
            assert!(clash.is_none_or(fine), "{clash:?} and {sign} are both {plain}");
            taken.push((plain, sign));
        }
    }
}
