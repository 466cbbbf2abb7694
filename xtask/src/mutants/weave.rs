//! Puts all mutants of a file into it at once, each behind a switch.
//!
//! `/*<12*/ … /*>*/` marks what belongs to mutant 12 alone, and `/*<?12,13*/ … /*>*/` what is there to have both, so that
//! what the compiler says of such a place can be laid to them.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use super::{
    listed::Mutant,
    sites::{self, Form, Sides, Site},
};

/// A file with its mutants.
#[derive(Debug)]
pub struct Woven {
    /// The new text.
    pub text: String,
    /// The mutants that are in it.
    pub within: BTreeSet<usize>,
    /// Those that no compiler could take.
    pub unviable: BTreeSet<usize>,
}

/// Puts `mutants` into `source`, without those in `out`.
///
/// # Errors
/// The file cannot be parsed.
pub fn weave(
    source: &str,
    mutants: &[&Mutant],
    out: &BTreeSet<usize>,
    constant: &BTreeSet<String>,
) -> syn::Result<Woven> {
    let index = sites::index(mutants, source);
    let mut found = sites::find(source, &index, constant)?;
    for site in &mut found.sites {
        if let Form::Fields(without) = &mut site.form {
            let mut kept = site.mutants.iter().map(|number| !out.contains(number));
            without.retain(|_| kept.next().unwrap_or(true));
        }
        site.mutants.retain(|number| !out.contains(number));
    }
    found.sites.retain(|site| !site.mutants.is_empty() || matches!(site.form, Form::Const));
    // What is around comes before what is in it.
    found.sites.sort_by_key(|site| (site.range.start, std::cmp::Reverse(site.range.end)));
    let numbers = mutants.iter().map(|mutant| (mutant.number, mutant.replacement.as_str())).collect();
    let weaver = Weaver { source, sites: &found.sites, replacements: numbers };
    Ok(Woven {
        text: weaver.all(0..source.len(), None, &[]),
        within: found.sites.iter().flat_map(|site| site.mutants.iter().copied()).collect(),
        unviable: found.unviable.into_iter().collect(),
    })
}

struct Weaver<'a> {
    source: &'a str,
    sites: &'a [Site],
    replacements: HashMap<usize, &'a str>,
}

impl Weaver<'_> {
    /// A part of the text with the sites in it; of those that begin and end with it only what comes after `after`.
    fn all(&self, range: Range<usize>, after: Option<usize>, without: &[Range<usize>]) -> String {
        let mut text = String::new();
        let mut at = range.start;
        let first = after.map_or(0, |after| after + 1);
        let left_out = |place: usize| without.iter().find(|out| out.contains(&place));
        for (number, site) in self.sites.iter().enumerate().skip(first) {
            let within = site.range.start >= at && site.range.end <= range.end;
            if !within || left_out(site.range.start).is_some() {
                continue;
            }
            text.push_str(&self.plain(at..site.range.start, without));
            text.push_str(&self.site(number, site));
            at = site.range.end;
        }
        text.push_str(&self.plain(at..range.end, without));
        text
    }

    fn plain(&self, range: Range<usize>, without: &[Range<usize>]) -> String {
        let mut text = String::new();
        let mut at = range.start;
        for out in without.iter().filter(|out| out.start >= range.start && out.end <= range.end) {
            text.push_str(self.source.get(at..out.start).unwrap_or_default());
            at = out.end;
        }
        text.push_str(self.source.get(at..range.end).unwrap_or_default());
        text
    }

    fn site(&self, number: usize, site: &Site) -> String {
        let part = |range: &Range<usize>| self.all(range.clone(), Some(number), &[]);
        let woven = match &site.form {
            Form::Const => return String::new(),
            Form::Body => self.each(site, |new| format!("return {new};"), ""),
            Form::Arm => site.mutants.iter().map(|mutant| format!(" if !{}", on(*mutant))).collect(),
            Form::Iterator => self.iterator(site, &part(&(site.range.start + 1..site.range.end - 1))),
            Form::Logic(sides) => self.logic(site, sides, &part),
            Form::Equality(sides) => {
                let (left, right) = (part(&sides.left), part(&sides.right));
                let turned: String =
                    site.mutants.iter().map(|mutant| format!(" != {}", on(*mutant))).collect();
                format!("(({left}{}{right}){turned})", self.between(sides))
            }
            Form::Order(sides) => {
                let pair = format!("(&({}), &({}))", part(&sides.left), part(&sides.right));
                self.taken(site, &pair, self.source.get(sides.operator.clone()).unwrap_or_default())
            }
            Form::Arithmetic(sides) => {
                let pair = format!("(({}), ({}))", part(&sides.left), part(&sides.right));
                self.taken(site, &pair, self.source.get(sides.operator.clone()).unwrap_or_default())
            }
            Form::Assign(sides) => {
                let (left, right) = (part(&sides.left), part(&sides.right));
                let first = format!("{left}{}{right}", self.between(sides));
                let changed = self.each(site, |new| format!("{left} {new} {right}"), " else ");
                format!("({changed}{{ {first} }})")
            }
            Form::Unary(inner) => {
                let sign = self.source.get(site.range.start..inner.start).unwrap_or_default();
                let changed = self.each(site, |_| "v__".to_owned(), " else ");
                format!("(match ({}) {{ v__ => {changed}{{ {sign}v__ }} }})", part(inner))
            }
            Form::Guard => {
                let turned = self.each(site, |new| new.to_owned(), " else ");
                format!("({turned}{{ {} }})", part(&site.range))
            }
            Form::Fields(without) => {
                let mut changed = String::new();
                for (mutant, out) in site.mutants.iter().zip(without) {
                    let text = self.all(site.range.clone(), Some(number), std::slice::from_ref(out));
                    changed.push_str(&format!("if {} {{ /*<{mutant}*/ {text} /*>*/ }} else ", on(*mutant)));
                }
                format!("({changed}{{ {} }})", part(&site.range))
            }
        };
        let numbers: Vec<String> = site.mutants.iter().map(ToString::to_string).collect();
        format!("/*<?{}*/{woven}/*>*/", numbers.join(","))
    }

    /// `if on(12) { … }` for each mutant of a place.
    fn each(&self, site: &Site, new: impl Fn(&str) -> String, then: &str) -> String {
        let one = |mutant: &usize| {
            let replacement = self.replacements.get(mutant).copied().unwrap_or_default();
            format!("if {} {{ /*<{mutant}*/ {} /*>*/ }}{then}", on(*mutant), new(replacement))
        };
        site.mutants.iter().map(one).collect()
    }

    /// The operator with the space and the comments around it.
    fn between(&self, sides: &Sides) -> &str {
        self.source.get(sides.left.end..sides.right.start).unwrap_or_default()
    }

    fn logic(&self, site: &Site, sides: &Sides, part: &dyn Fn(&Range<usize>) -> String) -> String {
        let and = self.source.get(sides.operator.clone()) == Some("&&");
        let turned: Vec<String> = site.mutants.iter().map(|mutant| on(*mutant)).collect();
        let same = if and { "!=" } else { "==" };
        format!(
            "({{ let l__: bool = {}; if l__ {same} ({}) {{ {} }} else {{ l__ }} }})",
            part(&sides.left),
            turned.join(" || "),
            part(&sides.right)
        )
    }

    /// Both sides worked out once, and then one of the operators.
    fn taken(&self, site: &Site, pair: &str, operator: &str) -> String {
        let changed = self.each(site, |new| format!("l__ {new} r__"), " else ");
        format!("(match {pair} {{ (l__, r__) => {changed}{{ l__ {operator} r__ }} }})")
    }

    fn iterator(&self, site: &Site, body: &str) -> String {
        let (mut text, mut around) = (String::new(), String::new());
        for mutant in &site.mutants {
            let new = self.replacements.get(mutant).copied().unwrap_or_default();
            text.push_str(&format!(
                "if {} {{ /*<{mutant}*/ return {around}crate::mutant__::Either::Left({new}{}; /*>*/ }}",
                on(*mutant),
                ")".repeat(around.matches('(').count() + 1)
            ));
            around.push_str("crate::mutant__::Either::Right(");
        }
        format!("{{ {text} {around}{{{body}}}{} }}", ")".repeat(site.mutants.len()))
    }
}

fn on(mutant: usize) -> String {
    format!("crate::mutant__::on({mutant})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::listed::{Genre, Mutant};

    /// The source with a mutant of this kind at each place that `at` begins.
    fn woven(source: &str, changes: &[(Genre, &str, &str)]) -> Woven {
        let mutant = |(number, (genre, at, new)): (usize, &(Genre, &str, &str))| {
            let (before, _) = source.split_once(at).unwrap();
            let place = (
                before.matches('\n').count() + 1,
                before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            );
            Mutant {
                number,
                name: String::new(),
                package: String::new(),
                file: String::new(),
                function: String::new(),
                genre: *genre,
                replacement: (*new).to_owned(),
                span: place..place,
            }
        };
        let all: Vec<Mutant> = changes.iter().enumerate().map(mutant).collect();
        let all: Vec<&Mutant> = all.iter().collect();
        let woven = weave(source, &all, &BTreeSet::new(), &BTreeSet::new()).unwrap();
        syn::parse_file(&woven.text).unwrap();
        woven
    }

    /// Without marks, and with short switches.
    fn plain(woven: &Woven) -> String {
        let text = woven.text.replace("crate::mutant__::", "");
        let mut parts = text.split("/*");
        let first = parts.next().unwrap().to_owned();
        let text: String = parts.fold(first, |text, part| text + part.split_once("*/").unwrap().1);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_function_gives_the_replacement_before_it_does_anything() {
        let woven =
            woven("fn f() -> u8 { g() }", &[(Genre::Function, "g()", "0"), (Genre::Function, "g()", "1")]);
        assert_eq!(plain(&woven), "fn f() -> u8 {if on(0) { return 0; }if on(1) { return 1; } g() }");
    }

    #[test]
    fn operators_within_operators_are_all_there() {
        let source = "fn f(a: bool, b: u8) -> bool { a && !(b == 1) }";
        let woven = woven(
            source,
            &[(Genre::Binary, "&& ", "||"), (Genre::Unary, "!", ""), (Genre::Binary, "== ", "!=")],
        );
        assert_eq!(woven.within.len(), 3);
        assert_eq!(
            plain(&woven),
            "fn f(a: bool, b: u8) -> bool { ({ let l__: bool = a; if l__ != (on(0)) { \
             (match ((((b == 1) != on(2)))) { v__ => if on(1) { v__ } else { !v__ } }) } else { l__ } }) }"
        );
    }

    #[test]
    fn both_sides_of_a_sum_are_worked_out_once() {
        let woven =
            woven("fn f() -> u8 { g() + h() }", &[(Genre::Binary, "+", "-"), (Genre::Binary, "+", "*")]);
        assert_eq!(
            plain(&woven),
            "fn f() -> u8 { (match ((g()), (h())) { (l__, r__) => if on(0) { l__ - r__ } else if on(1) { l__ * r__ } \
             else { l__ + r__ } }) }"
        );
    }

    #[test]
    fn an_arm_goes_by_a_guard_and_a_guard_is_turned() {
        let source = "fn f(a: u8) -> u8 { match a { 1 => 2, 3 if g() => 4, _ => 5 } }";
        let woven = woven(
            source,
            &[(Genre::Arm, "1 =>", ""), (Genre::Guard, "g()", "true"), (Genre::Guard, "g()", "false")],
        );
        assert_eq!(
            plain(&woven),
            "fn f(a: u8) -> u8 { match a { 1 if !on(0) => 2, 3 if (if on(1) { true } else if on(2) { false } else { \
             g() }) => 4, _ => 5 } }"
        );
    }

    #[test]
    fn a_field_is_left_out_with_its_comma() {
        let woven = woven("fn f() -> S { S { a: 1, b: 2, ..g() } }", &[(Genre::Field, "b: 2", "")]);
        assert_eq!(
            plain(&woven),
            "fn f() -> S { (if on(0) { S { a: 1, ..g() } } else { S { a: 1, b: 2, ..g() } }) }"
        );
    }

    #[test]
    fn ways_out_of_a_function_that_gives_an_iterator_are_of_one_type() {
        let source = "fn f() -> impl Iterator<Item = u8> { g() }";
        let woven =
            woven(source, &[(Genre::Function, "g()", "empty()"), (Genre::Function, "g()", "once(1)")]);
        assert_eq!(
            plain(&woven),
            "fn f() -> impl Iterator<Item = u8> { if on(0) { return Either::Left(empty()); }if on(1) { return \
             Either::Right(Either::Left(once(1))); } Either::Right(Either::Right({ g() })) }"
        );
    }

    #[test]
    fn or_beside_a_let_is_no_code_and_a_constant_stays_as_it_is() {
        let woven = woven(
            "const A: u8 = 1 + 1;\nfn f(a: bool) { if a && a && let Some(_) = g() {} }",
            &[(Genre::Binary, "+", "-"), (Genre::Binary, "&& a", "||"), (Genre::Binary, "&& let", "||")],
        );
        assert_eq!(woven.unviable, BTreeSet::from([1, 2]));
        assert!(woven.within.is_empty());
    }

    #[test]
    fn a_function_is_no_longer_constant_where_nothing_needs_it_to_be() {
        let source = "const fn f() -> u8 { 1 + 1 }";
        assert!(plain(&woven(source, &[(Genre::Binary, "+", "-")])).starts_with(" fn f()".trim()));
    }
}
