//! Imports go one way: `ARCHITECTURE.md` has the table of modules and of what each may import, and this test holds the crate to it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of a test fails as the test does"
)]

mod imports;
mod planted;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use self::imports::Sources;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The path of the module that a file below `src/` is.
fn module_of(file: &Path) -> imports::Path {
    let path = file.with_extension("");
    let names = path.iter().map(|name| name.to_str().unwrap().to_owned());
    let mut module: imports::Path = names.collect();
    if ["lib", "mod"].contains(&module.last().unwrap().as_str()) {
        module.pop();
    }
    module
}

fn crate_sources() -> Sources {
    let src = Path::new(ROOT).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let source = |file: PathBuf| {
        let module = module_of(file.strip_prefix(&src).unwrap());
        (module, fs::read_to_string(file).unwrap())
    };
    Sources(files.into_iter().map(source).collect::<BTreeMap<_, _>>())
}

#[test]
fn imports_only_go_down_and_never_in_a_circle() {
    let table = table::read(&fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).unwrap());
    assert!(table.len() > 20);
    let problems = table::problems(&table, &crate_sources());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A file's place says which module it is.
#[test]
fn no_file_is_moved_by_an_attribute() {
    for (module, text) in crate_sources().0 {
        assert!(!text.contains("#[path"), "{}", module.join("::"));
        assert!(!text.contains("include!("), "{}", module.join("::"));
    }
}

#[test]
fn only_net_names_the_sdk_and_only_one_file_the_clock() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    for file in files {
        let name = file
            .strip_prefix(&src)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap();
        for (word, home) in [
            ("aws_sdk_", "net/"),
            ("aws_config", "net/aws/"),
            ("Instant::now", "core/clock.rs"),
            ("SystemTime::now", "core/clock.rs"),
            ("napi::", "node/"),
        ] {
            assert!(
                !text.contains(word) || name.starts_with(home),
                "{name} names {word}"
            );
        }
    }
}
