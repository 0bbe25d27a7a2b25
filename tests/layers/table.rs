//! The table of modules in `ARCHITECTURE.md`, and the ways in which a crate can break it.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::{Path, Sources};

/// A module and those that it may import, from the top of the table to its bottom.
pub(super) type Table = Vec<(String, BTreeSet<String>)>;

/// The table whose first column is `module` and whose last one is `may import`. A module is written `ring/name`, and in the last
/// column without the ring, as no two have one name.
pub(super) fn read(markdown: &str) -> Table {
    let rows: Vec<Vec<&str>> = markdown
        .lines()
        .skip_while(|line| !line.starts_with("| module |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let modules: Vec<String> = rows.iter().flat_map(|row| codes(row[0])).collect();
    let full = |name: String| {
        let ending = format!("/{name}");
        let found = modules.iter().find(|module| module.ends_with(&ending));
        found.unwrap_or_else(|| panic!("the table has no module {name}"))
    };
    let mut table = Table::new();
    for row in &rows {
        for module in codes(row[0]) {
            let imports = codes(row[2])
                .into_iter()
                .map(full)
                .map(|name| name.replace('/', "::"));
            table.push((module.replace('/', "::"), imports.collect()));
        }
    }
    table
}

/// What stands in backticks.
fn codes(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The module of the table that a module belongs to: all of `node` is one. Of the rings themselves there is none.
fn in_table(module: &[String]) -> Option<String> {
    match module {
        [ring, ..] if ring == "node" => Some(ring.clone()),
        [ring, name, ..] => Some(format!("{ring}::{name}")),
        [] | [_] => None,
    }
}

/// All that is wrong, in sentences.
pub(super) fn problems(table: &Table, sources: &Sources) -> Vec<String> {
    let imports = sources.imports();
    let mut found = Vec::new();
    let mut between: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, targets) in &imports {
        let own = in_table(module);
        if let Some(own) = &own {
            between.entry(own.clone()).or_default();
        }
        for target in targets {
            match (&own, in_table(target)) {
                (Some(own), Some(target)) if *own == target => {}
                (Some(own), Some(target)) => {
                    between.entry(own.clone()).or_default().insert(target);
                }
                _ => found.push(format!(
                    "{} names {}, which is no module of the table",
                    name(module),
                    name(target)
                )),
            }
        }
    }
    compare(table, &between, &mut found);
    found.extend(circles(&imports));
    found
}

fn compare(table: &Table, between: &BTreeMap<String, BTreeSet<String>>, found: &mut Vec<String>) {
    let mut above: BTreeSet<&String> = BTreeSet::new();
    for (module, allowed) in table {
        for target in allowed.iter().filter(|target| !above.contains(target)) {
            found.push(format!(
                "the table lets {module} import {target}, which does not stand above it"
            ));
        }
        if !above.insert(module) {
            found.push(format!("the table has {module} twice"));
        }
        let Some(imported) = between.get(module) else {
            found.push(format!("the table has {module}, which is no module"));
            continue;
        };
        for target in imported.difference(allowed) {
            found.push(format!("{module} imports {target}"));
        }
        for target in allowed.difference(imported) {
            found.push(format!("{module} does not import {target}, which it may"));
        }
    }
    for module in between.keys().filter(|module| !above.contains(module)) {
        found.push(format!("the table lacks {module}"));
    }
}

fn name(module: &[String]) -> String {
    if module.is_empty() {
        "the crate's root".to_owned()
    } else {
        module.join("::")
    }
}

/// Circles of modules, each file's counts: at least one if there are any.
fn circles(imports: &BTreeMap<Path, BTreeSet<Path>>) -> Vec<String> {
    /// `way` leads from where the search began to the module in hand.
    fn follow<'a>(
        imports: &'a BTreeMap<Path, BTreeSet<Path>>,
        module: &'a Path,
        way: &mut Vec<&'a Path>,
        done: &mut BTreeSet<&'a Path>,
        found: &mut Vec<String>,
    ) {
        if let Some(start) = way.iter().position(|before| *before == module) {
            let members = way[start..].iter().chain([&module]);
            let names: Vec<_> = members.map(|member| name(member)).collect();
            found.push(format!("a circle: {}", names.join(" imports ")));
        } else if !done.contains(module) {
            way.push(module);
            for target in &imports[module] {
                follow(imports, target, way, done, found);
            }
            way.pop();
            done.insert(module);
        }
    }
    let (mut done, mut found) = (BTreeSet::new(), Vec::new());
    for module in imports.keys() {
        follow(imports, module, &mut Vec::new(), &mut done, &mut found);
    }
    found
}
