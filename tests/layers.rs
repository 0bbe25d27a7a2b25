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
    ("core::error", &["core::secret"]),
    ("core::secret", &[]),
    ("core::clock", &[]),
    ("core::limits", &[]),
    ("core::environment", &[]),
    (
        "core::config",
        &[
            "core::environment",
            "core::error",
            "core::secret",
            "core::limits",
        ],
    ),
    ("core::jwk", &["core::limits"]),
    ("core::token", &["core::jwk", "core::error", "core::limits"]),
    ("net::shortage", &[]),
    (
        "net::runtime",
        &["core::error", "core::limits", "net::shortage"],
    ),
    (
        "net::resolver",
        &["core::limits", "net::runtime", "net::shortage"],
    ),
    (
        "net::http_client",
        &[
            "core::config",
            "core::environment",
            "core::error",
            "core::limits",
            "net::resolver",
            "net::runtime",
            "net::shortage",
            "core::secret",
        ],
    ),
    (
        "net::key_cache",
        &[
            "core::key_history",
            "core::jwk",
            "core::clock",
            "core::error",
            "core::limits",
            "core::config",
            "net::http_client",
            "net::runtime",
        ],
    ),
    ("net::cancel", &["core::error"]),
    (
        "net::cognito",
        &[
            "net::aws",
            "core::operations",
            "net::cancel",
            "core::config",
            "core::environment",
            "core::secret",
            "core::error",
            "core::limits",
            "net::http_client",
            "net::runtime",
        ],
    ),
    (
        "net::flow",
        &[
            "core::error",
            "core::limits",
            "core::operations",
            "core::secret",
            "net::cognito",
        ],
    ),
    (
        "net::pool",
        &[
            "net::flow",
            "net::cognito",
            "net::flow",
            "core::config",
            "core::error",
            "core::jwk",
            "net::key_cache",
            "core::secret",
        ],
    ),
    (
        "net::verifier",
        &[
            "net::cancel",
            "core::config",
            "core::error",
            "net::key_cache",
            "net::pool",
            "core::token",
        ],
    ),
    (
        "net::batch",
        &[
            "core::error",
            "core::limits",
            "net::runtime",
            "core::token",
            "net::verifier",
        ],
    ),
    (
        "node",
        &[
            "net::cancel",
            "net::key_cache",
            "net::pool",
            "net::verifier",
            "net::batch",
            "net::cognito",
            "core::clock",
            "core::config",
            "core::environment",
            "core::error",
            "core::limits",
            "net::key_cache",
            "net::runtime",
            "core::secret",
            "core::token",
        ],
    ),
    ("core::key_history", &["core::clock", "core::limits"]),
    ("core::operations", &[]),
    (
        "core::srp",
        &["core::error", "core::limits", "core::secret"],
    ),
    (
        "net::aws",
        &[
            "core::config",
            "core::environment",
            "core::error",
            "core::limits",
            "core::secret",
            "net::http_client",
            "net::runtime",
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
        let Some((ring, rest)) = part.split_once("::") else {
            continue;
        };
        if !["core", "net", "node"].contains(&ring) {
            continue;
        }
        let names = rest
            .strip_prefix('{')
            .map_or(rest, |list| list.split('}').next().unwrap());
        let is_list = rest.starts_with('{');
        for name in names.split(',').take(if is_list { usize::MAX } else { 1 }) {
            let name: String = name
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            if !name.is_empty() {
                found.insert(format!("{ring}::{name}"));
            }
        }
    }
    found
}

/// The module of the table that a file below `src/` belongs to.
fn module_of(file: &Path) -> Option<String> {
    let parts: Vec<_> = file
        .iter()
        .map(|part| part.to_str().unwrap().trim_end_matches(".rs"))
        .collect();
    match parts[..] {
        ["lib"] | ["core" | "net", "mod"] => None,
        ["node", ..] => Some("node".to_owned()),
        [ring, module, ..] => Some(format!("{ring}::{module}")),
        // No row of the table has such a name.
        _ => Some("outside the rings".to_owned()),
    }
}

#[test]
fn imports_only_go_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 15);
    for file in files {
        let Some(module) = module_of(file.strip_prefix(&src).unwrap()) else {
            continue;
        };
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
        "use crate::net::{http_client, runtime};\nuse crate::core::error::{AuthError};\nlet a = crate::net::auth::x();",
    );
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [
            "core::error",
            "net::auth",
            "net::http_client",
            "net::runtime"
        ]
    );
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
