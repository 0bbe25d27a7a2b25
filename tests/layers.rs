//! Imports go one way. The table below is the one in `ARCHITECTURE.md`; this test reads the `use crate::` lines of
//! `src/` and holds it.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and what it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("error", &["secret"]),
    ("secret", &[]),
    ("clock", &[]),
    ("limits", &[]),
    ("environment", &[]),
    ("config", &["environment", "error", "secret", "limits"]),
    ("jwk", &["limits"]),
    ("token", &["jwk", "error", "limits"]),
    ("shortage", &[]),
    ("runtime", &["error", "limits", "shortage"]),
    ("resolver", &["limits", "runtime", "shortage"]),
    (
        "http_client",
        &[
            "config",
            "environment",
            "error",
            "limits",
            "resolver",
            "runtime",
            "secret",
            "shortage",
        ],
    ),
    (
        "key_cache",
        &[
            "jwk",
            "clock",
            "error",
            "limits",
            "config",
            "http_client",
            "runtime",
        ],
    ),
    ("abort", &["error"]),
    (
        "cognito",
        &[
            "abort",
            "config",
            "environment",
            "secret",
            "error",
            "limits",
            "http_client",
            "runtime",
        ],
    ),
    (
        "pool",
        &["cognito", "config", "error", "jwk", "key_cache", "secret"],
    ),
    (
        "verifier",
        &["abort", "config", "error", "key_cache", "pool", "token"],
    ),
    (
        "batch",
        &["error", "limits", "runtime", "token", "verifier"],
    ),
    (
        "node",
        &[
            "abort",
            "batch",
            "cognito",
            "config",
            "environment",
            "error",
            "key_cache",
            "limits",
            "pool",
            "runtime",
            "secret",
            "token",
            "verifier",
        ],
    ),
];

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

/// The modules named after `crate::` in a file, also within braces and in paths in the code.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in text.split("crate::").skip(1) {
        let names = part
            .strip_prefix('{')
            .map_or(part, |list| list.split('}').next().unwrap());
        let is_list = part.starts_with('{');
        for name in names.split(',').take(if is_list { usize::MAX } else { 1 }) {
            let name: String = name
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            found.insert(name);
        }
    }
    found.remove("");
    found
}

#[test]
fn imports_only_go_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 15);
    for file in files {
        let module = file
            .strip_prefix(&src)
            .unwrap()
            .components()
            .next()
            .unwrap();
        let module = module
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        if module == "lib" {
            continue;
        }
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("{module} is not in the table"));
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            assert!(
                import == module || allowed.contains(&import.as_str()),
                "{} imports {import}",
                file.display()
            );
        }
    }
}

#[test]
fn the_checker_sees_lists_and_paths() {
    let seen = imports(
        "use crate::{http_client, limits};\nuse crate::error::{AuthError};\nlet a = crate::auth::x();",
    );
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["auth", "error", "http_client", "limits"]
    );
}

#[test]
fn only_one_folder_names_the_sdk_and_only_one_file_the_clock() {
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
            ("aws_sdk_", "cognito/"),
            ("aws_config", "cognito/"),
            ("Instant::now", "clock.rs"),
            ("SystemTime::now", "clock.rs"),
            ("napi::", "node/"),
        ] {
            assert!(
                !text.contains(word) || name.starts_with(home),
                "{name} names {word}"
            );
        }
    }
}
