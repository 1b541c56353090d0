//! What is offered, hinted and coloured while a line is typed, at every kind of place, and what
//! abbreviations expand to.

use raftsh::command::Grammar;
use raftsh::console::Output;
use raftsh::language::condition::{self, ExpectedWord, Scope};
use raftsh::prompt::colour::toned;
use raftsh::prompt::complete::complete;
use raftsh::prompt::hint::hint;
use raftsh::prompt::short::spell_out;
use raftsh::script::{FailurePolicy, Interpreter, Runner, Script, TypingContext};
use raftsh::session::{Session, Start};
use raftsh::view::document::Tone;

/// What completion knows of the cluster after these commands.
pub(crate) fn typing_context(nodes: usize, commands: &str) -> TypingContext {
    let mut session = Session::new(Start { nodes, ..Start::default() });
    let mut out = Output::captured(80);
    Runner::new(&mut session, &mut out).run(&mut Script::text(None, commands), FailurePolicy::Stop);
    session.typing_context().unwrap()
}

/// The part of the line that is completed at its `|`, and the words that are offered: `ki: kill`.
fn offered(line: &str, typing_context: &TypingContext) -> String {
    let at = line.find('|').unwrap();
    let line = line.replacen('|', "", 1);
    let (start, found) = complete(&line, at, typing_context);
    let words: Vec<&str> = found.iter().map(|candidate| candidate.text.as_str()).collect();
    format!("{}: {}", &line[start..at], words.join(" "))
}

#[test]
fn what_is_offered() {
    let typing_context = typing_context(
        3,
        "run until leader; put leader x=5 --wait; put leader \"a b\"=6; set noop on; flaw on vote-twice",
    );
    for (line, expected) in [
        ("k|", "k: kill kv"),
        ("!ki|", "ki: kill"),
        ("5 ste|", "ste: step"),
        ("step; sta|", "sta: status"),
        ("repeat 2 { ti|", "ti: timeout tick"),
        ("echo k|", "k: "),
        ("# k|", ": "),
        ("kill |", ": all leader followers live down voters learners spares n1 n2 n3"),
        ("k |", ": all leader followers live down voters learners spares n1 n2 n3"),
        ("kill n|", "n: n1 n2 n3"),
        ("kill n1,l|", "l: leader live learners"),
        ("kill n1..|", ": n1 n2 n3"),
        ("kill n1 |", ": --power"),
        ("pause n1 |", ": "),
        ("disk |", ": cut restore full slow lie tear lose stale wipe scrub sync show"),
        ("disk c |", ": all leader followers live down voters learners spares n1 n2 n3"),
        ("partition n1 |", ": all leader followers live down voters learners spares n1 n2 n3 |"),
        ("put leader |", ": \"a b\"= x="),
        ("get leader x|", "x: x"),
        ("get leader x |", ": --wait --client --read"),
        ("get leader x --w|", "--w: --wait"),
        ("set e|", "e: election-timeout"),
        ("set noop |", ": on off"),
        ("set asc|", "asc: ascii"),
        ("set ascii |", ": on off"),
        ("set on-violation |", ": stop continue"),
        ("flaw on vote-n|", "vote-n: vote-not-persisted"),
        ("expect violated election-|", "election-: election-safety"),
        ("set heartbeat |", ": 50ms"),
        ("cluster --set la|", "la: latency="),
        ("cluster --set noop=|", ": on off"),
        ("deliver n1 n2 --type App|", "App: AppendEntries AppendEntriesReply"),
        ("deliver n1 n2 --newest --n|", "--n: "),
        ("history --kind role|", "role: role_changed"),
        ("history --op o|", "o: op2 op1"),
        ("history --entry |", ": 2@1 1@1"),
        ("status --format |", ": table json"),
        ("help cond|", "cond: conditions"),
        ("run |", ": until"),
        ("run until n1.r|", "r: role"),
        ("run until n1.role |", ": == != changes"),
        ("run until n1.role == l|", "l: leader"),
        ("run until leader |", ": and or within changes =="),
        ("run until leader within |", ": "),
        ("expect not (all.s|", "s: state snapshot"),
        ("expect (agree |", ": and or )"),
        ("expect n1.le|", "le: leader learners"),
        ("expect n1.sn|", "sn: snapshot"),
        ("expect n1.members == n|", "n: n1 n2 n3 none"),
        ("expect n1.members == n1,|", ": n1 n2 n3"),
        ("expect n1.members == n1,n2 |", ": and or"),
        ("expect count(all.learners == n1 |", ": )"),
        ("member add n1 --|", "--: --learner --at --wait"),
        ("expect n1.match.|", ": n1 n2 n3"),
        ("expect n1.kv.|", ": \"a b\" x"),
        ("expect n1.kv.x |", ": == !="),
        ("expect n1.kv.x == |", ": leader. n1. n2. n3. none"),
        ("expect n1.kv.\"a|", "\"a: \"a b\""),
        ("expect n1.kv. |", ": "),
        ("get leader \"a|", "\"a: \"a b\""),
        ("get leader a|", "a: \"a b\""),
        ("get leader 'x|", "'x: x"),
        ("get leader \"a b\"|", "\"a b\": \"a b\""),
        ("put leader \"a |", "\"a : \"a b\"="),
        (
            "source \"tests/it/sc|",
            "\"tests/it/sc: tests/it/schedules.rs tests/it/schedules/ tests/it/screens.rs tests/it/screens/ tests/it/scripts.rs",
        ),
        ("history --kind=ro|", "ro: role_changed"),
        ("history --kind=role_changed --type=App|", "App: AppendEntries AppendEntriesReply"),
        ("logs --format=|", ": table json"),
        ("cluster --set=noop=|", ": on off"),
        ("history --kin=|", "--kin=: "),
        ("history --roles=|", "--roles=: "),
        ("flaw |", ": on off"),
        ("flaw off |", ": vote-twice"),
        ("flaw on vote-t|", "vote-t: "),
        ("expect n1.vote == no|", "no: none"),
        ("expect op|", "op: op op2 op1"),
        ("expect op1.|", ": value"),
        ("expect op1 == |", ": ok failed pending unknown"),
        ("expect committed |", ": \"a b\"= x="),
        ("expect n1..|", ": n1 n2 n3"),
        ("expect l|", "l: leader linearizable leaders live. learners."),
        ("put leader 'a |", "'a : \"a b\"="),
        ("klil |", ": "),
    ] {
        assert_eq!(offered(line, &typing_context), expected, "{line}");
    }
}

/// A node may be left out, and options stand before or behind a condition.
#[test]
fn what_is_offered_where_words_may_be_left_out() {
    let typing_context =
        typing_context(3, "run until leader; put x=5 --wait; put \"a b\"=6; set noop on");
    for (line, expected) in [
        ("put |", ": all leader followers live down voters learners spares n1 n2 n3 \"a b\"= x="),
        ("put x|", "x: x="),
        ("put n1,n|", "n: n1 n2 n3"),
        ("get |", ": all leader followers live down voters learners spares n1 n2 n3 \"a b\" x"),
        ("get x |", ": --wait --client --read"),
        ("get \"a|", "\"a: \"a b\""),
        ("cas x |", ": none"),
        ("set heartbeat 5ms |", ": all leader followers live down voters learners spares n1 n2 n3"),
        ("heal n1 |", ": all leader followers live down voters learners spares n1 n2 n3"),
        ("restart |", ": all leader followers live down voters learners spares n1 n2 n3"),
        ("run --|", "--: --all --format"),
        ("run until leader --|", "--: --all --format"),
        ("run until leader --all --f|", "--f: --format"),
        ("run --all until lea|", "lea: leader leaders learners."),
        ("expect --format json lea|", "lea: leader leaders learners."),
        ("expect leader --format |", ": table json"),
    ] {
        assert_eq!(offered(line, &typing_context), expected, "{line}");
    }
}

/// Taking only what is offered always leads to a condition that is understood.
#[test]
fn what_is_offered_is_understood() {
    let typing_context =
        typing_context(1, "run until leader; put leader x=5 --wait; put leader \"a b\"=6");
    let mut open: Vec<String> = ["", "not (quiet or ", "count(", "up "].map(str::to_owned).to_vec();
    let mut complete_ones = 0;
    while let Some(source) = open.pop() {
        let line = format!("expect {source}");
        let (start, found) = complete(&line, line.len(), &typing_context);
        let found: Vec<_> = found.into_iter().map(|one| (one.text, one.whole)).collect();
        // Free values cannot be offered, so the test makes them up.
        let (start, found) = match found.as_slice() {
            [] => {
                (line.len(), ["5 ", "5s ", "[1,2] "].map(|text| (text.to_owned(), false)).to_vec())
            }
            found => (start, found.to_vec()),
        };
        let mut taken = 0;
        for (text, whole) in found {
            let next = format!("{}{text}{}", &line[7..start], if whole { " " } else { "" });
            if whole || next.ends_with(' ') {
                match condition::wanted(&next, Scope::Moment) {
                    None => continue,
                    Some(ExpectedWord::Join { comparable: false, open: false }) => {
                        condition::parse(&next, 0, Scope::Moment).unwrap();
                        (taken, complete_ones) = (taken + 1, complete_ones + 1);
                        continue;
                    }
                    Some(_) => {}
                }
            }
            taken += 1;
            // Taking these would only repeat the search: a joined condition begins as any other,
            // and other selectors, comparisons and requests continue alike.
            let alike = [
                "and",
                "or",
                "not",
                "all.",
                "followers.",
                "live.",
                "down.",
                "leader.",
                "n2.",
                "n3.",
                "count(",
                "up",
                "leaders",
                "<",
                "<=",
                ">",
                "op1",
            ];
            if !alike.contains(&text.as_str()) {
                open.push(next);
            }
        }
        assert!(taken > 0, "no way on from: {source}");
    }
    assert!(complete_ones > 100, "{complete_ones}");
}

#[test]
fn messages_are_offered_with_what_they_are() {
    let typing_context = typing_context(3, "timeout n1; step");
    let (_, found) = complete("drop m", 6, &typing_context);
    let shown: Vec<String> =
        found.iter().map(|one| format!("{} {}", one.text, one.about)).collect();
    assert_eq!(shown, ["m1 n1 → n2 RequestVote", "m2 n1 → n3 RequestVote"]);
    assert_eq!(offered("drop m1 |", &typing_context), ": m1 m2");
    assert_eq!(
        offered("drop n1 |", &typing_context),
        ": all leader followers live down voters learners spares n1 n2 n3"
    );
}

#[test]
fn large_clusters_are_offered_as_a_range() {
    let typing_context = typing_context(101, "");
    assert_eq!(
        offered("kill |", &typing_context),
        ": all leader followers live down voters learners spares n n1..n101"
    );
    assert_eq!(offered("kill n10|", &typing_context), "n10: n10 n100 n101");
}

#[test]
fn what_is_hinted() {
    let typing_context = typing_context(3, "run until leader");
    for (line, shown, certain) in [
        ("", None, ""),
        ("s", Some("tep [N]"), "tep"),
        ("?", Some(" [CMD|TOPIC…]"), ""),
        ("sta", Some("tus [NODES] [--watch[=on|off]] [--format table|json]"), "tus"),
        ("re", None, ""),
        ("klil", None, ""),
        ("put", Some(" [NODE] KEY=VALUE [--wait [DURATION]] [--client NAME]"), ""),
        ("put ", Some("[NODE] KEY=VALUE [--wait [DURATION]] [--client NAME]"), ""),
        ("put le", Some(" KEY=VALUE [--wait [DURATION]] [--client NAME]"), ""),
        ("put x", Some(" [--wait [DURATION]] [--client NAME]"), ""),
        ("put leader x=5 ", Some("[--wait [DURATION]] [--client NAME]"), ""),
        ("put x=5 ", Some("[--wait [DURATION]] [--client NAME]"), ""),
        ("heal n1 ", Some("[B]"), ""),
        ("set heartbeat 5ms ", Some("[NODES]"), ""),
        ("put leader x=5 --wait", Some(" [DURATION] [--client NAME]"), ""),
        ("run ", Some("DURATION|until COND [within DURATION] [--all] [--format table|json]"), ""),
        ("run --all ", Some("DURATION|until COND [within DURATION] [--format table|json]"), ""),
        ("run until leader --all ", Some("[--format table|json]"), ""),
        ("run until ", Some("COND"), ""),
        ("run until leader ", Some("[== NODE] [and COND] [or COND] [within DURATION]"), ""),
        ("run until leader within ", Some("DURATION"), ""),
        ("expect n1.term ", Some("== != < <= > >= NUMBER"), ""),
        ("expect n1.role == ", Some("follower|pre-candidate|candidate|leader"), ""),
        ("disk", Some(" cut|restore|full|slow|lie|tear|lose|stale|wipe|scrub|sync|show"), ""),
        ("disk cut ", Some("NODES"), ""),
        ("kill n1", Some(" [--power]"), ""),
        ("kill n1 --power", None, ""),
        (
            "cluster 3 --engine ",
            Some(
                "CMD|NODE=CMD [--seed S] [--spare N] [--set SETTING=VALUE] [--engine CMD|NODE=CM…",
            ),
            "",
        ),
        ("expect n1.members == ", Some("NODES|none"), ""),
        ("expect n1.members == n1,n2 ", Some("[and COND] [or COND]"), ""),
    ] {
        let found = hint(line, &typing_context, 80);
        let found = found.as_ref().map(|hint| (hint.shown.as_str(), hint.certain.as_str()));
        assert_eq!(found.map(|(shown, _)| shown.trim_end()), shown.map(str::trim_end), "{line}");
        assert_eq!(found.map_or("", |(_, certain)| certain), certain, "{line}");
    }
    assert_eq!(hint("put ", &typing_context, 10).unwrap().shown, "[NODE] KE…");
    assert_eq!(hint("put ", &typing_context, 3), None);
}

/// The line with its tones: `<kill> n1`, bad parts as `!n9!`.
pub(crate) fn coloured(line: &str, typing_context: &TypingContext) -> String {
    let span = |text: &str, tone| match tone {
        Tone::Strong => format!("<{text}>"),
        Tone::Bad => format!("!{text}!"),
        Tone::Good => format!("'{text}'"),
        Tone::Dim => format!("_{text}_"),
        _ => text.to_owned(),
    };
    toned(line, line.len(), false, typing_context)
        .0
        .iter()
        .map(|one| span(&one.text, one.tone))
        .collect()
}

#[test]
fn what_is_coloured() {
    let typing_context = typing_context(3, "run until leader");
    for (line, expected) in [
        ("kill n1", "<kill> n1"),
        ("k n1", "<k> n1"),
        ("5 s; stat", "5 <s>; <stat>"),
        ("klil n1", "!klil! n1"),
        // An unfinished word is not wrong while it can still become something; it is once it is
        // left.
        ("re", "re"),
        ("re n1", "!re! n1"),
        ("kil", "<kil>"),
        ("kill n9", "<kill> !n9!"),
        ("kill n", "<kill> n"),
        ("kill n1,x9 ", "<kill> !n1,x9! "),
        ("put leader x", "<put> leader !x!"),
        ("put leader", "<put> leader"),
        ("put leader \"a b\"=1 # why", "<put> leader '\"a b\"=1' _# why_"),
        ("expect n1.rol", "<expect> n1.rol"),
        ("expect n1.rol == x", "<expect> n1.!rol! == x"),
        ("expect n1.role == leder and agree", "<expect> n1.role == !leder! and agree"),
        ("run until leader; klil", "<run> until leader; !klil!"),
        ("repeat 2 { step }", "<repeat> 2 { <step> }"),
        ("disk ctu n1", "<disk> !ctu! n1"),
        ("status --las", "<status> !--las!"),
        ("logs --las", "<logs> --las"),
        ("set latency 5", "<set> latency 5"),
        ("set latency 6", "<set> latency !6!"),
        ("echo 'a", "<echo> 'a"),
        ("kill n9\nklil\nstep", "<kill> !n9!\n!klil!\n<step>"),
    ] {
        assert_eq!(coloured(line, &typing_context), expected, "{line}");
    }
}

/// Whatever text is typed at whatever place, there is an answer, and it fits the line.
#[test]
fn no_line_is_too_strange() {
    let typing_context =
        typing_context(3, "run until leader; put leader x=5 --wait; timeout n1; step 3");
    let lines = [
        "put leader \"é b\"='c # d' --wait 5s; !kill n1,,n9..n2 # why",
        "repeat 3 { 5 run until not (n1.kv.é == 'x' or op1.value != none and committed a=b) within 5s }",
        "deliver m1 漢 --type=Append --nth 2 -- --all; partition n1 | n2,n3 |; set loss= 5%",
        "expect n1.log == [1,,2] and leader.next.n2 >= ((((; disk cut\tn1;;;}{ help ? ! !! -- 'never closed",
        "source ./../no/such/file*; cluster --set loss=5% --set é=; history --kind é --since #4 --last",
    ];
    for line in lines {
        for (at, _) in line.char_indices().chain([(line.len(), ' ')]) {
            for line in [&line[..at], &format!("{}\n{}", &line[at..], &line[..at]), &line[at..]] {
                for place in [0, line.len() / 2, line.len()]
                    .into_iter()
                    .filter(|at| line.is_char_boundary(*at))
                {
                    let (start, found) = complete(line, place, &typing_context);
                    assert!(start <= place && line.is_char_boundary(start), "{line}");
                    let typed = &line[start..place];
                    assert!(found.iter().all(|candidate| candidate.goes_on(typed)), "{line}");
                    let shown: String = toned(line, place, false, &typing_context)
                        .0
                        .iter()
                        .map(|span| span.text.as_str())
                        .collect();
                    assert_eq!(shown, line);
                }
                if let Some(hint) = hint(line, &typing_context, 80) {
                    assert!(
                        hint.shown.starts_with(&hint.certain) && hint.shown.chars().count() <= 80,
                        "{line}"
                    );
                }
                let _ = spell_out(line, &typing_context.grammar);
            }
        }
    }
}

#[test]
fn lines_are_spelt_out() {
    let grammar = Grammar::default();
    for (typed, full) in [
        ("", ""),
        ("# s", "# s"),
        ("s", "step"),
        ("s 3 # s", "step 3 # s"),
        ("  ste;  st ; !k n1", "  step;  status ; !kill n1"),
        ("status n1", "status n1"),
        ("set loss 0", "set loss 0"),
        ("setti", "settings"),
        ("dis c n1", "disk cut n1"),
        ("disk r n1", "disk restore n1"),
        ("disk x n1", "disk x n1"),
        ("5 s", "repeat 5 { step }"),
        ("5 put leader x=1; 2 s # twice", "repeat 5 { put leader x=1 }; repeat 2 { step } # twice"),
        ("5", "5"),
        ("rep 2 { s; 3 s }", "repeat 2 { step; repeat 3 { step } }"),
        ("5 repeat 2 { s }", "5 repeat 2 { step }"),
        ("'s'", "'s'"),
        ("klil n1", "klil n1"),
        ("echo 's", "echo 's"),
        ("!", "!"),
        ("? put", "help put"),
        ("exit", "quit"),
        ("b leader; c; u 2", "break leader; continue; undo 2"),
    ] {
        assert_eq!(spell_out(typed, &grammar), Ok(full.to_owned()), "{typed}");
    }
}

#[test]
fn what_may_mean_several_things_is_refused() {
    let error = spell_out("s; re n1", &Grammar::default()).unwrap_err();
    assert_eq!((error.message.as_str(), error.at), ("'re' is ambiguous", Some(3..5)));
    assert_eq!(error.help, ["commands are redo, release, repeat, restart, resume, retry"]);
    let error = spell_out("co", &Grammar::default()).unwrap_err();
    assert_eq!(error.help, ["commands are compare, continue, corrupt"]);
}
