//! A second reader of strict JSON, which knows nothing of the one in `src/`: for tests and fuzz targets.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// JSON without duplicate names at any depth, read through `deserialize_any`: kinds, numbers and texts as serde knows
/// them.
pub(crate) struct Strict {
    /// How deep objects and arrays lie in it.
    depth: usize,
}

const SCALAR: Strict = Strict { depth: 0 };

/// What the second reader says of a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Opinion {
    /// One object, so deep in all.
    Object(usize),
    /// Something else, or broken.
    Refused,
    /// Beyond what serde reads: a lone surrogate, a number beyond all of Rust's, too deep.
    Unknown,
}

pub(crate) fn second_opinion(json: &str) -> Opinion {
    const BEYOND: [&str; 4] = [
        "surrogate",
        "unexpected end of hex escape",
        "number out of range",
        "recursion limit exceeded",
    ];
    match serde_json::from_str::<Strict>(json) {
        Ok(strict) if json.trim_ascii_start().starts_with('{') => Opinion::Object(strict.depth),
        Ok(_) => Opinion::Refused,
        Err(error) => {
            let words = error.to_string();
            if BEYOND.iter().any(|beyond| words.contains(beyond)) {
                Opinion::Unknown
            } else {
                Opinion::Refused
            }
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(SCALAR)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(SCALAR)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(SCALAR)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(SCALAR)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(SCALAR)
    }

    fn visit_str<E>(self, _: &str) -> Result<Strict, E> {
        Ok(SCALAR)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Strict, A::Error> {
        let mut deepest = 0;
        while let Some(element) = elements.next_element::<Strict>()? {
            deepest = deepest.max(element.depth);
        }
        Ok(Strict { depth: deepest + 1 })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let (mut deepest, mut names) = (0, HashSet::new());
        while let Some((name, value)) = members.next_entry::<String, Strict>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("duplicate"));
            }
            deepest = deepest.max(value.depth);
        }
        Ok(Strict { depth: deepest + 1 })
    }
}
