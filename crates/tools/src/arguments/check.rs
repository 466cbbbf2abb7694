//! The faults of one call, collected.

use std::collections::BTreeSet;

use model::{Code, Fault};

/// Faults that a message names; more than so many are counted.
const NAMED: usize = 30;

/// The faults of one call so far.
#[derive(Debug)]
pub(crate) struct Check {
    tool: &'static str,
    problems: Vec<String>,
    /// How many of them are none to a dry run.
    dry: usize,
    /// That of all problems so far, where they have the same.
    code: Option<Code>,
    faulty: BTreeSet<String>,
    known: Option<String>,
}

impl Check {
    /// No faults yet, in a call of `tool`.
    pub(crate) const fn new(tool: &'static str) -> Self {
        Self { tool, problems: Vec::new(), dry: 0, code: None, faulty: BTreeSet::new(), known: None }
    }

    /// The tool that is called.
    pub(crate) const fn tool(&self) -> &'static str {
        self.tool
    }

    /// Adds a fault that belongs to no single argument.
    pub(crate) fn refuse(&mut self, problem: impl Into<String>) {
        self.add(problem.into(), Code::InvalidArgument);
    }

    /// Adds the fault of the argument at `path`; a second fault of the same argument is not told.
    pub(crate) fn refuse_argument(&mut self, path: &str, problem: impl Into<String>) {
        self.refuse_as(Code::InvalidArgument, path, problem);
    }

    /// The same with a code of its own, which the call gets if all its faults have it.
    pub(crate) fn refuse_as(&mut self, code: Code, path: &str, problem: impl Into<String>) {
        if self.faulty.insert(path.to_owned()) {
            self.add(problem.into(), code);
        }
    }

    /// Adds what is missing at `path` to whatever is more than a dry run.
    pub(crate) fn refuse_unless_dry(&mut self, path: &str, problem: impl Into<String>) {
        if self.faulty.insert(path.to_owned()) {
            self.add(problem.into(), Code::InvalidArgument);
            self.dry += 1;
        }
    }

    /// Whether a dry run could do without all that was found.
    pub(crate) const fn is_dry(&self) -> bool {
        self.dry == self.problems.len()
    }

    fn add(&mut self, problem: String, code: Code) {
        self.problems.push(problem);
        self.code = Some(match self.code {
            Some(before) if before != code => Code::InvalidArgument,
            _ => code,
        });
    }

    /// Has the hint list the arguments that there are.
    pub(crate) fn tell_known(&mut self, names: String) {
        self.known = Some(names);
    }

    /// Whether the argument at `path` was given but is faulty, or is missing and that was told.
    pub(crate) fn is_faulty(&self, path: &str) -> bool {
        self.faulty.contains(path)
    }

    /// The fault of the call, if it has any.
    pub(crate) fn into_fault(self) -> Option<Fault> {
        if self.problems.is_empty() {
            return None;
        }
        let code = self.code.unwrap_or(Code::InvalidArgument);
        let rest = self.problems.len().saturating_sub(NAMED);
        let mut message = self.problems.into_iter().take(NAMED).collect::<Vec<_>>().join("; ");
        if rest > 0 {
            message.push_str(&format!("; and {rest} more"));
        }
        let hint = match self.known {
            Some(known) => format!("nothing was done; {} takes {known}", self.tool),
            None => "nothing was done; correct the call and send it again".into(),
        };
        Some(Fault::new(code, message).hint(hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arguments_second_fault_is_not_told_and_a_flood_is_counted() {
        let mut check = Check::new("click");
        check.refuse_argument("count", "first");
        check.refuse_argument("count", "second");
        assert!(check.is_faulty("count"));
        for n in 0..100 {
            check.refuse(format!("fault {n}"));
        }
        let fault = check.into_fault().unwrap();
        assert!(fault.message.starts_with("first; fault 0; "), "{}", fault.message);
        assert!(fault.message.ends_with("fault 28; and 71 more"), "{}", fault.message);
    }

    #[test]
    fn a_call_has_the_code_that_all_its_faults_have() {
        let mut check = Check::new("registry_write");
        check.refuse_as(Code::InvalidValueType, "values[0].type", "no type");
        check.refuse_as(Code::InvalidValueType, "values[1].type", "no type");
        assert_eq!(check.into_fault().unwrap().code, Code::InvalidValueType);
        let mut check = Check::new("registry_write");
        check.refuse_as(Code::InvalidValueType, "values[0].type", "no type");
        check.refuse_argument("path", "no path");
        check.refuse_as(Code::InvalidValueType, "values[1].type", "no type");
        assert_eq!(check.into_fault().unwrap().code, Code::InvalidArgument);
    }

    #[test]
    fn what_a_dry_run_can_do_without_is_told_with_the_other_faults() {
        let mut check = Check::new("registry_delete");
        check.refuse_unless_dry("keys", "`keys` is missing");
        assert!(check.is_dry());
        check.refuse_argument("path", "no path");
        assert!(!check.is_dry());
        assert_eq!(check.into_fault().unwrap().message, "`keys` is missing; no path");
    }

    #[test]
    fn a_call_without_faults_has_none() {
        assert_eq!(Check::new("click").into_fault(), None);
    }
}
