//! JSON objects without duplicate members (RFC 7515, section 4; RFC 8725, section 2.4), at any depth.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::limits;

/// Reads one object and hands each member, name and raw value, to `member`.
///
/// Fails on anything but one whole object, on duplicate names anywhere in it, and beyond [`limits::JSON_DEPTH`].
/// Names and texts may have lone surrogates and numbers any size, as in `JSON.parse`.
pub(super) fn read_object<'a>(
    json: &'a str,
    member: impl FnMut(&[u8], &'a RawValue),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    Object {
        depth: limits::JSON_DEPTH,
        member,
    }
    .deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Values are taken raw and looked into only where they are objects or arrays: that spares reading numbers and
/// texts, which Rust would hold to stricter rules than JavaScript does.
fn check_value(value: &RawValue, depth: usize) -> Result<(), serde_json::Error> {
    let json = value.get();
    if !json.starts_with(['{', '[']) {
        return Ok(());
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Err(serde_json::Error::custom("nested too deeply"));
    };
    let mut deserializer = serde_json::Deserializer::from_str(json);
    if json.starts_with('{') {
        Object {
            depth,
            member: |_: &[u8], _: &RawValue| (),
        }
        .deserialize(&mut deserializer)
    } else {
        Array { depth }.deserialize(&mut deserializer)
    }
}

struct Object<F> {
    depth: usize,
    member: F,
}

impl<'de, F: FnMut(&[u8], &'de RawValue)> DeserializeSeed<'de> for Object<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&[u8], &'de RawValue)> Visitor<'de> for Object<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        while let Some(name) = map.next_key_seed(Name)? {
            let value: &RawValue = map.next_value()?;
            check_value(value, self.depth).map_err(A::Error::custom)?;
            (self.member)(&name, value);
            if !names.add(name) {
                return Err(A::Error::custom("duplicate member"));
            }
        }
        Ok(())
    }
}

struct Array {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Array {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Array {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&RawValue>()? {
            check_value(element, self.depth).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// A member's name as bytes, escapes resolved: a text with lone surrogates is no `str`.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, [u8]>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_bytes<E>(self, name: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_vec()))
    }
}

/// The names that an object had so far.
#[derive(Default)]
struct Names<'de> {
    few: Vec<Cow<'de, [u8]>>,
    many: HashSet<Cow<'de, [u8]>>,
}

impl<'de> Names<'de> {
    /// Whether the name is new.
    fn add(&mut self, name: Cow<'de, [u8]>) -> bool {
        if self.few.contains(&name) {
            return false;
        }
        if self.few.len() < limits::MEMBERS_COMPARED {
            self.few.push(name);
            return true;
        }
        self.many.insert(name)
    }
}

#[cfg(test)]
mod tests {
    use super::read_object;

    fn names(json: &str) -> Option<Vec<String>> {
        let mut names = Vec::new();
        read_object(json, |name, value| {
            names.push(format!("{}={}", String::from_utf8_lossy(name), value.get()));
        })
        .ok()
        .map(|()| names)
    }

    #[test]
    fn members_come_in_order_and_raw() {
        assert_eq!(
            names(r#" {"b":1e400,"\u0061":"\ud800","c":[{"d":1},{"d":2}]} "#).unwrap(),
            ["b=1e400", r#"a="\ud800""#, r#"c=[{"d":1},{"d":2}]"#]
        );
        assert_eq!(names("{}").unwrap(), [""; 0]);
    }

    #[test]
    fn duplicates_are_found_at_any_depth_and_in_any_spelling() {
        for json in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"\ud800":1,"\ud800":2}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[[{"b":1,"b":2}]]}"#,
            r#"{"__proto__":1,"__proto__":2}"#,
        ] {
            assert_eq!(names(json), None, "{json}");
        }
        let many: Vec<_> = (0..5_000).map(|i| format!(r#""m{i}":0"#)).collect();
        assert_eq!(
            names(&format!("{{{}}}", many.join(","))).unwrap().len(),
            5_000
        );
        for again in ["m0", "m31", "m32", "m4999"] {
            assert_eq!(
                names(&format!(r#"{{{},"{again}":0}}"#, many.join(","))),
                None,
                "{again}"
            );
        }
    }

    #[test]
    fn only_one_whole_object_will_do() {
        for json in [
            "",
            "[]",
            "null",
            "1",
            r#""a""#,
            "{",
            "{}{}",
            "{} x",
            "\u{feff}{}",
            r#"{"a":}"#,
        ] {
            assert_eq!(names(json), None, "{json}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested =
            |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert!(names(&nested(64)).is_some());
        assert_eq!(names(&nested(65)), None);
        assert_eq!(names(&nested(30_000)), None);
    }
}
