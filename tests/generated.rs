//! What is generated from reasons, failures and limits: JavaScript's, the type `Reason`, and the table for the documents.
//! With `GENERATE` set, as `npm run generate` does, the files are written, and otherwise compared.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use cognito_auth_native::core::environment::{Reader, VARIABLES};
use cognito_auth_native::core::error::{Audience, AuthError, Reason};
use cognito_auth_native::core::limits;

const HEADER: &str = "made by `npm run generate`: never edited by hand.";

/// Writes or compares a file of the repository.
#[expect(
    clippy::disallowed_methods,
    reason = "a test takes its one setting from the environment"
)]
fn generated(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("GENERATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        return fs::write(file, text).unwrap();
    }
    let committed = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(
        committed.replace("\r\n", "\n"),
        text,
        "run `npm run generate`"
    );
}

/// The text of a file that `row` adds to for each reason.
fn with_each_reason(before: &str, row: impl Fn(&mut String, Reason), after: &str) -> String {
    let mut text = before.to_owned();
    for reason in Reason::ALL {
        row(&mut text, *reason);
    }
    text + after
}

/// A name as Biome writes it in an object literal.
fn property(name: &str) -> String {
    if name.contains('-') {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

#[test]
fn reasons_for_javascript() {
    let before = format!(
        "\"use strict\";\n\n// What every error of a reason has, {HEADER}\n\nmodule.exports = {{\n  __proto__: null,\n"
    );
    let row = |text: &mut String, reason: Reason| {
        let (name, status) = (property(reason.as_str()), reason.status());
        let default_name = reason.default_name();
        let line = format!("  {name}: {{ status: {status}, name: \"{default_name}\" }},");
        if line.len() <= 100 {
            writeln!(text, "{line}").unwrap();
        } else {
            let members = format!("    status: {status},\n    name: \"{default_name}\",\n");
            write!(text, "  {name}: {{\n{members}  }},\n").unwrap();
        }
    };
    generated(
        "lib/generated/reasons.js",
        &with_each_reason(&before, row, "};\n"),
    );
}

#[test]
fn shown_reasons_for_javascript() {
    let names: Vec<_> = Reason::ALL
        .iter()
        .filter(|reason| reason.audience() == Audience::Users)
        .map(|reason| format!("\"{}\"", reason.as_str()))
        .collect();
    generated(
        "lib/generated/shown-reasons.js",
        &format!(
            "\"use strict\";\n\n// The reasons whose messages may be shown to the application's users, {HEADER}\n\nmodule.exports = [{}];\n",
            names.join(", ")
        ),
    );
}

#[test]
fn the_type_reason() {
    let before = format!(
        r#"// Why a call failed, {HEADER}

/**
 * Why a call failed. Stable: a reason never changes its meaning.
 * @example
 * switch (error.reason) {{
 *   case "token-expired": return response.status(401).json({{ refresh: true }});
 *   case "keys-unavailable": return response.status(503).set("retry-after", `${{error.retryAfter}}`).end();
 *   default: return response.status(error.status).json({{ message: error.message }});
 * }}
 */
export type Reason =
"#
    );
    let row = |text: &mut String, reason: Reason| {
        let (name, meaning) = (reason.as_str(), reason.meaning());
        let is_last = Reason::ALL.last() == Some(&reason);
        let end = if is_last { ";" } else { "" };
        write!(text, "  /** {meaning} */\n  | \"{name}\"{end}\n").unwrap();
    };
    generated("types/reasons.d.ts", &with_each_reason(&before, row, ""));
}

#[test]
fn reasons_for_the_documents() {
    let rows: Vec<_> = Reason::ALL
        .iter()
        .map(|reason| {
            let name = serde_json::to_string(reason.as_str()).unwrap();
            let meaning = serde_json::to_string(reason.meaning()).unwrap();
            let status = reason.status();
            let members = [
                format!("\"reason\": {name}"),
                format!("\"status\": {status}"),
                format!("\"meaning\": {meaning}"),
            ];
            let line = format!("  {{ {} }}", members.join(", "));
            if line.len() < 100 {
                line
            } else {
                format!("  {{\n    {}\n  }}", members.join(",\n    "))
            }
        })
        .collect();
    generated(
        "tools/reasons/reasons.json",
        &format!("[\n{}\n]\n", rows.join(",\n")),
    );
}

#[test]
fn failures_for_javascript() {
    let mut text = format!(
        "\"use strict\";\n\n// Failures that both sides make, from src/core/error/shared.rs, {HEADER}\n\nmodule.exports = {{\n"
    );
    for (name, failure) in [
        ("ABORTED", AuthError::aborted()),
        ("INTERNAL", AuthError::internal()),
        ("TOKEN_MISSING", AuthError::token_missing()),
        ("UNREADABLE_ANSWER", AuthError::unreadable_answer()),
    ] {
        text += "  /** @type {import(\"../internal\").Failure} */\n";
        writeln!(text, "  {name}: {{").unwrap();
        // A line for each member, in the order in which they are written.
        let json = serde_json::to_string_pretty(&failure).unwrap();
        for member in json.lines().filter(|line| line.starts_with("  \"")) {
            let (name, value) = member.trim().split_once("\": ").unwrap();
            let (name, value) = (name.trim_matches('"'), value.trim_end_matches(','));
            writeln!(text, "    {name}: {value},").unwrap();
        }
        text += "  },\n";
    }
    generated("lib/generated/failures.js", &(text + "};\n"));
}

/// Milliseconds, as JavaScript counts time.
fn milliseconds(duration: Duration) -> usize {
    duration.as_millis().try_into().unwrap()
}

#[test]
fn limits_for_javascript() {
    let tolerance = usize::try_from(limits::CLOCK_TOLERANCE).unwrap();
    let attempts = usize::try_from(limits::MOST_ATTEMPTS).unwrap();
    let reuse = usize::try_from(limits::LONGEST_REFRESH_REUSE).unwrap();
    let limits = [
        ("ARGUMENT_CHARACTERS", limits::ARGUMENT_CHARACTERS),
        ("CALL_MS", milliseconds(limits::CALL)),
        ("CLOCK_TOLERANCE", tolerance),
        ("HEADER_CHARACTERS", limits::HEADER_CHARACTERS),
        ("HEADER_ITEMS", limits::HEADER_ITEMS),
        ("LONGEST_CALL_MS", milliseconds(limits::LONGEST_CALL)),
        ("LONGEST_REFRESH_REUSE", reuse),
        ("MOST_ATTEMPTS", attempts),
        ("OPTION_DEPTH", limits::OPTION_DEPTH),
        ("POLICIES", limits::POLICIES),
        ("REMEMBERED_CHARACTERS", limits::REMEMBERED_CHARACTERS),
        ("REMEMBERED_TOKENS", limits::REMEMBERED_TOKENS),
        ("TOKEN_BYTES", limits::TOKEN_BYTES),
        ("TURN_CHARACTERS", limits::TURN_CHARACTERS),
        ("TURN_TOKENS", limits::TURN_TOKENS),
    ];
    let mut text = format!(
        "\"use strict\";\n\n// Limits of src/core/limits.rs, which gives their reasons, {HEADER}\n\nmodule.exports = {{\n"
    );
    for (name, value) in limits {
        writeln!(text, "  {name}: {},", with_separators(value)).unwrap();
    }
    generated("lib/generated/limits.js", &(text + "};\n"));
}

#[test]
fn variables_for_javascript() {
    let names = |is_wanted: fn(Reader) -> bool| {
        let wanted = VARIABLES.iter().filter(|(_, reader)| is_wanted(*reader));
        let lines = wanted.map(|(name, _)| format!("    \"{name}\",\n"));
        lines.collect::<String>()
    };
    let requests = names(|reader| reader != Reader::Sources);
    let sources = names(|reader| reader == Reader::Sources);
    generated(
        "lib/generated/variables.js",
        &format!(
            "\"use strict\";\n\n// Variables that native code reads: for requests, and for sources of AWS credentials beside these, {HEADER}\n\n\
             module.exports = {{\n  REQUESTS: [\n{requests}  ],\n  SOURCES: [\n{sources}  ],\n}};\n"
        ),
    );
}

/// A number as one reads it: `300_000`.
fn with_separators(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
