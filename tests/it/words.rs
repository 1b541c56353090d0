//! The types of the protocol in JSON, as programs read and write them.

use serde_json::{from_str, to_string};

use raftsh::raft::{
    AppendRefusal, Body, Config, Configuration, DiskSpace, Entries, Entry, Flaw, Flaws, Group,
    HardState, Image, Index, Input, Invariant, Log, Message, MessageKind, NodeId, NodeSet, Note,
    Output, Payload, Position, ReadMode, Report, RequiredWrite, RoleChange, RoleName, Round,
    Snapshot, Term, Ticket, Timer, TransferEnd, VoteRefusal,
};

const NODE: &str = r#""n2""#;

fn notes() -> Vec<(Note, &'static str)> {
    let (term, candidate, leader) = (Term(3), NodeId::at(1), NodeId::at(1));
    let position = Position { index: Index(4), term: Term(2) };
    let refused = |why| Note::VoteRefused { term, candidate, candidate_log: position, why };
    let changed = |was, why| Note::RoleChanged {
        role: RoleName::Follower,
        term,
        was,
        was_term: Term(2),
        why,
    };
    let append = |why| Note::AppendRefused { leader, prev_log: position, why };
    let entry = Entry { term, payload: Payload::Command(7) };
    vec![
        (
            changed(
                RoleName::Leader,
                RoleChange::LaterTerm { from: leader, kind: MessageKind::RequestVote },
            ),
            r#"{"kind":"role_changed","role":"follower","term":3,"was":"leader","was_term":2,"why":"later_term","from":"n2","type":"RequestVote"}"#,
        ),
        (
            changed(RoleName::Candidate, RoleChange::LeaderKnown { leader }),
            r#"{"kind":"role_changed","role":"follower","term":3,"was":"candidate","was_term":2,"why":"leader_known","leader":"n2"}"#,
        ),
        (
            changed(RoleName::Candidate, RoleChange::DiskFull),
            r#"{"kind":"role_changed","role":"follower","term":3,"was":"candidate","was_term":2,"why":"disk_full"}"#,
        ),
        (
            Note::ReadDeferred { reader: candidate, term },
            r#"{"kind":"read_deferred","reader":"n2","term":3}"#,
        ),
        (Note::ElectionLost { term, votes: 2 }, r#"{"kind":"election_lost","term":3,"votes":2}"#),
        (
            Note::VoteGranted { term, candidate },
            r#"{"kind":"vote_granted","term":3,"candidate":"n2"}"#,
        ),
        (
            refused(VoteRefusal::StaleTerm),
            r#"{"kind":"vote_refused","term":3,"candidate":"n2","candidate_log_index":4,"candidate_log_term":2,"reason":"stale_term"}"#,
        ),
        (
            refused(VoteRefusal::VotedFor(NodeId::at(2))),
            r#"{"kind":"vote_refused","term":3,"candidate":"n2","candidate_log_index":4,"candidate_log_term":2,"reason":"voted_for","voted_for":"n3"}"#,
        ),
        (
            refused(VoteRefusal::LogBehind(position)),
            r#"{"kind":"vote_refused","term":3,"candidate":"n2","candidate_log_index":4,"candidate_log_term":2,"reason":"log_behind","last_log_index":4,"last_log_term":2}"#,
        ),
        (
            refused(VoteRefusal::NoRoom),
            r#"{"kind":"vote_refused","term":3,"candidate":"n2","candidate_log_index":4,"candidate_log_term":2,"reason":"disk_full"}"#,
        ),
        (
            Note::EntryAppended { index: Index(5), entry },
            r#"{"kind":"entry_appended","index":5,"term":3,"payload":{"command":7}}"#,
        ),
        (Note::LogTruncated { from: Index(5) }, r#"{"kind":"log_truncated","from":5}"#),
        (
            append(AppendRefusal::TooShort(Index(1))),
            r#"{"kind":"append_refused","leader":"n2","prev_log_index":4,"prev_log_term":2,"reason":"too_short","last_log_index":1}"#,
        ),
        (
            append(AppendRefusal::OtherTerm(Term(1))),
            r#"{"kind":"append_refused","leader":"n2","prev_log_index":4,"prev_log_term":2,"reason":"other_term","found_term":1}"#,
        ),
        (Note::CommitAdvanced { commit: Index(5) }, r#"{"kind":"commit_advanced","commit":5}"#),
        (Note::CommitHeld { held: position }, r#"{"kind":"commit_held","index":4,"term":2}"#),
        (
            Note::WriteForgone { need: RequiredWrite::Entry(Index(5)) },
            r#"{"kind":"write_forgone","need":"entry","index":5}"#,
        ),
        (
            Note::WriteForgone { need: RequiredWrite::Term(term) },
            r#"{"kind":"write_forgone","need":"term","term":3}"#,
        ),
        (
            Note::WriteForgone { need: RequiredWrite::Leading },
            r#"{"kind":"write_forgone","need":"leading"}"#,
        ),
    ]
}

/// The configuration of n1 and n2 that replaces that of n1 and n3, with n4 as a learner.
fn joint() -> Configuration {
    let set = |positions: &[usize]| positions.iter().map(|&at| NodeId::at(at)).collect();
    Configuration::of(Group {
        voters: set(&[0, 1]),
        outgoing: set(&[0, 2]),
        learners: set(&[3]),
        stays: false,
    })
}

/// The notes of what goes beyond figure 2.
fn notes_beyond_figure_2() -> Vec<(Note, &'static str)> {
    let (term, candidate) = (Term(3), NodeId::at(1));
    let position = Position { index: Index(4), term: Term(2) };
    vec![
        (
            Note::PreVoteGranted { term, candidate },
            r#"{"kind":"pre_vote_granted","term":3,"candidate":"n2"}"#,
        ),
        (
            Note::PreVoteRefused {
                term,
                candidate,
                candidate_log: position,
                why: VoteRefusal::LeaderHeard,
            },
            r#"{"kind":"pre_vote_refused","term":3,"candidate":"n2","candidate_log_index":4,"candidate_log_term":2,"why":"leader_heard"}"#,
        ),
        (
            Note::TransferEnded { to: candidate, reason: TransferEnd::GaveUp },
            r#"{"kind":"transfer_ended","to":"n2","reason":"gave_up"}"#,
        ),
        (
            Note::QuorumChecked { heard: 1, needed: 2 },
            r#"{"kind":"quorum_checked","heard":1,"needed":2}"#,
        ),
        (
            Note::ConfigurationChanged { configuration: joint(), index: Some(Index(5)) },
            r#"{"kind":"configuration_changed","voters":["n1","n2"],"outgoing":["n1","n3"],"learners":["n4"],"index":5}"#,
        ),
        (
            Note::ConfigurationChanged {
                configuration: Configuration::of(Group::of(NodeSet::first(3))),
                index: None,
            },
            r#"{"kind":"configuration_changed","voters":["n1","n2","n3"],"outgoing":null,"learners":[],"index":null}"#,
        ),
        (
            Note::SnapshotInstalled { index: Index(5), term, configuration: joint() },
            r#"{"kind":"snapshot_installed","index":5,"term":3,"voters":["n1","n2"],"outgoing":["n1","n3"],"learners":["n4"]}"#,
        ),
        (Note::LogCompacted { first: Index(6) }, r#"{"kind":"log_compacted","first":6}"#),
    ]
}

#[test]
fn notes_are_written_as_history_shows_them() {
    let notes: Vec<_> = notes().into_iter().chain(notes_beyond_figure_2()).collect();
    for &(note, text) in &notes {
        assert_eq!(to_string(&note).unwrap(), text);
        assert_eq!(from_str::<Note>(text).unwrap(), note);
    }
    let told: Vec<&str> = notes.iter().map(|(note, _)| note.name()).collect();
    assert!(Note::NAMES.iter().all(|name| told.contains(name)));
}

#[test]
fn messages_are_written_with_the_paper_s_names() {
    let position = Position { index: Index(4), term: Term(2) };
    let entries = Entries::from(vec![Entry { term: Term(2), payload: Payload::Command(7) }]);
    let mut told = Vec::new();
    for (body, text) in [
        (
            Body::RequestVote { last_log: position, transfer: false },
            r#""type":"RequestVote","last_log_index":4,"last_log_term":2"#,
        ),
        (Body::RequestVoteReply { granted: true }, r#""type":"RequestVoteReply","granted":true"#),
        (
            Body::AppendEntries {
                prev_log: position,
                entries,
                leader_commit: Index(3),
                round: Round(0),
            },
            r#""type":"AppendEntries","prev_log_index":4,"prev_log_term":2,"entries":[{"term":2,"payload":{"command":7}}],"leader_commit":3"#,
        ),
        (
            Body::AppendEntriesAccepted { match_index: Index(4), round: Round(0) },
            r#""type":"AppendEntriesAccepted","match_index":4"#,
        ),
        (
            Body::AppendEntriesAccepted { match_index: Index(4), round: Round(9) },
            r#""type":"AppendEntriesAccepted","match_index":4,"round":9"#,
        ),
        (Body::ReadIndex { ticket: Ticket(7) }, r#""type":"ReadIndex","ticket":7"#),
        (
            Body::ReadIndexReply { ticket: Ticket(7), index: Index(3) },
            r#""type":"ReadIndexReply","ticket":7,"index":3"#,
        ),
        (
            Body::AppendEntriesRefused {
                prev_log_index: Index(4),
                hint: position,
                round: Round(0),
            },
            r#""type":"AppendEntriesRefused","prev_log_index":4,"hint_index":4,"hint_term":2"#,
        ),
        (
            Body::InstallSnapshot {
                snapshot: Snapshot {
                    last: position,
                    configuration: joint(),
                    image: Image::default(),
                },
            },
            r#""type":"InstallSnapshot","last_included_index":4,"last_included_term":2,"voters":["n1","n2"],"outgoing":["n1","n3"],"learners":["n4"]"#,
        ),
        (
            Body::InstallSnapshotReply { match_index: Index(4) },
            r#""type":"InstallSnapshotReply","match_index":4"#,
        ),
        (
            Body::PreVote { last_log: position },
            r#""type":"PreVote","last_log_index":4,"last_log_term":2"#,
        ),
        (Body::PreVoteReply { granted: false }, r#""type":"PreVoteReply","granted":false"#),
        (Body::TimeoutNow {}, r#""type":"TimeoutNow""#),
    ] {
        told.push(body.kind());
        let message = Message { from: NodeId::at(0), to: NodeId::at(1), term: Term(2), body };
        let text = format!(r#"{{"from":"n1","to":"n2","term":2,{text}}}"#);
        assert_eq!(to_string(&message).unwrap(), text);
        assert_eq!(from_str::<Message>(&text).unwrap(), message);
    }
    assert!(MessageKind::ALL.iter().all(|kind| told.contains(kind)));
}

#[test]
fn what_is_no_word_is_refused() {
    assert_eq!(from_str::<NodeId>(NODE).unwrap(), NodeId::at(1));
    assert_eq!(from_str::<NodeId>(r#""n101""#).unwrap(), NodeId::at(100));
    for text in
        ["0", "2", "null", "[]", r#""""#, r#""n""#, r#""n0""#, r#""n102""#, r#""n02""#, r#""n+2""#]
    {
        assert!(from_str::<NodeId>(text).is_err(), "{text}");
    }
    assert!(from_str::<NodeId>(&format!(r#""n{}""#, "9".repeat(100_000))).is_err());
    for text in ["-1", "4294967296", "1.5", r#""1""#] {
        assert!(from_str::<Term>(text).is_err() && from_str::<Index>(text).is_err(), "{text}");
    }
    for (note, text) in notes() {
        for cut in 0..text.len() {
            assert!(from_str::<Note>(&text[..cut]).is_err(), "{note:?} cut to {cut}");
        }
    }
    let deep = format!(r#"{{"from":"n1","to":"n2","term":2,"type":{}"#, "[".repeat(100_000));
    assert!(from_str::<Message>(&deep).is_err());
}

/// The inputs and outputs of a node, as a node in another process would receive and send them.
#[test]
fn the_door_is_made_of_words() {
    let mut flaws = Flaws::NONE;
    flaws.set(Flaw::ALL[3], true);
    let inputs = [
        (
            Input::Configure(Config { batch: 8, noop: true, flaws, ..Config::default() }),
            r#"{"configure":{"batch":8,"noop":true,"pre_vote":false,"check_quorum":false,"leader_writes_first":false,"least_timeout_us":150000,"keeps_lease":false,"lease_us":0,"lease_bound_us":0,"flaws":["vote-twice"]}}"#,
        ),
        (Input::Timeout(Timer::Election), r#"{"timeout":"election"}"#),
        (
            Input::Propose { ticket: Ticket(7), payload: Payload::Command(9) },
            r#"{"propose":{"ticket":7,"payload":{"command":9}}}"#,
        ),
        (
            Input::Read { ticket: Ticket(7), mode: ReadMode::Index },
            r#"{"read":{"ticket":7,"mode":"index"}}"#,
        ),
        (Input::Written(Ticket(4)), r#"{"written":4}"#),
        (Input::DiskSpace(DiskSpace::Votes), r#"{"disk_space":"votes"}"#),
    ];
    for (input, text) in inputs {
        assert_eq!(to_string(&input).unwrap(), text);
        assert_eq!(from_str::<Input>(text).unwrap(), input);
    }
    let hard_state = HardState { current_term: Term(3), voted_for: None };
    let outputs = [
        (
            Output::Report(Report::starting(hard_state, &Log::default(), None)),
            r#"{"report":{"role":"follower","term":3,"vote":null,"leader":null,"commit":0,"applied":0,"last":{"index":0,"term":0}}}"#,
        ),
        (
            Output::Apply { first: Index(1), through: Index(2) },
            r#"{"apply":{"first":1,"through":2}}"#,
        ),
        (
            Output::Refused { ticket: Ticket(7), leader: Some(NodeId::at(1)) },
            r#"{"refused":{"ticket":7,"leader":"n2"}}"#,
        ),
        (
            Output::ReadConfirmed { ticket: Ticket(7), index: Index(2) },
            r#"{"read_confirmed":{"ticket":7,"index":2}}"#,
        ),
        (Output::Halt(Invariant::TermRises), r#"{"halt":"term_rises"}"#),
    ];
    for (output, text) in outputs {
        assert_eq!(to_string(&output).unwrap(), text);
        assert_eq!(from_str::<Output>(text).unwrap(), output);
    }
    for hostile in
        [r#"{"configure":{"batch":8,"noop":true,"flaws":["none"]}}"#, r#"{"timeout":"nap"}"#, "7"]
    {
        assert!(from_str::<Input>(hostile).is_err(), "{hostile}");
    }
}
