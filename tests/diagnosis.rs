//! The table of Cognito's failures against samples of its answers: each row is reached, no row hides another one, and
//! nothing else in the sources knows the service's words.
#![cfg(feature = "net")]
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::ptr;

use cognito_auth_native::core::error::Reason;
use cognito_auth_native::core::operations::Row as Operation;
use cognito_auth_native::net::cognito::diagnosis::{Again, Diagnosis, Scope};
use serde::Deserialize;

/// An answer of the service, and what it means. Jest plays them too, so far as the four functions can meet them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    operations: Vec<String>,
    code: String,
    message: String,
    http: Option<u16>,
    reason: String,
    status: u16,
    finding: String,
    /// A part of the hint.
    hint: Option<String>,
    again: Option<String>,
    #[serde(default)]
    retryable: bool,
}

impl Sample {
    fn status(&self) -> u16 {
        self.http.unwrap_or(400)
    }

    fn diagnoses(&self) -> impl Iterator<Item = (&'static Operation, &'static Diagnosis)> {
        self.operations.iter().map(|name| {
            let operation = Operation::find(name).unwrap();
            let of = Diagnosis::of(operation, self.status(), &self.code, &self.message);
            (operation, of)
        })
    }
}

fn samples() -> Vec<Sample> {
    serde_json::from_str(include_str!("data/diagnosis.json")).unwrap()
}

#[test]
fn every_sample_means_what_it_is_to_mean() {
    for sample in samples() {
        let Sample { code, message, .. } = &sample;
        for (operation, found) in sample.diagnoses() {
            let what = format!("{}: {code}: {message}", operation.name);
            assert_eq!(found.reason.as_str(), sample.reason, "{what}");
            assert_eq!(found.reason.status(), sample.status, "{what}");
            assert_eq!(found.finding, sample.finding, "{what}");
            match &sample.hint {
                Some(part) => assert!(found.hint.unwrap_or_default().contains(part), "{what}"),
                None => assert_eq!(found.hint, None, "{what}"),
            }
            // What another status means is the same for all codes.
            let retryable = found.retryable || sample.status() >= 500 || sample.status() == 429;
            assert_eq!(retryable, sample.retryable, "{what}");
        }
        let again = format!("{:?}", Diagnosis::again(code, message));
        assert_eq!(
            again,
            sample.again.as_deref().unwrap_or("AsUsual"),
            "{code}: {message}"
        );
    }
}

#[test]
fn every_code_and_every_scope_of_every_row_is_reached() {
    let samples = samples();
    for row in Diagnosis::all() {
        let reaching: Vec<_> = samples
            .iter()
            .flat_map(|sample| {
                sample
                    .diagnoses()
                    .map(move |(of, found)| (sample, of, found))
            })
            .filter(|(_, _, found)| ptr::eq(*found, row))
            .collect();
        for code in row.codes {
            assert!(
                reaching.iter().any(|(sample, ..)| sample.code == *code),
                "no sample of {code} reaches {row:?}"
            );
        }
        // The words of a row reach it in each of its families: no earlier row hides a part of it.
        if let Scope::In(families) = row.scope {
            for family in families {
                let operation = Operation::all()
                    .iter()
                    .find(|operation| operation.family == *family)
                    .unwrap();
                assert!(
                    reaching.iter().any(|(sample, ..)| {
                        let status = sample.status();
                        let found = Diagnosis::of(operation, status, &sample.code, &sample.message);
                        ptr::eq(found, row)
                    }),
                    "{family:?} does not reach {row:?}"
                );
            }
        }
    }
}

/// One that depended on the scope would need the operation where the request is repeated, which the SDK does not say.
#[test]
fn whether_to_repeat_depends_on_code_and_message_alone() {
    for sample in samples() {
        let again = Diagnosis::again(&sample.code, &sample.message);
        for operation in Operation::all() {
            let of = Diagnosis::of(operation, 400, &sample.code, &sample.message);
            assert_eq!(
                of.again, again,
                "{}: {}: {}",
                operation.name, sample.code, sample.message
            );
        }
    }
}

#[test]
fn case_makes_no_difference_and_unknown_codes_are_the_services_failure() {
    let sign_in = Operation::find("AdminInitiateAuth").unwrap();
    let of = |status, code, message| Diagnosis::of(sign_in, status, code, message);
    let incorrect = of(400, "NotAuthorizedException", "INCORRECT USERNAME");
    assert_eq!(incorrect.reason, Reason::BadCredentials);
    assert_eq!(of(400, "", "").reason, Reason::Service);
    assert_eq!(of(429, "", "").reason, Reason::Throttled);
    assert_eq!(of(429, "Unknown", "disabled").reason, Reason::Throttled);
    assert_eq!(Diagnosis::again("", ""), Again::AsUsual);
}

#[test]
fn hints_are_sentences_and_findings_are_ids() {
    for row in Diagnosis::all() {
        let finding = row.finding;
        let is_part = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        };
        assert!(finding.split('.').all(is_part), "{finding}");
        assert!(finding.split('.').count() <= 2, "{finding}");
        if row.reason == Reason::Config || row.reason == Reason::AwsCredentials {
            assert!(row.hint.is_some(), "{row:?}");
        }
        let Some(hint) = row.hint else { continue };
        assert!(hint.starts_with(char::is_uppercase), "{hint}");
        assert!(hint.ends_with('.') && !hint.contains(".."), "{hint}");
        assert!(hint.len() < 240 && hint.is_ascii(), "{hint}");
        for word in ["://", "arn:", "\n", "please", "simply"] {
            assert!(!hint.contains(word), "{hint}");
        }
    }
}

/// Rows share a finding on purpose if one thing has to be changed; then they agree on why.
#[test]
fn a_finding_has_one_reason() {
    for row in Diagnosis::all() {
        for other in Diagnosis::all() {
            assert!(
                row.finding != other.finding || row.reason == other.reason,
                "{}",
                row.finding
            );
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|name| name == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn nothing_else_knows_the_services_codes_and_messages() {
    // Names of errors that we make ourselves; AWS IAM Identity Center's code, which is also one of Cognito's.
    let exceptions = [
        "core/error/reason.rs",
        "net/aws/credentials/report.rs",
        "net/cognito/diagnosis/table.rs",
    ];
    let codes: BTreeSet<_> = Diagnosis::all().iter().flat_map(|row| row.codes).collect();
    let phrases: BTreeSet<_> = Diagnosis::all()
        .iter()
        .flat_map(|row| row.message)
        // What everybody calls a user pool.
        .filter(|part| part.contains(' ') && **part != "user pool")
        .map(|part| part.to_ascii_lowercase())
        .collect();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut seen = BTreeSet::new();
    for file in files {
        let name = file.strip_prefix(&src).unwrap().to_str().unwrap();
        let name = name.replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let lower = code.to_ascii_lowercase();
        let knows = codes
            .iter()
            .any(|word| code.contains(&format!("\"{word}\"")))
            || phrases.iter().any(|phrase| lower.contains(phrase));
        if knows {
            seen.insert(name);
        }
    }
    assert_eq!(seen, exceptions.map(str::to_owned).into());
}
