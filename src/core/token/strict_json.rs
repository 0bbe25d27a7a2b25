//! JSON objects without duplicate members (RFC 7515, section 4; RFC 8725, section 2.4), read in one pass.
//!
//! `serde_json` reads the JSON. Names and values are taken from it as they are written: Rust would hold texts and numbers to
//! stricter rules than JavaScript does, which accepts lone surrogates and numbers of any size.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::core::limits;

/// Reads one object and hands each member to `member`: its name, escapes resolved, and its value as JSON. Nested values
/// are skipped.
///
/// Fails on anything but one whole object, and on duplicate names in it.
pub(super) fn read_members<'a>(
    json: &'a str,
    member: impl FnMut(&[u8], &'a str),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Members(member))?;
    deserializer.end()
}

/// As [`read_members`], but fails on duplicate names in nested objects too, and beyond [`limits::JSON_DEPTH`].
pub(super) fn read_object<'a>(
    json: &'a str,
    member: impl FnMut(&[u8], &'a str),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let mut place = Place { json, at: 0 };
    place.next();
    place.at += 1;
    deserializer.deserialize_map(Object {
        place: &mut place,
        depth: limits::JSON_DEPTH,
        member,
    })?;
    deserializer.end()
}

struct Members<F>(F);

impl<'de, F: FnMut(&[u8], &'de str)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            let name = resolved(name)?;
            (self.0)(&name, value.get());
            names.add(name)?;
        }
        Ok(())
    }
}

/// How far `serde_json` has come in the text. It does not say which kind of value is next without reading it, so the names
/// and values that it hands out are counted along. The grammar is its business: where that is broken, it fails.
struct Place<'de> {
    json: &'de str,
    at: usize,
}

impl Place<'_> {
    /// The byte that the next name, value or closing bracket begins with.
    fn next(&mut self) -> Option<u8> {
        let is_between = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':');
        let rest = self.json.as_bytes().get(self.at..)?;
        let next = rest.iter().position(|byte| !is_between(byte))?;
        self.at += next;
        rest.get(next).copied()
    }

    /// Goes to the end of a name or value that is next.
    fn pass(&mut self, raw: &RawValue) {
        self.next();
        self.at += raw.get().len();
    }
}

/// A value of any kind, which is checked for duplicate names.
struct Value<'p, 'de> {
    place: &'p mut Place<'de>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Value<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { place, depth } = self;
        let bracket = place.next().filter(|byte| matches!(byte, b'{' | b'['));
        let Some(bracket) = bracket else {
            place.pass(<&RawValue>::deserialize(deserializer)?);
            return Ok(());
        };
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| D::Error::custom("nested too deeply"))?;
        place.at += 1;
        if bracket == b'{' {
            deserializer.deserialize_map(Object {
                place,
                depth,
                member: |_: &[u8], _: &str| (),
            })
        } else {
            deserializer.deserialize_seq(Array { place, depth })
        }
    }
}

struct Object<'p, 'de, F> {
    place: &'p mut Place<'de>,
    depth: usize,
    member: F,
}

impl<'de, F: FnMut(&[u8], &'de str)> Visitor<'de> for Object<'_, 'de, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self {
            place,
            depth,
            mut member,
        } = self;
        let mut names = Names::default();
        while let Some(name) = map.next_key::<&RawValue>()? {
            place.pass(name);
            place.next();
            let start = place.at;
            map.next_value_seed(Value { place, depth })?;
            let name = resolved(name)?;
            member(&name, place.json.get(start..place.at).unwrap_or_default());
            names.add(name)?;
        }
        place.next();
        place.at += 1;
        Ok(())
    }
}

struct Array<'p, 'de> {
    place: &'p mut Place<'de>,
    depth: usize,
}

impl<'de> Visitor<'de> for Array<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self { place, depth } = self;
        while elements
            .next_element_seed(Value { place, depth })?
            .is_some()
        {}
        place.next();
        place.at += 1;
        Ok(())
    }
}

/// A member's name as bytes, escapes resolved: a text with lone surrogates is no `str`.
fn resolved<E: serde::de::Error>(name: &RawValue) -> Result<Cow<'_, [u8]>, E> {
    let written = name.get().trim_matches('"');
    if !name.get().contains('\\') {
        return Ok(Cow::Borrowed(written.as_bytes()));
    }
    serde_json::Deserializer::from_str(name.get())
        .deserialize_bytes(Name)
        .map_err(E::custom)
}

struct Name;

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
    fn add<E: serde::de::Error>(&mut self, name: Cow<'de, [u8]>) -> Result<(), E> {
        let is_new = if self.few.len() < limits::MEMBERS_COMPARED {
            let is_new = !self.few.contains(&name);
            self.few.push(name);
            is_new
        } else {
            if self.many.is_empty() {
                self.many.extend(self.few.iter().cloned());
            }
            self.many.insert(name)
        };
        if is_new {
            Ok(())
        } else {
            Err(E::custom("duplicate member"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{read_members, read_object};

    fn names(json: &str) -> Option<Vec<String>> {
        let mut names = Vec::new();
        read_object(json, |name, value| {
            names.push(format!("{}={value}", String::from_utf8_lossy(name)));
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
    fn nested_values_are_cut_out_whole() {
        let json = "{ \"a\" :\t{ \"b\" : [ 1 , { } ] } , \"c\": [ ] ,\"d\":[[\"]\"]]\n}";
        assert_eq!(
            names(json).unwrap(),
            [r#"a={ "b" : [ 1 , { } ] }"#, "c=[ ]", r#"d=[["]"]]"#]
        );
    }

    #[test]
    fn members_are_read_without_what_is_nested() {
        let mut read = Vec::new();
        let json = r#"{"a":{"b":1,"b":2},"\u0063":"d"}"#;
        read_members(json, |name, value| read.push((name.to_vec(), value))).unwrap();
        assert_eq!(
            read,
            [
                (b"a".to_vec(), r#"{"b":1,"b":2}"#),
                (b"c".to_vec(), r#""d""#)
            ]
        );
        for refused in [r#"{"a":1,"\u0061":1}"#, "[]", "{} {}", r#"{"a":[}"#] {
            assert!(read_members(refused, |_, _| ()).is_err(), "{refused}");
        }
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
