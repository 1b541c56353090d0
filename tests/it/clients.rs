//! Clients: sessions, requests that are sent again, reads, and clients in the background.

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::{Event, Outcome};

use crate::surroundings::directory;

/// Runs a script to its end. Returns its session, what it printed, and its status.
fn run(text: &str) -> (Session, String, Status) {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let mut out = Output::captured(100);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(Some("t"), text), FailurePolicy::Stop);
    runner.finish();
    let status = runner.worst;
    let said = out.take();
    (session, said, status)
}

/// Runs a script that must succeed.
fn ok(text: &str) -> (Session, String) {
    let (session, said, status) = run(text);
    assert_eq!(status, Status::Ok, "{text}\n{said}");
    (session, said)
}

/// n1 leads term 1, and has not answered op1, which n2 and n3 have; then it is killed, and n2
/// leads.
const LOST: &str = "cut n2 n1 --one-way; cut n3 n1 --one-way; settle; kill n1; heal; timeout n2; \
    settle n2,n3\n";

fn led(settings: &str) -> String {
    format!("set timers off; {settings}; timeout n1; settle\n")
}

#[test]
fn a_request_of_a_session_is_done_once() {
    for name in ["", " --client c1"] {
        let (session, said) = ok(&format!(
            "{}incr n1 x{name}\n{LOST}expect op1 == unknown\nretry op1 n2; retry op n2\n\
                expect op1 == pending\nsettle n2,n3\nexpect op1 == ok and op1.value == 1\n\
                expect n2.kv.x == 1 and n2.commit == 3\nexpect linearizable and safe\n",
            led("set sessions on")
        ));
        let op = session.world().ops().get(raftsh::sim::OpId(1)).unwrap();
        assert_eq!((op.attempts, op.outcome), (3, Outcome::Ok));
        assert_eq!(session.world().ops().latest().map(|op| op.0), Some(1));
        assert!(said.contains("op1 again (attempt 2)"), "{said}");
    }
}

/// A leader that is none any more answers from its own store: the requests at odds are drawn.
#[test]
fn the_requests_at_odds_are_drawn() {
    let (_, said) = ok(&format!(
        "{}put n1 x=1; settle; isolate n1; timeout n2; settle n2,n3; put n2 x=2; settle n2,n3\n\
            put n2 y=3; settle n2,n3; get n1 x\n\
            expect violated reply-of-request and violated linearizability\n",
        led("set on-violation continue; flaw on local-read-as-log")
    ));
    let drawn: Vec<&str> = said.lines().map(str::trim).filter(|line| line.contains("|-")).collect();
    let rows = [
        "op1  n1  put x=1  ok     |---|",
        "op2  n2  put x=2  ok             |---|",
        "op4  n1  get x    ok, 1                  |---|",
    ];
    assert_eq!(drawn, rows, "{said}");
}

#[test]
fn without_sessions_a_retry_is_a_request_of_its_own() {
    let (session, _) = ok(&format!(
        "{}incr n1 x\n{LOST}retry op1 n2; settle n2,n3\n\
            expect op1 == unknown and op2.value == 2 and n2.kv.x == 2\nretry op2 n2; settle n2,n3\n\
            expect op3.value == 3\nexpect linearizable and safe\n",
        led("set sessions off")
    ));
    let op = session.world().ops().get(raftsh::sim::OpId(2)).unwrap();
    assert_eq!(op.call.retry_of.map(|first| first.0), Some(1));
}

#[test]
fn a_client_has_one_request_at_a_time() {
    let led = led("set sessions on");
    let (_, said, status) = run(&format!("{led}put n1 x=1 --client c1\nput n1 x=2 --client c1\n"));
    assert_eq!(status, Status::Failed);
    assert!(said.contains("c1 waits for op1"), "{said}");
    // A request that was given up is not sent again, and not done after the later one.
    ok(&format!(
        "{led}incr n1 x --client c1\n{LOST}incr n2 x --client c1; settle n2,n3\n\
            !retry op1 n2\nexpect op1 == unknown and op2.value == 2\nput n2 y=1 --client c2\n\
            put n2 y=2 --client c3\nput n2 y=3\nput n2 y=4\n"
    ));
}

#[test]
fn reads() {
    ok(&format!(
        "{}put n1 x=1; settle; tick n1; settle; isolate n3; put n1 x=2; settle n1,n2\n\
            !get n3 x; get n3 x --read local\nexpect op3 == ok and op3.value == 1\n\
            set reads local; get n2 x\nexpect op4 == ok\n!get n2 x --read log\npause n2; !get n2 x\n\
            expect linearizable and safe\n",
        led("set reads log")
    ));
}

#[test]
fn forms_without_a_node() {
    let (session, _) = ok(&format!(
        "{}incr x; incr x 5; incr n1 y -2; incr leader y; append x abc; append n1 t \"a b\"; settle\n\
            expect op2.value == 6 and op4.value == -1 and op6.value == 3\n\
            expect n1.kv.x == 6abc\nincr x --wait\n",
        led("set disk-latency 0us")
    )
    .replace("incr x --wait", "incr x; settle; expect op7 == failed and op7.value == 6abc"));
    assert_eq!(session.world().ops().latest().map(|op| op.0), Some(7));
    for wrong in [
        "incr n1",
        "incr x y",
        "append x",
        "incr x 1.5",
        "retry x",
        "put x=1 --client w1",
        "put x=1 --client \"a b\"",
        "get x --read fast",
        "clients 0",
        "clients 101",
        "clients --rate 5",
        "clients 3 --mix put=0",
        "clients 3 --mix putt=1",
        "clients 3 --rate 0",
        "clients 3 --timeout 0us",
    ] {
        assert_eq!(run(&format!("{wrong}\n")).2, Status::Usage, "{wrong}");
    }
    for refused in ["retry op1", "retry op", "run until leader; retry op7"] {
        assert_eq!(run(&format!("{refused}\n")).2, Status::Failed, "{refused}");
    }
}

fn events(session: &Session) -> Vec<Event> {
    session.events().iter().copied().collect()
}

const WORK: &str = "clients 3 --rate 50 --mix put=3,get=2,cas=1,del=1,incr=2,append=1\nrun 1s\n\
    kill leader\nrun 1s\nrestart\nput x=5 --wait\nisolate leader\nrun 1s\nheal\nrun 500ms\n";

#[test]
fn clients_at_work_do_the_same_every_time() {
    for sessions in ["on", "off"] {
        let text = format!("set sessions {sessions}\n{WORK}");
        let (first, said) = ok(&text);
        let (second, again) = ok(&text);
        assert_eq!(said, again);
        assert_eq!(events(&first), events(&second));
        let digest = first.world().fingerprint();
        assert_eq!(digest, second.world().fingerprint());
        let world = first.world();
        assert!(world.ops().last(usize::MAX).count() > 100, "{sessions}");
        let unknown = world.ops().last(usize::MAX);
        let unknown = unknown.filter(|(_, op)| op.outcome == Outcome::Unknown).count();
        assert_eq!(unknown > 0, sessions == "off", "{unknown} with sessions {sessions}");
        // Going back and forth, and saving and loading, lead to the same world.
        let folder = directory(&format!("clients-{sessions}"), &[]);
        let path = folder.join("saved.yaml");
        let file = path.display();
        let (gone, _) =
            ok(&format!("{text}goto 1700ms\nstatus\ngoto end\nundo; redo\nsave \"{file}\"\n"));
        assert_eq!(gone.world().fingerprint(), digest);
        let (loaded, said) = ok(&format!("load \"{file}\"\n"));
        assert!(!said.contains("edited"), "{said}");
        assert_eq!(loaded.world().fingerprint(), digest);
    }
}

#[test]
fn typed_requests_stay_the_latest() {
    ok(
        "run until leader\nput x=5 --wait\nclients 2\nrun 1s\nexpect op == ok and op.value == none\n\
        get x --wait\nrun 1s\nexpect op.value == 5\nclients off\nrun 1s\nexpect quiet\n",
    );
}

#[test]
fn clients_rest_under_settle_and_not_without_timers() {
    let (session, _) = ok(&format!("{}clients 3\nsettle\n", led("set noop off")));
    assert_eq!(session.world().ops().latest(), None);
    let (session, _) = ok(&format!("{}clients 3\nrun 1s\n", led("set noop off")));
    assert!(session.world().ops().latest().is_some_and(|op| op.0 > 20));
    let (session, _) = ok("clients 3\nrun 2s\nmend\n");
    assert_eq!(session.world().load(), None);
}
