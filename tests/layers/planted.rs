//! The checker finds what is planted.

use crate::imports::{Path, Sources};
use crate::table::{problems, read};

const TABLE: &str = "\
| module | what it is for | may import |
| --- | --- | --- |
| `core/low` | | nothing of ours |
| `core/high` | | `low` |
| `net/call` | | `low` |
| `node` | | `call` |

| other | table |
";

/// A crate that keeps to the table, but for the files that replace or join its own.
fn problems_with(planted: &[(&str, &str)]) -> Vec<String> {
    let kept = [
        ("", "pub mod core; pub mod net; pub mod node;"),
        ("core", "pub mod high; pub mod low;"),
        ("core::low", "pub struct Low;"),
        ("core::high", "use crate::core::low::Low;"),
        ("net", "pub mod call;"),
        ("net::call", "use crate::core::low;\nfn f() { low::g() }"),
        ("node", "mod text;"),
        ("node::text", "use crate::net::call::*;"),
    ];
    let module = |name: &str| -> Path {
        let names = name.split("::").filter(|part| !part.is_empty());
        names.map(str::to_owned).collect()
    };
    let files = kept.iter().chain(planted);
    let sources = files.map(|(name, text)| (module(name), (*text).to_owned()));
    problems(&read(TABLE), &Sources(sources.collect()))
}

#[test]
fn nothing_is_wrong_with_what_keeps_to_the_table() {
    assert_eq!(problems_with(&[]), [""; 0]);
    // Neither comments, texts and visibilities nor names of others are imports, and a module's parts may know one another.
    let harmless = r#"
        //! See [`crate::net::call`].
        // use crate::net::call;
        pub(in crate::core) mod part { pub(crate) struct P; pub(super) struct Q(pub(in super::super) u8); }
        use self::part::P;
        const TEXT: &str = "see crate::net::call";
        fn f(call: std::net::Call) { other::net::call::g(); Self::super_call(); }
        mod tests { use super::*; }
    "#;
    assert_eq!(problems_with(&[("core::low", harmless)]), [""; 0]);
}

/// Each way in which a file can name a module that stands above its own.
#[test]
fn an_import_upwards_is_found_however_it_is_written() {
    for planted in [
        "use crate::net::call;",
        "use crate::net::call as other;",
        "use crate::{net::call, core::low};",
        "use crate::{core::{low}, net::{call::{self, Call}}};",
        "use {crate::net::call::Call};",
        "use super::super::net::call::Call;",
        "use self::super::super::net::call;",
        "pub use super::super::net::{call};",
        "use super::super::net::call::*;",
        "fn f() -> crate::net::call::Call { todo!() }",
        "fn f() { let x = super::super::net::call::g::<u8>(); }",
        "fn f() { g::<crate::net::call::Call>(1) }",
        "fn f() { println!(\"{}\", crate::net::call::g()) }",
        "macro_rules! m { () => { $crate::net::call::g() } }",
        "mod inner { use super::super::super::net::call; }",
        "mod inner { mod more { fn f() { super::super::super::super::net::call::g() } } }",
        "#[serde(with = \"crate::net::call\")] struct S;",
        "#[cfg(test)] mod tests { use crate::net::call; }",
        "struct S(pub crate::net::call::Call);",
    ] {
        assert_eq!(
            problems_with(&[("core::low", planted)])[0],
            "core::low imports net::call",
            "{planted}"
        );
    }
}

#[test]
fn a_ring_as_a_whole_is_no_import() {
    for planted in [
        "use crate::net;",
        "use super::super::net;",
        "use crate::net::*;",
        "use crate::{net};",
        "use crate::*;",
        "use super::*;",
    ] {
        let found = problems_with(&[("core::low", planted)]);
        let first = found.first().unwrap_or_else(|| panic!("{planted}"));
        assert!(
            first.ends_with("is no module of the table"),
            "{planted}: {first}"
        );
    }
}

#[test]
fn circles_are_found() {
    // Between two modules, and within one: through `super::`, a child's bare name, and a name that `use` gave.
    for (planted, expected) in [
        (
            &[("core::low", "use super::high::High;")][..],
            "a circle: core::high imports core::low imports core::high",
        ),
        (
            &[
                ("core::low", "mod part; pub use self::part::Part;"),
                ("core::low::part", "use super::Low;"),
            ],
            "a circle: core::low imports core::low::part imports core::low",
        ),
        (
            &[
                ("core::low", "mod a; mod b; mod c;"),
                ("core::low::a", "use super::{b::{B}};"),
                ("core::low::b", "fn f() { super::c::g() }"),
                (
                    "core::low::c",
                    "use crate::core::low as own; fn g() { own::a::h() }",
                ),
            ],
            "a circle: core::low::a imports core::low::b imports core::low::c imports core::low::a",
        ),
        (
            &[
                ("core::low", "mod part; fn f() { part::g() }"),
                ("core::low::part", "mod tests { use super::super::Low; }"),
            ],
            "a circle: core::low imports core::low::part imports core::low",
        ),
    ] {
        let found = problems_with(planted);
        assert!(found.contains(&expected.to_owned()), "{found:?}");
    }
}

#[test]
fn the_table_says_no_more_and_no_less_than_the_crate() {
    assert_eq!(
        problems_with(&[("core::high", "")]),
        ["core::high does not import core::low, which it may"]
    );
    assert_eq!(
        problems_with(&[("net::new", "")]),
        ["the table lacks net::new"]
    );
    let upside_down = TABLE.replace("| nothing of ours |", "| `call` |");
    let sources = Sources(std::iter::once((vec![], String::new())).collect());
    let found = problems(&read(&upside_down), &sources);
    assert!(found.contains(
        &"the table lets core::low import net::call, which does not stand above it".to_owned()
    ));
    assert!(found.contains(&"the table has core::low, which is no module".to_owned()));
}
