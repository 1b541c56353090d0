//! No file imports in a circle.
//!
//! A file imports another one if it names something that the other defines, in a `use` or in a
//! path. A re-exported name (`pub use`) is followed to the file that defines it. A file that only
//! re-exports what a file below it defines, and does not name it otherwise, has not imported it.
//! Method calls are not seen: they need no import.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::{files, is_test};
use crate::source::{code, places, without_tests};

/// The keywords that define a name.
const DEFINING: [&str; 9] =
    ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "macro_rules!"];

type Path = Vec<String>;

/// What matters of a file for its imports.
struct Module {
    file: String,
    /// The path of the module, without `crate`.
    path: Path,
    /// The names that it defines.
    defines: BTreeSet<String>,
    /// The names that it imports, and from where; `*` for all of a module.
    used: Vec<(String, Path)>,
    /// The names that it imports from below only to re-export them: it uses them nowhere else.
    handed_on: Vec<(String, Path)>,
    /// The paths in its code.
    paths: Vec<Path>,
}

type House = BTreeMap<Path, Module>;

fn read(files: &[(String, String)]) -> House {
    let program = files.iter().filter(|(file, _)| !is_test(file) && file != "main.rs");
    program
        .map(|(file, text)| module(file, &without_tests(&code(text))))
        .map(|one| (one.path.clone(), one))
        .collect()
}

fn module(file: &str, code: &str) -> Module {
    let path =
        file.trim_end_matches(".rs").split('/').filter(|part| !matches!(*part, "mod" | "lib"));
    let path: Path = path.map(str::to_owned).collect();
    let mut rest = code.to_owned();
    let mut imports = Vec::new();
    let uses = places(code, "use")
        .into_iter()
        .filter(|at| code[at + "use".len()..].starts_with([' ', '\n']));
    for start in uses {
        let end = code[start..].find(';').map_or(code.len(), |end| start + end);
        spread(&code[start + "use".len()..end], &path, &mut imports);
        rest.replace_range(start..end, &" ".repeat(end - start));
    }
    let word = |start: usize| {
        rest[start..].trim_start().split(|c| !is_name(c)).next().unwrap_or_default().to_owned()
    };
    let defined = DEFINING
        .iter()
        .flat_map(|kind| places(&rest, kind).into_iter().map(|at| word(at + kind.len())));
    let defines: BTreeSet<String> = defined.filter(|name| !name.is_empty()).collect();
    let named = |name: &str| {
        places(&rest, name).into_iter().any(|at| {
            let (before, behind) = (&rest[..at], &rest[at + name.len()..]);
            let field =
                before.ends_with('.') || behind.starts_with(':') && !behind.starts_with("::");
            !field && !before.ends_with("mod ")
        })
    };
    let below = |(name, from): &(String, Path)| {
        from.len() > path.len() && from.starts_with(&path) && !named(name)
    };
    let (handed_on, used) = imports.into_iter().partition(below);
    Module { file: file.to_owned(), paths: paths(&rest, &path), defines, used, handed_on, path }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Collects every import of a `use`: the name it gets here, and its path.
fn spread(tree: &str, here: &[String], imports: &mut Vec<(String, Path)>) {
    let tree: String = tree.replace(" as ", "=").split_whitespace().collect();
    let mut open = vec![String::new()];
    let mut begun = String::new();
    for c in tree.chars().chain([',']) {
        match c {
            '{' => {
                let outer = open.last().cloned().unwrap_or_default();
                open.push(outer + &std::mem::take(&mut begun));
            }
            ',' | '}' => {
                if !begun.is_empty() {
                    let full =
                        open.last().cloned().unwrap_or_default() + &std::mem::take(&mut begun);
                    let (full, name) = full
                        .split_once('=')
                        .map_or((full.as_str(), None), |(full, name)| (full, Some(name)));
                    let full = full.strip_suffix("::self").unwrap_or(full);
                    let path: Vec<&str> = full.split("::").collect();
                    let name = name.unwrap_or(path.last().unwrap_or(&""));
                    imports.push((name.to_owned(), absolute(&path, here)));
                }
                if c == '}' {
                    open.pop();
                }
            }
            c => begun.push(c),
        }
    }
}

/// The path from the root of the crate, which is left out. A path that starts with a name is taken
/// as relative to `here`, where the name was imported.
fn absolute(path: &[&str], here: &[String]) -> Path {
    let climbs = path.iter().take_while(|part| **part == "super").count();
    let (above, behind) = match path.first() {
        Some(&"crate") => (&here[..0], &path[1..]),
        Some(&"self") => (here, &path[1..]),
        _ => (&here[..here.len().saturating_sub(climbs)], &path[climbs..]),
    };
    above.iter().cloned().chain(behind.iter().map(|part| (*part).to_owned())).collect()
}

/// The paths of more than one segment.
fn paths(code: &str, here: &[String]) -> Vec<Path> {
    let words = code.split(|c: char| !is_name(c) && c != ':');
    let paths = words.map(|word| word.trim_matches(':')).filter(|word| word.contains("::"));
    paths.map(|path| absolute(&path.split("::").collect::<Vec<_>>(), here)).collect()
}

/// The module whose file defines what a path leads to; `None` if no file of the crate does.
fn defining<'a>(house: &'a House, path: &[String], seen: &mut Vec<Path>) -> Option<&'a Module> {
    if seen.iter().any(|before| before == path) {
        return None;
    }
    seen.push(path.to_vec());
    let depth = (1..=path.len()).rev().find(|depth| house.contains_key(&path[..*depth]))?;
    let module = &house[&path[..depth]];
    let Some(name) = path.get(depth).filter(|name| *name != "*") else { return Some(module) };
    if module.defines.contains(name) {
        return Some(module);
    }
    let imports = || module.used.iter().chain(&module.handed_on);
    let named = imports().filter(|(known, _)| known == name).map(|(_, from)| from.clone());
    let all = imports().filter(|(known, _)| known == "*");
    let all = all.map(|(_, from)| [&from[..from.len() - 1], std::slice::from_ref(name)].concat());
    named.chain(all).find_map(|from| defining(house, &[&from, &path[depth + 1..]].concat(), seen))
}

/// The files that each file imports.
fn imported(house: &House) -> BTreeMap<&str, BTreeSet<&str>> {
    let of = |module: &'_ Module| {
        let imports = module.used.iter().map(|(_, from)| from);
        let found =
            imports.chain(&module.paths).filter_map(|path| defining(house, path, &mut Vec::new()));
        found
            .map(|other| other.file.as_str())
            .filter(|other| *other != module.file)
            .collect::<BTreeSet<_>>()
    };
    house.values().map(|module| (module.file.as_str(), of(module))).collect()
}

/// The sets of files that import each other in a circle.
fn circles(files: &[(String, String)]) -> BTreeSet<BTreeSet<String>> {
    let house = read(files);
    let imported = imported(&house);
    let reached = |start: &str| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = imported.get(start).into_iter().flatten().copied().collect();
        while let Some(file) = open.pop() {
            if reached.insert(file) {
                open.extend(imported.get(file).into_iter().flatten());
            }
        }
        reached
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        imported.keys().map(|file| (*file, reached(file))).collect();
    let circle = |file: &&str| -> BTreeSet<String> {
        let back = reached[file]
            .iter()
            .filter(|other| reached.get(*other).is_some_and(|all| all.contains(file)));
        back.map(|other| (*other).to_owned()).collect()
    };
    imported.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
}

fn house(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_circle_is_found() {
    for (files, circle) in [
        (
            vec![("a.rs", "use crate::b::B;\nstruct A;"), ("b.rs", "struct B(crate::a::A);")],
            "a.rs b.rs",
        ),
        // Through re-exported names, explicit and by glob.
        (
            vec![
                ("r/mod.rs", "mod a;\nmod b;\npub use a::A;\nuse self::b::*;"),
                ("r/a.rs", "use super::{x::Y, f as g};\npub struct A;"),
                ("r/b.rs", "pub fn f() -> crate::r::A { A }"),
            ],
            "r/a.rs r/b.rs",
        ),
        (
            vec![("r.rs", "mod a;\nfn f() { a::g() }"), ("r/a.rs", "use super::f;\npub fn g() {}")],
            "r.rs r/a.rs",
        ),
        (
            vec![
                ("a.rs", "use crate::b::{self as other};\nfn f() { other::g() }"),
                ("b.rs", "use crate::c;\nfn g() { c::h() }"),
                ("c.rs", "fn h() { crate::a::f() }"),
            ],
            "a.rs b.rs c.rs",
        ),
    ] {
        let found = circles(&house(&files));
        let found: Vec<String> = found
            .iter()
            .map(|circle| circle.iter().cloned().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(found, [circle]);
    }
}

#[test]
fn harmless_imports_are_none() {
    for files in [
        vec![
            ("r/mod.rs", "//! Declares.\nmod a;\nmod b;\npub use a::A;\npub use b::B;"),
            ("r/a.rs", "pub struct A;"),
            ("r/b.rs", "use super::A;\npub struct B(A);"),
        ],
        vec![
            ("r/mod.rs", "mod a;\nmod b;\npub use a::A;\nuse b::f;\npub struct R;"),
            ("r/a.rs", "use super::{R, f};\npub struct A(R);"),
            ("r/b.rs", "pub fn f() {}"),
        ],
        vec![
            ("a.rs", "use crate::b::B;\nfn f() {}\n#[cfg(test)]\nmod tests { use crate::b::g; }"),
            (
                "b.rs",
                "// crate::a::f()\npub struct B;\nfn g() -> impl Sized + use<> { B }\nconst X: &str = \"crate::a::f\";",
            ),
            ("b/tests.rs", "use crate::a::f;"),
        ],
    ] {
        assert_eq!(circles(&house(&files)), BTreeSet::new());
    }
}

#[test]
fn no_file_imports_in_a_circle() {
    let found = circles(&files("src", &[".rs"]));
    assert!(found.is_empty(), "these files import each other: {found:#?}");
}
