//! Diagrams in Mermaid: no text of an event breaks the notation.

use raftsh::raft::NodeId;
use raftsh::view::diagram::mermaid::mermaid;
use raftsh::view::diagram::{Diagram, DiagramMark, DiagramRow};
use raftsh::view::document::Tone;
use raftsh::view::render;

#[test]
fn nothing_breaks_the_notation() {
    for (text, expected) in [
        ("m1 RequestVote term=1", "m1 RequestVote term=1"),
        ("put a;b=#1", "put a#59;b=#35;1"),
        ("<b> 5%", "#60;b#62; 5#37;"),
        ("put end=send", "put #101;nd=send"),
        ("ends end", "ends #101;nd"),
    ] {
        let row = DiagramRow {
            time_us: 0,
            event: 1,
            stroke: DiagramMark::Mark { lanes: vec![0], sign: '•' },
            text: text.to_owned(),
            tone: Tone::Plain,
            lives: Vec::new(),
        };
        let drawn = mermaid(&Diagram { lanes: vec![NodeId::at(0)], rows: vec![row] });
        let expected = format!("    Note over n1: {expected} (0.000ms, event 1)\n");
        let drawn = render::text(&drawn, 80);
        assert!(drawn.ends_with(&expected), "{drawn}");
    }
}
