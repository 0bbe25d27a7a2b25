//! The reasons are the same in the code, in `index.d.ts` and in the README, with the same status.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::fs;
use std::path::Path;

use cognito_auth_native::core::error::Reason;

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn the_type_lists_every_reason_and_no_other() {
    let types = file("index.d.ts");
    let union = types
        .split("export type Reason =")
        .nth(1)
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let listed: Vec<_> = union.split('"').skip(1).step_by(2).collect();
    let reasons: Vec<_> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(listed, reasons);
}

#[test]
fn the_readme_lists_every_reason_with_its_status() {
    let readme = file("README.md");
    let table = readme
        .split("## Errors")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let rows: Vec<(String, u16)> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split_once("` | "))
        .filter_map(|(name, rest)| {
            let status = rest.split(' ').next()?.parse().ok()?;
            Some((name.to_owned(), status))
        })
        .collect();
    let reasons: Vec<_> = Reason::ALL
        .iter()
        .map(|reason| (reason.as_str().to_owned(), reason.status()))
        .collect();
    assert_eq!(rows, reasons);
}
