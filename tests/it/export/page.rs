//! Pages, as far as they can be checked without a browser: what they know, and that it stays data.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{WILD, exported};
use crate::call::{raftsh, run};
use crate::surroundings::Folder;

/// What a page knows.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    assert!(!json.contains('<'), "no element can end or begin within the data");
    serde_json::from_str(json).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The page that `raftsh export` makes of a file of this project.
fn page_of(file: &str) -> String {
    let folder = Folder::new("page");
    let file = root().join(file).to_string_lossy().into_owned();
    let (status, _, errors) =
        run(raftsh(&["-q", "export", &file, "page.html"]).current_dir(&folder));
    assert_eq!((status, errors.as_str()), (0, ""), "{file}");
    fs::read_to_string(folder.join("page.html")).unwrap()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// A page needs nothing else, whatever is in it.
#[test]
fn a_page_asks_for_nothing() {
    let page = &exported(WILD, &["a.html"])[0];
    for word in ["http:", "https:", "src=", "@import", "url(", "innerHTML", "insertAdjacentHTML"] {
        let rest = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!rest.contains(word), "{word}");
    }
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script").count(), 3);
    assert!(page.contains("default-src 'none'"));
}

/// The figure from which somebody without raftsh learns why entry 2 is not committed in (c).
#[test]
fn the_page_of_figure_8_explains_it() {
    let data = data(&page_of("scripts/figure-8.raft"));
    let act = &data["acts"][0];
    let texts = strings(&data["texts"]);
    let text = |number: &Value| texts[number.as_u64().unwrap() as usize];
    let marks = act["marks"].as_array().unwrap();
    let c = marks.iter().find(|mark| mark[0] == "c").unwrap()[2].as_u64().unwrap();
    let main = &act["branches"][0];
    let answers = main["answers"].as_array().unwrap();
    let mut asked =
        answers.iter().filter(|it| text(&it["q"]) == "2@2" && it["e"].as_u64() <= Some(c));
    let last: Vec<&str> =
        asked.next_back().unwrap()["c"].as_array().unwrap().iter().map(text).collect();
    let last = last.join("\n");
    for part in ["2@2 is durable on 3 of 5 nodes", "of an earlier term", "§5.4.2", "#"] {
        assert!(last.contains(part), "{part}: {last}");
    }
    let branches = act["branches"].as_array().unwrap();
    assert_eq!((branches.len(), &branches[1]["name"]), (2, &Value::from("e")));
    assert_eq!(branches[1]["before"].as_u64(), Some(c));
    let captions = main["captions"].as_array().unwrap();
    assert!(captions.iter().any(|caption| text(&caption[1]).starts_with("(c) n5 crashes")));
}

/// Columns have a value for each event, and names are those of `help events`.
#[test]
fn a_page_knows_all_events() {
    let texts = exported(WILD, &["a.html", "a.jsonl", "b.html n2,n3 --since 300ms --until 900ms"]);
    let whole = data(&texts[0]);
    let branch = &whole["acts"][0]["branches"][0];
    let count = texts[1].lines().count();
    for column in ["times", "nodes", "kinds", "causes", "texts"] {
        assert_eq!(branch[column].as_array().unwrap().len(), count, "{column}");
    }
    let kinds: Vec<&str> = branch["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| whole["kinds"][kind.as_u64().unwrap() as usize][0].as_str().unwrap())
        .collect();
    let named = texts[1].lines().map(|line| {
        let event: Value = serde_json::from_str(line).unwrap();
        event["kind"].as_str().unwrap().to_owned()
    });
    assert!(named.eq(kinds.iter().copied()));
    let part = data(&texts[2]);
    let branch = &part["acts"][0]["branches"][0];
    let before = branch["before_us"].as_u64().unwrap();
    assert!((200_000..400_000).contains(&before), "{before}");
    assert_eq!(part["acts"][0]["nodes"].as_array().unwrap().len(), 2);
    let ids = branch["ids"].as_array().unwrap();
    assert!(ids.len() > 50 && ids.iter().any(|gap| gap.as_u64() > Some(1)));
}

/// A tutorial with several sessions is one page, with a cluster for each.
#[test]
fn a_page_of_a_tutorial_has_all_its_clusters() {
    let data = data(&page_of("scripts/tutorials/6-figures-7-and-8.md"));
    assert!(data["acts"].as_array().unwrap().len() >= 3);
}

/// The picture in the README is what it says.
#[test]
#[allow(clippy::disallowed_methods, reason = "a test may be told to rewrite what it expects")]
fn the_picture_in_the_readme_is_drawn_by_the_command_that_it_names() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let command = "export figure-8.svg --since 132ms --until c";
    assert!(readme.contains(&format!("`{command}`")) && readme.contains("](scripts/figure-8.svg)"));
    let folder = Folder::new("readme-picture");
    let script = root().join("scripts/figure-8.raft").to_string_lossy().into_owned();
    let all = format!("source {script:?}; switch main; {command}");
    let (status, _, errors) = run(raftsh(&["-q", "-c", &all]).current_dir(&folder));
    assert_eq!((status, errors.as_str()), (0, ""));
    let drawn = fs::read_to_string(folder.join("figure-8.svg")).unwrap();
    let kept = root().join("scripts/figure-8.svg");
    if std::env::var_os("BLESS_SCREENS").is_some() {
        fs::write(&kept, &drawn).unwrap();
    }
    assert!(drawn == fs::read_to_string(kept).unwrap(), "BLESS_SCREENS=1 draws it again");
}

/// A branch on which only time has passed is a part of the page like any other.
#[test]
fn a_page_holds_a_branch_on_which_only_time_has_passed() {
    let commands = "cluster 3; run until leader; put x=5; run 200ms; goto 20; run 5ms";
    let data = data(&exported(commands, &["a.html"])[0]);
    let branches = data["acts"][0]["branches"].as_array().unwrap();
    let names: Vec<&Value> = branches.iter().map(|branch| &branch["name"]).collect();
    assert_eq!(names, ["main", "b1"]);
    assert_eq!(data["acts"][0]["open"][0], 1);
}
