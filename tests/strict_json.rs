//! Headers and payloads as JSON, against a second reader that knows nothing of the first.
mod second_reader;

use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::error::{AuthError, Reason};
use cognito_auth_native::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken, check_unverified_claims,
};
use proptest::prelude::*;

use self::second_reader::{Opinion, second_opinion};

fn policy() -> Policy {
    Policy::new(vec!["i".into()], AcceptedUse::Id, AcceptedClients::Any)
        .groups(Some(vec!["g".into()]))
}

fn verdict(payload: &str) -> Result<(), AuthError> {
    check_unverified_claims(payload, &policy(), UnixTime::from_millis(1e12))
}

/// Whether a payload is read: what its claims are worth is another matter.
fn is_read(payload: &str) -> bool {
    !matches!(verdict(payload), Err(error) if error.message() == "invalid token")
}

/// Whether the second reader takes it for one object without duplicate names at any depth.
fn is_strict_object(json: &str) -> bool {
    matches!(second_opinion(json), Opinion::Object(_))
}

fn header(json: &str) -> String {
    let encode = |text: &[u8]| URL_SAFE_NO_PAD.encode_to_string(text);
    format!("{}.e30.{}", encode(json.as_bytes()), encode(&[1; 256]))
}

const SPACES: &[&str] = &["", " ", "\n\t", " \r\n "];

/// Names of which some are the same in another spelling.
const NAMES: &[&str] = &[
    r#""""#,
    r#""a""#,
    r#""\u0061""#,
    r#""b""#,
    r#""\"""#,
    r#""\u0022""#,
    r#""\\""#,
    r#""{""#,
    r#""a\",\"b\":[""#,
    r#""ä""#,
    r#""\u00e4""#,
    r#""\ud83e\uddf5""#,
    r#""🧵""#,
];

const SCALARS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "12",
    "-1.5e3",
    r#""""#,
    r#""}""#,
    r#""],{\"a\":1""#,
    r#""\\""#,
    r#""\\\"""#,
    r#""\/\b\u0000""#,
    r#""ä🧵""#,
];

fn spaced(between: &str, items: &[String], space: &str) -> String {
    items.join(&format!("{space}{between}{space}"))
}

fn value() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(SCALARS).prop_map(str::to_owned);
    scalar.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            (
                prop::collection::vec(inner.clone(), 0..6),
                prop::sample::select(SPACES)
            )
                .prop_map(|(items, space)| format!(
                    "[{space}{}{space}]",
                    spaced(",", &items, space)
                )),
            object_of(inner),
        ]
    })
}

fn object_of(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member = (
        prop::sample::select(NAMES),
        value,
        prop::sample::select(SPACES),
    )
        .prop_map(|(name, value, space)| format!("{name}{space}:{space}{value}"));
    (
        prop::collection::vec(member, 0..5),
        prop::sample::select(SPACES),
    )
        .prop_map(|(members, space)| format!("{{{space}{}{space}}}", spaced(",", &members, space)))
}

/// An object, and sometimes something else.
fn document() -> impl Strategy<Value = String> {
    prop_oneof![9 => object_of(value()), 1 => value()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_payload_is_read_if_it_is_one_strict_object(json in document()) {
        prop_assert_eq!(is_read(&json), is_strict_object(&json), "{}", json);
    }

    /// With one character replaced, left out or added.
    #[test]
    fn a_damaged_payload_is_read_if_it_is_still_one_strict_object(
        json in document(),
        position in any::<prop::sample::Index>(),
        replacement in r#"[{}\[\],:" 0-9abdeu\\.+-]{0,2}"#,
    ) {
        let characters: Vec<char> = json.chars().collect();
        let position = position.index(characters.len());
        let before: String = characters.iter().take(position).collect();
        let after: String = characters.iter().skip(position + 1).collect();
        let damaged = format!("{before}{replacement}{after}");
        prop_assume!(second_opinion(&damaged) != Opinion::Unknown);
        prop_assert_eq!(is_read(&damaged), is_strict_object(&damaged), "{}", damaged);
    }

    /// Wherever the claims stand among other members, they are the ones that are judged.
    #[test]
    fn claims_are_found_between_all_other_members(
        others in prop::collection::vec((value(), prop::sample::select(SPACES)), 0..6),
        exp in prop::sample::select(&[999_999_999_u64, 1_000_000_000, 1_000_000_001][..]),
        group in prop::sample::select(&["g", r"\u0067", "h"][..]),
        order in any::<[u8; 10]>(),
    ) {
        let mut members = vec![
            r#""iss":"i""#.to_owned(),
            r#""token_use" : "\u0069d""#.to_owned(),
            format!("\"exp\"\n: {exp}"),
            format!(r#""cognito:groups":[ "x" , "{group}" ]"#),
        ];
        let others: Vec<_> = others.iter().enumerate().map(|(i, (value, space))| format!(r#""{i}"{space}:{space}{value}{space}"#)).collect();
        members.extend(others);
        let mut ordered: Vec<_> = members.into_iter().zip(order).collect();
        ordered.sort_by_key(|(_, order)| *order);
        let members: Vec<_> = ordered.into_iter().map(|(member, _)| member).collect();
        let json = format!("{{{}}}", members.join(","));
        let expected = match (is_strict_object(&json), exp > 1_000_000_000, group != "h") {
            (false, ..) => Some(Reason::TokenMalformed),
            (_, false, _) => Some(Reason::TokenExpired),
            (.., false) => Some(Reason::TokenGroups),
            _ => None,
        };
        prop_assert_eq!(verdict(&json).err().map(|error| error.reason()), expected, "{}", json);
    }

    /// An accepted header means to the second reader what it means to the first.
    #[test]
    fn an_accepted_header_is_what_the_second_reader_reads(
        members in prop::collection::vec((
            prop::sample::select(&["alg", "kid", r"\u006bid", "crit", "b64", "typ", "jwk"][..]),
            prop_oneof![2 => Just(r#""RS256""#.to_owned()), 2 => Just(r#""\u006b""#.to_owned()), 1 => value()],
        ), 0..5),
        is_cut in prop::bool::weighted(0.1),
    ) {
        let members: Vec<_> = members.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
        let mut json = format!("{{{}}}", members.join(","));
        if is_cut {
            json.pop();
        }
        if let Ok(token) = UnverifiedToken::parse(&header(&json)) {
            let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read.len(), members.len(), "no duplicates: {}", json);
            prop_assert_eq!(&read["alg"], "RS256");
            prop_assert_eq!(&read["kid"], token.kid());
            prop_assert!(!read.contains_key("crit") && !read.contains_key("b64"));
        }
    }
}

#[test]
fn what_javascript_reads_and_rust_does_not_is_read() {
    for value in [
        "1e400",
        "-1e400",
        r#""\ud800""#,
        r#"{"\udc00":["\ud800x"]}"#,
    ] {
        let json = format!(r#"{{"a":{value}}}"#);
        assert!(is_read(&json), "{json}");
        assert_eq!(second_opinion(&json), Opinion::Unknown, "{json}");
    }
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert!(is_read(&nested(64)) && !is_read(&nested(65)));
    assert!(!is_read(&nested(24_000)));
    let objects = |depth: usize| format!("{}0{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    assert!(is_read(&objects(65)) && !is_read(&objects(66)));
}

#[test]
fn a_header_has_1024_bytes_at_most() {
    let long = |bytes: usize| {
        let start = r#"{"alg":"RS256","kid":"k","a":""#;
        format!(r#"{start}{}"}}"#, "x".repeat(bytes - start.len() - 2))
    };
    UnverifiedToken::parse(&header(&long(1024))).unwrap();
    for bytes in [1025, 1026, 1027, 1028, 40_000] {
        let error = UnverifiedToken::parse(&header(&long(bytes))).unwrap_err();
        assert_eq!(
            (error.reason(), error.message()),
            (Reason::TokenMalformed, "invalid token"),
            "{bytes}"
        );
        assert!(error.context().hint.is_some());
    }
}

#[test]
fn nested_members_of_a_header_are_not_looked_into() {
    let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
    for nested in [r#"{"a":1,"a":2}"#, r#"[{"crit":1},1e400,"\ud800"]"#, &deep] {
        let json = format!(r#"{{"jwk":{nested},"alg":"RS256","kid":"k"}}"#);
        assert_eq!(UnverifiedToken::parse(&header(&json)).unwrap().kid(), "k");
    }
    // But their grammar is checked, and their end is theirs.
    for nested in [
        "[", "]", "[}", "{]", "[1 2]", r#"{"a"}"#, "01", r#""\x""#, "[],",
    ] {
        let json = format!(r#"{{"jwk":{nested},"alg":"RS256","kid":"k"}}"#);
        let error = UnverifiedToken::parse(&header(&json)).unwrap_err();
        assert_eq!(error.message(), "invalid token", "{json}");
    }
}

#[test]
fn a_nested_alg_or_kid_is_none() {
    for nested in [r#"{"kid":"k"}"#, r#"["k"]"#, "[[]]"] {
        let refusal = |json: String| UnverifiedToken::parse(&header(&json)).unwrap_err().reason();
        let kid = refusal(format!(r#"{{"alg":"RS256","kid":{nested}}}"#));
        let alg = refusal(format!(r#"{{"alg":{nested},"kid":"k"}}"#));
        assert_eq!(
            (kid, alg),
            (Reason::KeyUnknown, Reason::TokenAlgorithm),
            "{nested}"
        );
    }
}
