//! Which modules a file imports. Its tokens are read, not its syntax tree: the bodies of macros, and what attributes name in
//! strings, are tokens like all others, and a comment is none.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The path of a module or of something in one, without `crate`. A name `*` stands for all names.
pub(super) type Path = Vec<String>;

/// The files below `src/`, each by the path of its module.
pub(super) struct Sources(pub(super) BTreeMap<Path, String>);

impl Sources {
    /// The module of a file that a path leads into; the crate's root if into none.
    fn owner(&self, path: &[String]) -> Path {
        (0..=path.len())
            .rev()
            .map(|length| &path[..length])
            .find(|start| self.0.contains_key(*start))
            .unwrap_or_default()
            .to_vec()
    }

    /// Each module with the others whose names it uses. One that declares another does not import it by that.
    pub(super) fn imports(&self) -> BTreeMap<Path, BTreeSet<Path>> {
        let of = |(module, text): (&Path, &String)| {
            let targets = paths(self, module, text)
                .iter()
                .map(|path| self.owner(path))
                .filter(|target| target != module)
                .collect();
            (module.clone(), targets)
        };
        self.0.iter().map(of).collect()
    }
}

/// The paths that begin within this crate, in the file of `module`.
fn paths(sources: &Sources, module: &Path, text: &str) -> BTreeSet<Path> {
    let tokens: TokenStream = text.parse().unwrap();
    let mut reader = Reader {
        sources,
        names: BTreeMap::new(),
        found: BTreeSet::new(),
    };
    // The second time with the names of modules that the first one has met: `use` may stand below what needs it.
    reader.read(tokens.clone(), module);
    reader.read(tokens, module);
    reader.found
}

struct Reader<'a> {
    sources: &'a Sources,
    /// Modules by the names that `use` gives them.
    names: BTreeMap<String, Path>,
    found: BTreeSet<Path>,
}

impl Reader<'_> {
    /// Reads what stands in the module `here`, which may be a block within a file.
    fn read(&mut self, tokens: TokenStream, here: &Path) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = self.read_one(&tokens, at, here);
        }
    }

    /// Reads the token at `at` and what belongs to it. Returns where the rest begins.
    fn read_one(&mut self, tokens: &[TokenTree], at: usize, here: &Path) -> usize {
        match &tokens[at] {
            TokenTree::Group(group) => self.read(group.stream(), here),
            TokenTree::Literal(literal) => self.read_text(&literal.to_string(), here),
            TokenTree::Punct(_) => {}
            TokenTree::Ident(word) => {
                let word = word.to_string();
                if word == "pub" && tokens.get(at + 1).is_some_and(is_visibility) {
                    return at + 2;
                }
                if let ("mod", [TokenTree::Ident(name), TokenTree::Group(body), ..]) =
                    (word.as_str(), &tokens[at + 1..])
                {
                    self.read(body.stream(), &joined(here, &name.to_string()));
                    return at + 3;
                }
                let is_start = !(at >= 2 && is_followed(tokens, at - 2));
                if is_start
                    && is_followed(tokens, at + 1)
                    && let Some(start) = self.start(&word, here)
                {
                    return self.read_path(tokens, at + 1, start);
                }
            }
        }
        at + 1
    }

    /// A path in a string, as serde's attributes have them.
    fn read_text(&mut self, literal: &str, here: &Path) {
        let text = literal.trim_matches('"');
        let starts = ["crate::", "self::", "super::"];
        let is_path = starts.iter().any(|start| text.starts_with(start));
        if is_path && let Ok(tokens) = text.parse() {
            self.read(tokens, here);
        }
    }

    /// The module that the first word of a path means, if it is one of this crate's.
    fn start(&self, word: &str, here: &Path) -> Option<Path> {
        let child = joined(here, word);
        match word {
            "crate" => Some(Path::new()),
            "self" => Some(here.clone()),
            "super" => Some(parent(here)),
            _ if self.sources.0.contains_key(&child) => Some(child),
            _ => self.names.get(word).cloned(),
        }
    }

    /// Reads on from the `::` at `at`, behind a path as far as `path`.
    fn read_path(&mut self, tokens: &[TokenTree], mut at: usize, mut path: Path) -> usize {
        while is_followed(tokens, at) {
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(name)) => path = step(path, &name.to_string()),
                Some(TokenTree::Punct(all)) if all.as_char() == '*' => path.push("*".to_owned()),
                Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Brace => {
                    self.read_list(list.stream(), &path);
                    return at + 3;
                }
                // The arguments of a generic.
                _ => break,
            }
            at += 3;
        }
        let mut name = path.last().cloned();
        if let (Some(TokenTree::Ident(word)), Some(TokenTree::Ident(alias))) =
            (tokens.get(at), tokens.get(at + 1))
            && word == "as"
        {
            name = Some(alias.to_string());
            at += 2;
        }
        if let Some(name) = name.filter(|_| self.sources.0.contains_key(&path)) {
            self.names.insert(name, path.clone());
        }
        self.found.insert(path);
        at
    }

    /// Reads what stands in braces behind `path`.
    fn read_list(&mut self, list: TokenStream, path: &Path) {
        let tokens: Vec<_> = list.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = match &tokens[at] {
                TokenTree::Ident(name) => {
                    self.read_path(&tokens, at + 1, step(path.clone(), &name.to_string()))
                }
                TokenTree::Punct(all) if all.as_char() == '*' => {
                    self.found.insert(joined(path, "*"));
                    at + 1
                }
                TokenTree::Group(within) => {
                    self.read_list(within.stream(), path);
                    at + 1
                }
                _ => at + 1,
            };
        }
    }
}

fn joined(path: &[String], name: &str) -> Path {
    [path, &[name.to_owned()]].concat()
}

fn parent(path: &[String]) -> Path {
    path[..path.len().saturating_sub(1)].to_vec()
}

/// One word further.
fn step(path: Path, word: &str) -> Path {
    match word {
        "self" => path,
        "super" => parent(&path),
        _ => joined(&path, word),
    }
}

/// Whether `::` stands at `at`.
fn is_followed(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// `(crate)`, `(super)` or `(in a::path)` behind `pub`.
fn is_visibility(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let words: Vec<_> = group
        .stream()
        .into_iter()
        .map(|word| word.to_string())
        .collect();
    match &words[..] {
        [one] => ["crate", "self", "super"].contains(&one.as_str()),
        [first, ..] => first == "in",
        [] => false,
    }
}
