//! Any bytes as the header of a token that is otherwise good: what is accepted means to serde_json what it means to us.

#![no_main]

use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::token::UnverifiedToken;
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|data: &[u8]| {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode_to_string(bytes);
    let token = format!("{}.e30.{}", encode(data), encode(&[1; 256]));
    let Ok(token) = UnverifiedToken::parse(&token) else {
        return;
    };
    assert!(data.len() <= 1024);
    // Raw, for a member that is not looked at may be beyond what Rust reads. A name too: then there is no second opinion.
    let Ok(members) = serde_json::from_slice::<Object>(data) else {
        return;
    };
    let is_text = |value: &RawValue, text: &str| {
        serde_json::from_str::<String>(value.get()).is_ok_and(|read| read == text)
    };
    let named = |name: &str| {
        members
            .0
            .iter()
            .filter(|member| member.0 == name)
            .collect::<Vec<_>>()
    };
    assert!(matches!(&*named("alg"), [(_, value)] if is_text(value, "RS256")));
    assert!(matches!(&*named("kid"), [(_, value)] if is_text(value, token.kid())));
    assert!(named("crit").is_empty() && named("b64").is_empty());
    let mut names: Vec<_> = members.0.iter().map(|member| &member.0).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
});

/// The members of an object, also those whose name is there already.
struct Object(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Object {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members).map(Object)
    }
}

struct Members;

impl<'de> serde::de::Visitor<'de> for Members {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}
