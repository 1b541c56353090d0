//! Turns a move that the world refused into an error with a hint.

use crate::disk::DamageTarget;
use crate::language::Error;
use crate::raft::ChangeRefusal;
use crate::sim::{HostState, Refused};

/// What helps against the refusal of a change to the members.
fn refused_change(error: Error, why: ChangeRefusal) -> Error {
    match why {
        ChangeRefusal::IsLearner(node) => {
            error.help(format!("`member promote {node}` makes it a voter"))
        }
        ChangeRefusal::NoMember(node) => error.help(format!("`member add {node}` adds it")),
        ChangeRefusal::Uncommitted(entry) => error
            .help(format!("only one change is made at a time; `why {entry}` says what is missing")),
        ChangeRefusal::NothingCommitted(_) => {
            error.help("`set noop on` before the election, or put something and wait for it")
        }
        ChangeRefusal::Joint => error.help("`member leave` ends it, once it is committed"),
        ChangeRefusal::IsVoter(_)
        | ChangeRefusal::LastVoter(_)
        | ChangeRefusal::NoVoters
        | ChangeRefusal::VoterAndLearner(_)
        | ChangeRefusal::Same
        | ChangeRefusal::NotJoint => error.help("`members` shows the configuration"),
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        let error = Error::failed(refused.to_string());
        match refused {
            Refused::NotUp(node, HostState::Paused) => {
                error.word(node.to_string()).help(format!("`resume {node}` ends the pause"))
            }
            Refused::NotUp(node, _) => {
                error.word(node.to_string()).help(format!("`restart {node}` starts it"))
            }
            Refused::NotOnDisk { node, bytes, target: DamageTarget::Byte(_) } => {
                let last = bytes.saturating_sub(1);
                error.word(node.to_string()).help(format!("its disk holds bytes 0 to {last}"))
            }
            Refused::NotOnDisk { node, .. } => error
                .word(node.to_string())
                .help(format!("only what is synced is on its disk; `disk show {node}` lists it")),
            Refused::NoOlderVersion(node) => error
                .word(node.to_string())
                .help("an election makes it write its term and vote again"),
            Refused::NotLeader { node, .. }
            | Refused::InTwoGroups(node)
            | Refused::IsLeader(node)
            | Refused::HandsOver { node, .. }
            | Refused::TransferToItself(node)
            | Refused::NoEngine(node)
            | Refused::NoVoter(node) => error.word(node.to_string()),
            Refused::NoMessage(message) => {
                error.word(format!("m{message}")).help("`messages` lists what is in flight")
            }
            Refused::NamedTwice(message) => error.word(format!("m{message}")),
            Refused::LinkIsCut { message, .. } => {
                error.word(format!("m{message}")).help("`heal` ends cuts")
            }
            Refused::LeaseNeedsCheckQuorum(_) => {
                error.help("`set check-quorum on` turns it on everywhere")
            }
            Refused::ReadsAreByLease => error.help("`set reads log` comes first"),
            Refused::Change { node, why } => refused_change(error.word(node.to_string()), why),
            Refused::NeverCampaigns(node) => error
                .word(node.to_string())
                .help("`members` shows the configurations, `member add` adds a voter"),
            Refused::TooManyNodes { .. } => error,
            Refused::ChangeAgain(_) => error.help("`member` asks for a change"),
            Refused::TimeHasMoved => error.help("`cluster` makes a fresh cluster"),
            Refused::LogsDoNotMatch { .. } => error.help(
                "two logs with the same term at an index are equal up to there (log \
                    matching, §5.3)",
            ),
            Refused::EventDue => error.help("steps are moves of their own: step N"),
            Refused::NotAnOption(_) => error.help("`engine` shows what the engine says of itself"),
            Refused::NotForEngines(_)
            | Refused::NoSuchNode(_)
            | Refused::BadSetting(_)
            | Refused::NoLink(..)
            | Refused::TooManyOps
            | Refused::TermsFall { .. }
            | Refused::TermBelowLog { .. }
            | Refused::TermZero => error,
            Refused::NoSuchRequest(_) => error.help("`ops` lists the requests"),
            Refused::ClientIsBusy { op, .. } => error.help(format!(
                "`run until {op} != pending` waits for its answer; another --client need not wait"
            )),
            Refused::GivenUp { .. } => {
                error.help("a request that was given up is never done later; send a new one")
            }
        }
    }
}
