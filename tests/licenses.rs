//! What is compiled into the addon is named, with its licence, in the file that goes with it.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The systems that `about.toml` has the licences for.
fn targets() -> Vec<String> {
    let package = fs::read_to_string(root().join("package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    package
        .pointer("/napi/targets")
        .and_then(serde_json::Value::as_array)
        .unwrap()
        .iter()
        .map(|target| target.as_str().unwrap().to_owned())
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `name version` of each crate in the addon for `target`, our own aside.
fn crates(target: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--locked", "--offline", "--prefix", "none"])
        .args(["--edges", "normal,no-proc-macro", "--target", target])
        .output()
        .unwrap();
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
    String::from_utf8(tree.stdout)
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with(env!("CARGO_PKG_NAME")))
        .filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            let version = rest.split(' ').next()?;
            Some(format!("{name} {version}"))
        })
        .collect()
}

#[test]
fn every_crate_in_the_addon_is_named_with_its_licence() {
    let licenses = fs::read_to_string(root().join("THIRD-PARTY-LICENSES.txt")).unwrap();
    let config = fs::read_to_string(root().join("about.toml")).unwrap();
    for target in targets() {
        assert!(config.contains(&format!("\"{target}\"")), "{target}");
        // Other systems' crates may not be on this machine.
        if !target.contains("linux") || !cfg!(target_os = "linux") {
            continue;
        }
        let crates = crates(&target);
        assert!(crates.len() > 100, "{target}: {}", crates.len());
        for name in crates {
            let line = format!("\n{name}\n");
            assert!(licenses.contains(&line), "{name}: npm run licenses");
        }
    }
}
