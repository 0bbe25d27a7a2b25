//! A claim that `types/claims.d.ts` gives a type is never given out with another one.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::fs;
use std::path::Path;

use cognito_auth_native::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, check_unverified_claims,
};

/// The claims of an interface, without its index signature.
fn claims(types: &str, interface: &str) -> Vec<String> {
    let start = format!("export interface {interface} {{");
    let (_, body) = types.split_once(&*start).unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    body.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['/', '*', '[']))
        .filter_map(|line| line.rsplit_once(": "))
        .map(|(name, _)| name.trim_end_matches('?').trim_matches('"').to_owned())
        .collect()
}

#[test]
fn every_claim_with_a_type_is_checked() {
    let types = Path::new(env!("CARGO_MANIFEST_DIR")).join("types/claims.d.ts");
    let types = fs::read_to_string(types).unwrap();
    let policy = Policy::new(vec!["i".into()], AcceptedUse::Any, AcceptedClients::Any);
    let verdict = |json: &str| check_unverified_claims(json, &policy, UnixTime::from_millis(0.0));
    for (interface, token_use) in [
        ("IdTokenClaims extends Claims", r#""token_use":"id""#),
        (
            "AccessTokenClaims extends Claims",
            r#""token_use":"access""#,
        ),
    ] {
        let names = [claims(&types, "Claims"), claims(&types, interface)].concat();
        assert!(names.contains(&"cognito:groups".to_owned()) && names.len() > 9);
        let required = [r#""iss":"i""#, token_use, r#""exp":1"#];
        for name in names {
            let others = required
                .iter()
                .filter(|member| !member.starts_with(&format!("\"{name}\"")));
            let others = others.copied().collect::<Vec<_>>().join(",");
            for value in ["{}", "null", "[[]]"] {
                let json = format!(r#"{{{others},"{name}":{value}}}"#);
                assert!(verdict(&json).is_err(), "{json}");
            }
        }
        let json = format!(r#"{{{},"other":{{}}}}"#, required.join(","));
        assert!(verdict(&json).is_ok(), "{json}");
    }
}
