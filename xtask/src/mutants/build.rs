//! Builds the copy, and takes out what the compiler does not take, until the rest is built.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Stdio,
};

use serde_json::Value;

use super::{
    copy::Copy,
    listed::{Genre, Mutant},
};
use crate::{
    build::own_cargo,
    fault::{Fault, OnFile},
    places::Places,
    process::start_fault,
    progress::Step,
};

/// More rounds than the compiler has phases, for two crates, mean that errors are laid to the wrong place.
const ROUNDS: usize = 40;
/// Errors that say of the changed code itself that it is none: the compiler would refuse it alone as well.
const NO_CODE: [&str; 13] = [
    "E0061", "E0067", "E0271", "E0277", "E0282", "E0283", "E0308", "E0368", "E0369", "E0423", "E0599",
    "E0600", "E0790",
];

/// A test program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The crate it tests.
    pub package: String,
    /// The library or file of tests that it is.
    pub target: String,
    /// The executable.
    pub file: PathBuf,
    /// Where its tests expect to run.
    pub folder: PathBuf,
}

/// What was built.
#[derive(Debug, Default)]
pub struct Built {
    /// Test programs.
    pub programs: Vec<Program>,
    /// Mutants that are in them.
    pub within: BTreeSet<usize>,
    /// Mutants that are no code.
    pub unviable: BTreeSet<usize>,
    /// Mutants that cannot be beside the others, with what the compiler says.
    pub aside: BTreeMap<usize, String>,
}

/// Builds the copy with all mutants that can be in it.
///
/// # Errors
/// It cannot be built even with those out that the compiler speaks of.
pub fn build(places: &Places, copy: &Copy, mutants: &[Mutant]) -> Result<Built, Fault> {
    let known = places.target().join("mutants").join("refused.json");
    let mut out = Out::read(&known, copy, mutants);
    for round in 1..=ROUNDS {
        let step = Step::begin("mutants", &format!("build, round {round}"));
        let left_out: BTreeSet<usize> = out.unviable.iter().chain(out.aside.keys()).copied().collect();
        let woven = copy.weave(mutants, &left_out, &out.constant)?;
        let messages = cargo(places, copy)?;
        let errors: Vec<&Value> = messages.iter().filter(|message| is_error(message)).collect();
        step.note(&format!("{} errors, {} mutants out", errors.len(), left_out.len()));
        if errors.is_empty() {
            let mut built = Built {
                programs: messages.iter().filter_map(program).collect(),
                within: woven.iter().flat_map(|woven| woven.within.iter().copied()).collect(),
                unviable: woven.iter().flat_map(|woven| woven.unviable.iter().copied()).collect(),
                aside: out.aside,
            };
            built.unviable.extend(out.unviable);
            let lost = mutants
                .iter()
                .map(|mutant| mutant.number)
                .filter(|number| !built.within.contains(number) && !built.unviable.contains(number));
            for number in lost.collect::<Vec<_>>() {
                built.aside.entry(number).or_insert_with(|| "in a constant".to_owned());
            }
            return Ok(built);
        }
        let before = (left_out.len(), out.constant.len());
        let mut unread = String::new();
        for error in &errors {
            if !out.lay(copy, mutants, error) {
                unread = text(error, "/message/rendered");
            }
        }
        out.write(&known, copy, mutants)?;
        if before == (out.unviable.len() + out.aside.len(), out.constant.len()) {
            return Err(Fault::check(format!("the copy with the mutants cannot be built:\n{unread}")));
        }
    }
    Err(Fault::check("the copy with the mutants is still refused; see target/mutants/source"))
}

fn cargo(places: &Places, copy: &Copy) -> Result<Vec<Value>, Fault> {
    let mut cargo = own_cargo(places, "build");
    // The whole workspace: another choice of packages asks dependencies for other features, and builds them again.
    cargo.args(["--workspace", "--tests", "--offline", "--keep-going", "--message-format", "json"]);
    cargo.arg("--target-dir").arg(&copy.target).current_dir(&copy.folder);
    let output = cargo.stdin(Stdio::null()).stderr(Stdio::piped()).output();
    let output = output.map_err(|source| start_fault(&cargo, source))?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages: Vec<Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if !output.status.success() && !messages.iter().any(is_error) {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Fault::check(format!("cargo cannot build `{}`:\n{said}", copy.folder.display())));
    }
    Ok(messages)
}

fn is_error(message: &Value) -> bool {
    text(message, "/reason") == "compiler-message"
        && text(message, "/message/level").starts_with("error")
        && message.pointer("/message/spans").and_then(Value::as_array).is_some_and(|spans| !spans.is_empty())
}

fn program(message: &Value) -> Option<Program> {
    let tests = text(message, "/reason") == "compiler-artifact"
        && message.pointer("/profile/test").and_then(Value::as_bool).unwrap_or_default();
    let manifest = PathBuf::from(text(message, "/manifest_path"));
    let folder = manifest.parent()?.to_owned();
    let file = message.pointer("/executable")?.as_str()?.into();
    let package = folder.file_name()?.to_string_lossy().into_owned();
    tests.then(|| Program { package, target: text(message, "/target/name"), file, folder })
}

fn text(message: &Value, pointer: &str) -> String {
    message.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What has to stay out.
#[derive(Debug, Default)]
struct Out {
    unviable: BTreeSet<usize>,
    aside: BTreeMap<usize, String>,
    constant: BTreeSet<String>,
}

impl Out {
    /// Lays an error to the mutants it is about. Whether it could be.
    fn lay(&mut self, copy: &Copy, mutants: &[Mutant], error: &Value) -> bool {
        let code = text(error, "/message/code/code");
        let said = text(error, "/message/message");
        if code == "E0015"
            && let Some(name) = constant_function(&said)
        {
            return self.constant.insert(name);
        }
        if code == "E0004" {
            let last = arm_that_is_needed(copy, mutants, error);
            return last.is_some_and(|arm| self.unviable.insert(arm));
        }
        let spans = error.pointer("/message/spans").and_then(Value::as_array).cloned().unwrap_or_default();
        let primary = |span: &&Value| span.get("is_primary").and_then(Value::as_bool).unwrap_or_default();
        let (first, others): (Vec<&Value>, Vec<&Value>) = spans.iter().partition(primary);
        for span in first.into_iter().chain(others) {
            let Some(mark) = mark_of(copy, span) else { continue };
            if let Some(one) = mark.parse().ok().filter(|_| NO_CODE.contains(&code.as_str())) {
                self.unviable.insert(one);
                return true;
            }
            let here = || mark.trim_start_matches('?').split(',').filter_map(|number| number.parse().ok());
            // All that an iterator may be has to give the same; what is leaked is `&mut`, and so is at fault.
            let leaks = |number: &usize| {
                mutants.get(*number).is_some_and(|mutant| mutant.replacement.contains("Box::leak"))
            };
            let leaking: Vec<usize> = here().filter(leaks).collect();
            if code == "E0271" && !leaking.is_empty() {
                self.unviable.extend(leaking);
                return true;
            }
            for number in here() {
                self.aside.insert(number, format!("{code} {said}"));
            }
            return true;
        }
        false
    }

    fn read(file: &std::path::Path, copy: &Copy, mutants: &[Mutant]) -> Self {
        let known = fs::read_to_string(file).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let known = known.unwrap_or_default();
        let mut out = Self::default();
        for mutant in mutants {
            let name = format!("{} {}", copy.key(mutant), mutant.name);
            match known.pointer("/mutants").and_then(|all| all.get(&name)).and_then(Value::as_str) {
                Some("") => drop(out.unviable.insert(mutant.number)),
                Some(why) => drop(out.aside.insert(mutant.number, why.to_owned())),
                None => {}
            }
        }
        let constant = known.pointer("/constant").and_then(Value::as_array).into_iter().flatten();
        out.constant = constant.filter_map(|name| name.as_str().map(str::to_owned)).collect();
        out
    }

    /// Keeps it for the next time: the compiler takes a minute for each round.
    fn write(&self, file: &std::path::Path, copy: &Copy, mutants: &[Mutant]) -> Result<(), Fault> {
        let mut known = serde_json::Map::new();
        for mutant in mutants {
            let why = if self.unviable.contains(&mutant.number) {
                Some("")
            } else {
                self.aside.get(&mutant.number).map(String::as_str)
            };
            if let Some(why) = why {
                known.insert(format!("{} {}", copy.key(mutant), mutant.name), why.into());
            }
        }
        let known = serde_json::json!({"mutants": known, "constant": self.constant});
        fs::write(file, known.to_string()).doing("write", file)
    }
}

/// The function that a constant calls: ``cannot call non-const associated function `A::b` in constants``.
fn constant_function(said: &str) -> Option<String> {
    let path = said.split('`').nth(1)?;
    let name = path.split("::<").next()?.rsplit("::").next()?;
    (said.contains("non-const") && name != "on").then(|| name.to_owned())
}

/// The arm that makes a match whole: the compiler proposes another one behind it.
fn arm_that_is_needed(copy: &Copy, mutants: &[Mutant], error: &Value) -> Option<usize> {
    let children = error.pointer("/message/children")?.as_array()?;
    let spans = children.iter().filter_map(|child| child.get("spans")?.as_array()).flatten();
    let (end, file) = spans
        .filter_map(|span| Some((span.get("byte_end")?.as_u64()?, span.get("file_name")?.as_str()?)))
        .filter(|(_, file)| copy.folder.join(file).is_file())
        .max()?;
    let source = fs::read_to_string(copy.folder.join(file)).ok()?;
    let before = source.get(..usize::try_from(end).ok()?)?;
    let marks = before
        .rmatch_indices("/*<?")
        .filter_map(|(at, mark)| before.get(at + mark.len()..)?.split("*/").next()?.parse::<usize>().ok());
    let mut arms = marks.filter(|number| mutants.get(*number).is_some_and(|arm| arm.genre == Genre::Arm));
    arms.next()
}

/// The innermost mark that a place lies in.
fn mark_of(copy: &Copy, span: &Value) -> Option<String> {
    let name = span.get("file_name")?.as_str()?;
    let at = usize::try_from(span.get("byte_start")?.as_u64()?).ok()?;
    let source = fs::read_to_string(copy.folder.join(name)).ok()?;
    mark_at(&source, at).map(str::to_owned)
}

fn mark_at(source: &str, at: usize) -> Option<&str> {
    let mut marks = Vec::new();
    for (begins, _) in source.get(..at)?.match_indices("/*") {
        let rest = source.get(begins + 2..)?;
        if rest.starts_with(">*/") {
            marks.pop();
        } else if let Some(mark) = rest.strip_prefix('<') {
            marks.push(mark.split("*/").next()?);
        }
    }
    marks.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_laid_to_the_innermost_mark() {
        let source = "/*<?1,2*/ if x { /*<1*/ a /*>*/ } else { b } /*>*/ c";
        let mark = |text: &str| mark_at(source, source.find(text).unwrap());
        assert_eq!(mark(" a "), Some("1"));
        assert_eq!(mark(" b "), Some("?1,2"));
        assert_eq!(mark(" c"), None);
    }

    #[test]
    fn a_function_that_a_constant_needs_is_named() {
        let said = "cannot call non-const associated function `set::RiskSet::of` in constants";
        assert_eq!(constant_function(said), Some("of".to_owned()));
        assert_eq!(constant_function("cannot call non-const function `mutant__::on` in constants"), None);
    }
}
