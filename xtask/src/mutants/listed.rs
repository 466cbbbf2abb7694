//! The mutants that cargo-mutants knows of, so that operators and counts are its own.

use std::ops::Range;

use serde_json::Value;

use crate::{build::own_cargo, fault::Fault, places::Places, process::capture};

/// The crates whose mutants are tried.
pub const PACKAGES: [&str; 2] = ["policy", "gate"];

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Genre {
    /// A function gives this at once.
    Function,
    /// An operator between two values is another.
    Binary,
    /// A `!` or `-` is gone.
    Unary,
    /// An arm of a `match` is gone.
    Arm,
    /// A guard of an arm is `true` or `false`.
    Guard,
    /// A field is as in the base of its struct expression.
    Field,
}

/// A place in a file: line and column, both from 1.
pub type Place = (usize, usize);

/// One small change.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// Its number in the whole list; what switches it on.
    pub number: usize,
    /// As cargo-mutants names it: file, line, column, and what is changed.
    pub name: String,
    /// The crate it is in.
    pub package: String,
    /// The source file, from the checkout's folder.
    pub file: String,
    /// The function it is in; empty outside of any.
    pub function: String,
    /// What kind of change it is.
    pub genre: Genre,
    /// What stands there instead.
    pub replacement: String,
    /// Where it begins and ends.
    pub span: Range<Place>,
}

/// All mutants of [`PACKAGES`].
///
/// # Errors
/// cargo-mutants is not there, or says what cannot be read.
pub fn list(places: &Places) -> Result<Vec<Mutant>, Fault> {
    let mut cargo = own_cargo(places, "mutants");
    cargo.args(["--list", "--json"]).args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    let listed = capture(&mut cargo).map_err(|fault| {
        Fault::missing(format!("{fault}\n`cargo install --locked cargo-mutants` brings what lists mutants"))
    })?;
    read(&listed).ok_or_else(|| Fault::check("the list of cargo-mutants has another form than 27.1's"))
}

fn read(listed: &str) -> Option<Vec<Mutant>> {
    let all: Vec<Value> = serde_json::from_str(listed).ok()?;
    all.iter().enumerate().map(|(number, mutant)| one(number, mutant)).collect()
}

fn one(number: usize, mutant: &Value) -> Option<Mutant> {
    let text = |name: &str| mutant.get(name)?.as_str().map(str::to_owned);
    let place = |end: &str| {
        let part = |name: &str| {
            mutant.pointer(&format!("/span/{end}/{name}"))?.as_u64().and_then(|at| usize::try_from(at).ok())
        };
        Some((part("line")?, part("column")?))
    };
    let genre = match text("genre")?.as_str() {
        "FnValue" => Genre::Function,
        "BinaryOperator" => Genre::Binary,
        "UnaryOperator" => Genre::Unary,
        "MatchArm" => Genre::Arm,
        "MatchArmGuard" => Genre::Guard,
        "StructField" => Genre::Field,
        _ => return None,
    };
    Some(Mutant {
        number,
        name: text("name")?,
        package: text("package")?,
        file: text("file")?,
        function: mutant
            .pointer("/function/function_name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .into(),
        genre,
        replacement: text("replacement")?,
        span: place("start")?..place("end")?,
    })
}

/// Where a place is in a text, in bytes.
pub fn offset(source: &str, (line, column): Place) -> Option<usize> {
    let begins = match line.checked_sub(2) {
        None => 0,
        Some(before) => source.match_indices('\n').nth(before)?.0 + 1,
    };
    let rest = source.get(begins..)?;
    rest.char_indices()
        .map(|(at, _)| at)
        .chain([rest.len()])
        .nth(column.checked_sub(1)?)
        .map(|at| begins + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_mutant_is_read_with_its_place() {
        let listed = r#"[{"name": "a.rs:2:3: replace + with -", "package": "gate", "file": "a.rs", "genre":
            "BinaryOperator", "replacement": "-", "span": {"start": {"line": 2, "column": 3}, "end": {"line": 2,
            "column": 4}}}]"#;
        let all = read(listed).unwrap();
        assert_eq!((all[0].genre, all[0].span.clone()), (Genre::Binary, (2, 3)..(2, 4)));
        assert!(read(&listed.replace("BinaryOperator", "Unheard")).is_none());
    }

    #[test]
    fn columns_count_characters_and_places_are_in_bytes() {
        assert_eq!(offset("é+b\nx", (1, 2)), Some(2));
        assert_eq!(offset("é+b\nx", (2, 1)), Some(5));
        assert_eq!(offset("a", (3, 1)), None);
    }
}
