//! Stage three: the claims, against a policy, at a time that is handed in.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::strict_json::read_object;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;

/// Seconds since 1970, a NumericDate without its fraction (RFC 7519, section 2).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct UnixTime(f64);

impl UnixTime {
    /// From milliseconds since 1970, as `Date.now()` gives them.
    pub fn from_millis(milliseconds: f64) -> Self {
        Self((milliseconds / 1000.0).floor())
    }
}

/// Which tokens are accepted. There is no default: every check is chosen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Policy {
    issuers: Vec<String>,
    token_use: AcceptedUse,
    clients: AcceptedClients,
    clock_tolerance: f64,
    groups: Option<Vec<String>>,
    scopes: Option<Vec<String>>,
}

/// The accepted kinds of token (`token_use`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedUse {
    /// ID tokens.
    Id,
    /// Access tokens.
    Access,
    /// Both.
    Any,
}

/// The accepted app clients.
#[derive(Clone, Debug)]
pub enum AcceptedClients {
    /// Every client of the pool.
    Any,
    /// These.
    These(Vec<String>),
}

impl Policy {
    /// A policy with no clock tolerance, and without required groups and scopes.
    pub fn new(issuers: Vec<String>, token_use: AcceptedUse, clients: AcceptedClients) -> Self {
        Self {
            issuers,
            token_use,
            clients,
            clock_tolerance: 0.0,
            groups: None,
            scopes: None,
        }
    }

    /// Allows for `seconds` of clock skew.
    #[must_use]
    pub fn clock_tolerance(mut self, seconds: u32) -> Self {
        self.clock_tolerance = f64::from(seconds);
        self
    }

    /// Requires one of these groups, if there are any to choose from.
    #[must_use]
    pub fn groups(mut self, groups: Option<Vec<String>>) -> Self {
        self.groups = groups;
        self
    }

    /// Requires one of these scopes, if there are any to choose from.
    #[must_use]
    pub fn scopes(mut self, scopes: Option<Vec<String>>) -> Self {
        self.scopes = scopes;
        self
    }
}

/// Which claims are of one type if they are there, and in which tokens: all that `types/claims.d.ts` gives a type, but for
/// those that are compared with a value or the time anyway.
const TYPES: &[Typed] = &[
    Typed("sub", Type::String, AcceptedUse::Any),
    Typed("iat", Type::Number, AcceptedUse::Any),
    Typed("auth_time", Type::Number, AcceptedUse::Any),
    Typed("jti", Type::String, AcceptedUse::Any),
    Typed("scope", Type::String, AcceptedUse::Any),
    Typed("cognito:groups", Type::Strings, AcceptedUse::Any),
    Typed("aud", Type::String, AcceptedUse::Id),
    Typed("cognito:username", Type::String, AcceptedUse::Id),
    Typed("email", Type::String, AcceptedUse::Id),
    Typed("phone_number", Type::String, AcceptedUse::Id),
    Typed("client_id", Type::String, AcceptedUse::Access),
    Typed("username", Type::String, AcceptedUse::Access),
];

struct Typed(&'static str, Type, AcceptedUse);

#[derive(Clone, Copy)]
enum Type {
    Number,
    String,
    Strings,
}

impl Type {
    fn admits(self, json: &str) -> bool {
        match self {
            Self::Number => number(json).is_some(),
            Self::String => is_string(json),
            Self::Strings => serde_json::from_str::<Vec<&RawValue>>(json)
                .is_ok_and(|items| items.iter().all(|item| is_string(item.get()))),
        }
    }

    const fn describe(self) -> &'static str {
        match self {
            Self::Number => "a finite number",
            Self::String => "a string",
            Self::Strings => "an array of strings",
        }
    }
}

#[derive(Default)]
struct Claims<'a> {
    nbf: Option<&'a str>,
    exp: Option<&'a str>,
    iss: Option<&'a str>,
    token_use: Option<&'a str>,
    aud: Option<&'a str>,
    client_id: Option<&'a str>,
    groups: Option<&'a str>,
    scope: Option<&'a str>,
    /// Those of [`TYPES`] that are of another type.
    mistyped: Vec<&'static Typed>,
}

/// Stage three alone, which says nothing about who made the claims: for tests. Checks in the order in which the replaced
/// library does, and what it does not check after that.
pub fn check_unverified(payload: &str, policy: &Policy, now: UnixTime) -> Result<(), AuthError> {
    let mut claims = Claims::default();
    read_object(payload, |name, value| {
        let typed = TYPES.iter().find(|typed| typed.0.as_bytes() == name);
        claims
            .mistyped
            .extend(typed.filter(|typed| !typed.1.admits(value)));
        let claim = match name {
            b"nbf" => &mut claims.nbf,
            b"exp" => &mut claims.exp,
            b"iss" => &mut claims.iss,
            b"token_use" => &mut claims.token_use,
            b"aud" => &mut claims.aud,
            b"client_id" => &mut claims.client_id,
            b"cognito:groups" => &mut claims.groups,
            b"scope" => &mut claims.scope,
            _ => return,
        };
        *claim = Some(value);
    })
    .map_err(|_| AuthError::new(Reason::TokenMalformed, "invalid token"))?;
    check_time(&claims, policy, now)?;
    check_types(&claims, AcceptedUse::Any)?;
    check_issuer(&claims, policy)?;
    let token_use = check_use_and_client(&claims, policy)?;
    check_types(&claims, token_use)?;
    check_groups(&claims, policy)?;
    check_scopes(&claims, policy)
}

fn check_time(
    claims: &Claims<'_>,
    policy: &Policy,
    UnixTime(now): UnixTime,
) -> Result<(), AuthError> {
    let malformed = |message| AuthError::new(Reason::TokenMalformed, message);
    if let Some(nbf) = claims.nbf {
        let nbf = number(nbf).ok_or_else(|| malformed("invalid nbf value"))?;
        if nbf > now + policy.clock_tolerance {
            return Err(not_active(nbf, now));
        }
    }
    let exp = claims.exp.ok_or_else(|| malformed("jwt exp is required"))?;
    let exp = number(exp).ok_or_else(|| malformed("invalid exp value"))?;
    // Written so that a clock that is not a number refuses.
    let in_time = now < exp + policy.clock_tolerance;
    if !in_time {
        return Err(AuthError::new(Reason::TokenExpired, "jwt expired")
            .with(|context| context.expired_at = Some(exp)));
    }
    Ok(())
}

fn not_active(nbf: f64, now: f64) -> AuthError {
    let error = AuthError::new(Reason::TokenNotActive, "jwt not active")
        .with(|context| context.date = Some(nbf));
    let early = nbf - now;
    if early > f64::from(limits::CLOCK_TOLERANCE) {
        return error;
    }
    error.hint(format!(
        "The token becomes valid in {early:.0} s by this machine's clock, which may be slow. Synchronize it, or set \
         clockTolerance."
    ))
}

/// The types of claims in tokens of one kind.
fn check_types(claims: &Claims<'_>, token_use: AcceptedUse) -> Result<(), AuthError> {
    let mut mistyped = claims.mistyped.iter();
    let Some(Typed(name, expected, _)) = mistyped.find(|typed| typed.2 == token_use) else {
        return Ok(());
    };
    let message = format!("invalid {name} value");
    let hint = format!("The claim {name} must be {}.", expected.describe());
    Err(AuthError::new(Reason::TokenMalformed, message).hint(hint))
}

fn check_issuer(claims: &Claims<'_>, policy: &Policy) -> Result<(), AuthError> {
    if is_one_of(claims.iss, &policy.issuers) {
        return Ok(());
    }
    let expected = policy.issuers.join(" or ");
    Err(AuthError::new(
        Reason::TokenIssuer,
        format!("jwt issuer invalid. expected: {expected}"),
    )
    .hint("the token was not made by the configured user pool"))
}

/// Access tokens carry `client_id`, and may carry an `aud` that is an API's URL: the kind of token decides which
/// claim counts, never which claim is there. Returns the kind.
fn check_use_and_client(claims: &Claims<'_>, policy: &Policy) -> Result<AcceptedUse, AuthError> {
    let token_use = claims.token_use.and_then(text);
    let token_use = token_use.as_deref();
    let expected = match policy.token_use {
        AcceptedUse::Id => "id",
        AcceptedUse::Access => "access",
        AcceptedUse::Any => "id or access",
    };
    let (token_use, client) = match (token_use, policy.token_use) {
        (Some("id"), AcceptedUse::Id | AcceptedUse::Any) => (AcceptedUse::Id, claims.aud),
        (Some("access"), AcceptedUse::Access | AcceptedUse::Any) => {
            (AcceptedUse::Access, claims.client_id)
        }
        _ => {
            return Err(AuthError::new(
                Reason::TokenUse,
                format!("jwt token_use invalid. expected: {expected}"),
            ));
        }
    };
    match &policy.clients {
        AcceptedClients::Any => Ok(token_use),
        AcceptedClients::These(clients) if is_one_of(client, clients) => Ok(token_use),
        AcceptedClients::These(clients) => {
            let expected = clients.join(" or ");
            Err(AuthError::new(
                Reason::TokenClient,
                format!("jwt audience invalid. expected: {expected}"),
            ))
        }
    }
}

fn check_groups(claims: &Claims<'_>, policy: &Policy) -> Result<(), AuthError> {
    let Some(required) = &policy.groups else {
        return Ok(());
    };
    let held: Option<Vec<Text<'_>>> = claims
        .groups
        .and_then(|groups| serde_json::from_str(groups).ok());
    if held
        .unwrap_or_default()
        .iter()
        .any(|Text(group)| required.iter().any(|r| r == group))
    {
        return Ok(());
    }
    let expected = required.join(" or ");
    Err(AuthError::new(
        Reason::TokenGroups,
        format!("jwt groups invalid. expected: {expected}"),
    ))
}

fn check_scopes(claims: &Claims<'_>, policy: &Policy) -> Result<(), AuthError> {
    let Some(required) = &policy.scopes else {
        return Ok(());
    };
    let held = claims.scope.and_then(text).unwrap_or_default();
    if held
        .split(' ')
        .any(|scope| required.iter().any(|r| r == scope))
    {
        return Ok(());
    }
    let expected = required.join(" or ");
    Err(AuthError::new(
        Reason::TokenScopes,
        format!("jwt scope invalid. expected: {expected}"),
    ))
}

/// A text, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn text(json: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Text<'_>>(json)
        .ok()
        .map(|Text(text)| text)
}

fn is_one_of(value: Option<&str>, accepted: &[String]) -> bool {
    value
        .and_then(text)
        .is_some_and(|text| accepted.iter().any(|one| *one == text))
}

/// Whether a JSON value is a string, also one with lone surrogates.
fn is_string(json: &str) -> bool {
    json.starts_with('"')
}

/// A finite JSON number, rounded as `JSON.parse` rounds. JSON has no word for other numbers.
fn number(json: &str) -> Option<f64> {
    json.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{AcceptedClients, AcceptedUse, Policy, UnixTime, check_unverified};
    use crate::core::error::{AuthError, Reason};

    const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A";
    const NOW: f64 = 1_700_000_000.0;

    fn policy() -> Policy {
        Policy::new(
            vec![ISSUER.into()],
            AcceptedUse::Id,
            AcceptedClients::These(vec!["client".into()]),
        )
    }

    fn payload(change: &str) -> String {
        let base = format!(
            r#"{{"iss":"{ISSUER}","token_use":"id","aud":"client","exp":1700000001,"scope":"a b","cognito:groups":["g","h"]}}"#
        );
        let Some((claim, value)) = change.split_once('=') else {
            return base;
        };
        let mut object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&base).unwrap();
        object.remove(claim);
        let mut text = serde_json::to_string(&object).unwrap();
        if !value.is_empty() {
            text.pop();
            text = format!(r#"{text},"{claim}":{value}}}"#);
        }
        text
    }

    fn verdict(change: &str, policy: &Policy) -> Result<(), AuthError> {
        check_unverified(
            &payload(change),
            policy,
            UnixTime::from_millis(NOW * 1000.0),
        )
    }

    fn refusal(change: &str) -> (Reason, String) {
        let error = verdict(change, &policy()).unwrap_err();
        (error.reason(), error.message().to_owned())
    }

    #[test]
    fn a_good_payload_passes() {
        verdict("", &policy()).unwrap();
        verdict("nbf=1700000000", &policy()).unwrap();
        verdict(
            r#"iss="https:\/\/cognito-idp.us-east-1.amazonaws.com\/us-east-1_A""#,
            &policy(),
        )
        .unwrap();
    }

    #[test]
    fn the_payload_is_a_strict_json_object() {
        for json in [
            "",
            "null",
            "[]",
            "1",
            r#""x""#,
            "{",
            "\u{feff}{}",
            r#"{"a":1,"a":2}"#,
        ] {
            let error = check_unverified(json, &policy(), UnixTime::from_millis(NOW)).unwrap_err();
            assert_eq!(
                (error.reason(), error.message()),
                (Reason::TokenMalformed, "invalid token")
            );
        }
    }

    #[test]
    fn a_token_that_is_a_little_early_hints_at_the_clock() {
        let hint = |nbf: &str| {
            let error = verdict(nbf, &policy()).unwrap_err();
            error.context().hint.as_deref().map(str::to_owned)
        };
        assert!(hint("nbf=1700000005").is_some_and(|hint| hint.contains("in 5 s")));
        assert!(hint("nbf=1700000600").is_some_and(|hint| hint.contains("clockTolerance")));
        assert_eq!(hint("nbf=1700000601"), None);
        assert_eq!(hint("nbf=1e300"), None);
    }

    #[test]
    fn exp_to_the_second() {
        for expired in ["exp=1700000000", "exp=1699999999", "exp=0", "exp=-1"] {
            let error = verdict(expired, &policy()).unwrap_err();
            assert_eq!(
                (error.reason(), error.message()),
                (Reason::TokenExpired, "jwt expired")
            );
            assert_eq!(error.name(), "TokenExpiredError");
            assert!(error.context().expired_at.is_some());
        }
        for odd in [
            r#"exp="1800000000""#,
            "exp=null",
            "exp=1e400",
            "exp=[]",
            "exp=true",
        ] {
            assert_eq!(
                refusal(odd),
                (Reason::TokenMalformed, "invalid exp value".into()),
                "{odd}"
            );
        }
        assert_eq!(
            refusal("exp="),
            (Reason::TokenMalformed, "jwt exp is required".into())
        );
    }

    #[test]
    fn nbf_to_the_second_and_before_exp() {
        let error = verdict("nbf=1700000001", &policy()).unwrap_err();
        assert_eq!(
            (error.reason(), error.message()),
            (Reason::TokenNotActive, "jwt not active")
        );
        assert_eq!(
            (error.name(), error.context().date),
            ("NotBeforeError", Some(1_700_000_001.0))
        );
        assert_eq!(refusal(r#"nbf="1""#).1, "invalid nbf value");
        assert_eq!(refusal("nbf=-1e999").1, "invalid nbf value");
    }

    /// jsonwebtoken compares both with `Math.floor(Date.now() / 1000)`.
    #[test]
    fn fractions_are_compared_with_whole_seconds() {
        let at = |change: &str, milliseconds: f64| {
            let now = UnixTime::from_millis(NOW * 1000.0 + milliseconds);
            check_unverified(&payload(change), &policy(), now)
                .map_err(|error| error.message().to_owned())
        };
        let (early, late) = (
            Err("jwt not active".to_owned()),
            Err("jwt expired".to_owned()),
        );
        for (change, milliseconds, expected) in [
            ("exp=1700000000.5", 0.0, Ok(())),
            ("exp=1700000000.5", 999.0, Ok(())),
            ("exp=1700000000.5", 1000.0, late.clone()),
            ("exp=1700000000.0", 0.0, late.clone()),
            ("exp=1700000001", 999.0, Ok(())),
            ("nbf=1699999999.5", 0.0, Ok(())),
            ("nbf=1700000000.5", 0.0, early.clone()),
            ("nbf=1700000000.5", 999.0, early),
            ("nbf=1700000000.5", 1000.0, late.clone()),
            // The nearest numbers are 1700000000 and one above it, as JSON.parse has it.
            ("exp=1700000000.0000001", 0.0, late),
            ("exp=1700000000.00000011920928955078125000001", 0.0, Ok(())),
            ("exp=17000000005e-1", 0.0, Ok(())),
        ] {
            assert_eq!(
                at(change, milliseconds),
                expected,
                "{change} {milliseconds}"
            );
        }
    }

    #[test]
    fn claims_are_of_their_types() {
        let access = r#"{"iss":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A","token_use":"access","exp":1700000001"#;
        let any = Policy::new(vec![ISSUER.into()], AcceptedUse::Any, AcceptedClients::Any);
        let with = |kind: &str, claim: &str, value: &str| {
            let json = match kind {
                "id" => payload(&format!("{claim}={value}")),
                _ => format!(r#"{access},"{claim}":{value}}}"#),
            };
            check_unverified(&json, &any, UnixTime::from_millis(NOW * 1000.0))
        };
        let (number, string) = (["7", "-1.5e3", "0"], [r#""""#, r#""x""#, r#""\ud800""#]);
        let strings = ["[]", r#"["a"]"#, r#"[ "a" ,"\ud800"]"#];
        let others = [
            "null",
            "true",
            "{}",
            r#"[["a"]]"#,
            "[7]",
            r#"["a",null]"#,
            "1e400",
        ];
        let wrong = |good: &[&'static str]| {
            let all = [&number[..], &string, &strings, &others].concat();
            all.into_iter()
                .filter(|value| !good.contains(value))
                .collect::<Vec<_>>()
        };
        for (claim, good, kinds) in [
            ("sub", &string, "id access"),
            ("iat", &number, "id access"),
            ("auth_time", &number, "id access"),
            ("jti", &string, "id access"),
            ("scope", &string, "id access"),
            ("cognito:groups", &strings, "id access"),
            ("aud", &string, "id"),
            ("cognito:username", &string, "id"),
            ("email", &string, "id"),
            ("phone_number", &string, "id"),
            ("client_id", &string, "access"),
            ("username", &string, "access"),
        ] {
            for kind in ["id", "access"] {
                with(kind, claim, good[0]).unwrap();
                with(kind, claim, good[1]).unwrap();
                with(kind, claim, good[2]).unwrap();
                for value in wrong(good) {
                    let verdict = with(kind, claim, value);
                    if !kinds.contains(kind) {
                        verdict.unwrap();
                        continue;
                    }
                    let error = verdict.expect_err(value);
                    assert_eq!(
                        (error.reason(), error.message()),
                        (Reason::TokenMalformed, &*format!("invalid {claim} value")),
                        "{kind} {value}"
                    );
                    assert!(error.context().hint.as_ref().unwrap().contains(claim));
                }
            }
        }
    }

    #[test]
    fn types_are_checked_after_the_time() {
        let both = payload("exp=1").replace('{', r#"{"iat":"x","email":7,"#);
        let now = UnixTime::from_millis(NOW * 1000.0);
        let message = |json: &str| {
            check_unverified(json, &policy(), now)
                .unwrap_err()
                .message()
                .to_owned()
        };
        assert_eq!(message(&both), "jwt expired");
        let issuer = payload(r#"iss="other""#).replace('{', r#"{"iat":"x","email":7,"#);
        assert_eq!(message(&issuer), "invalid iat value");
        let email = payload(r#"aud="other""#).replace('{', r#"{"email":7,"#);
        assert_eq!(message(&email), "jwt audience invalid. expected: client");
    }

    #[test]
    fn clock_tolerance_counts_both_ways() {
        let tolerant = policy().clock_tolerance(10);
        verdict("exp=1699999991", &tolerant).unwrap();
        verdict("exp=1699999990", &tolerant).unwrap_err();
        verdict("nbf=1700000010", &tolerant).unwrap();
        verdict("nbf=1700000011", &tolerant).unwrap_err();
    }

    #[test]
    fn a_clock_that_is_no_number_refuses() {
        for odd in [f64::NAN, f64::INFINITY] {
            check_unverified(&payload(""), &policy(), UnixTime::from_millis(odd)).unwrap_err();
        }
    }

    #[test]
    fn the_issuer_is_compared_whole() {
        for iss in ["", r#""""#, "null", "7"] {
            assert_eq!(refusal(&format!("iss={iss}")).0, Reason::TokenIssuer);
        }
        for iss in [
            format!("{ISSUER}/"),
            format!("{ISSUER}B"),
            format!("{ISSUER}?"),
            ISSUER.replace("https", "http"),
        ] {
            assert_eq!(
                refusal(&format!(r#"iss="{iss}""#)).0,
                Reason::TokenIssuer,
                "{iss}"
            );
        }
    }

    #[test]
    fn the_kind_of_token_decides_which_claim_counts() {
        assert_eq!(refusal(r#"token_use="access""#).0, Reason::TokenUse);
        assert_eq!(
            refusal("token_use=").1,
            "jwt token_use invalid. expected: id"
        );
        assert_eq!(refusal(r#"aud="other""#).0, Reason::TokenClient);
        assert_eq!(refusal(r#"aud=["client"]"#).0, Reason::TokenClient);
        assert_eq!(refusal("aud=").1, "jwt audience invalid. expected: client");

        let access = |use_| {
            Policy::new(
                vec![ISSUER.into()],
                use_,
                AcceptedClients::These(vec!["client".into()]),
            )
        };
        let payload = format!(
            r#"{{"iss":"{ISSUER}","token_use":"access","aud":"https://api","client_id":"client","exp":1700000001}}"#
        );
        let now = UnixTime::from_millis(NOW * 1000.0);
        check_unverified(&payload, &access(AcceptedUse::Access), now).unwrap();
        check_unverified(&payload, &access(AcceptedUse::Any), now).unwrap();
        check_unverified(&payload, &access(AcceptedUse::Id), now).unwrap_err();
        let by_audience = payload
            .replace("https://api", "client")
            .replace(r#""client_id":"client""#, r#""client_id":"x""#);
        check_unverified(&by_audience, &access(AcceptedUse::Any), now).unwrap_err();
    }

    #[test]
    fn groups_and_scopes_need_one_of_the_listed() {
        let list = |items: &[&str]| Some(items.iter().map(|&item| item.to_owned()).collect());
        verdict("", &policy().groups(list(&["x", "h"]))).unwrap();
        verdict("", &policy().scopes(list(&["b"]))).unwrap();
        let error = verdict("", &policy().groups(list(&["x"]))).unwrap_err();
        assert_eq!(
            (error.reason(), error.reason().status()),
            (Reason::TokenGroups, 403)
        );
        for groups in [
            "cognito:groups=",
            "cognito:groups=[]",
            r#"cognito:groups=["H"]"#,
            r#"cognito:groups=["\ud800"]"#,
        ] {
            let error = verdict(groups, &policy().groups(list(&["h"]))).unwrap_err();
            assert_eq!(error.reason(), Reason::TokenGroups, "{groups}");
        }
        let error = verdict("", &policy().scopes(list(&["a b", "c"]))).unwrap_err();
        assert_eq!(error.reason(), Reason::TokenScopes);
        verdict("scope=", &policy().scopes(list(&["b"]))).unwrap_err();
        verdict("", &policy().groups(list(&[]))).unwrap_err();
    }
}
