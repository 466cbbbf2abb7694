//! How a call ends before anything was done.

use model::{Facts, Fault, Operation};
use policy::Verdict;

use crate::{approvals::Denial, stages::Resolved};

/// A call that ends before its outcome: with this fault, and with what was known of it for the record.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) fault: Fault,
    pub(crate) operation: Option<Operation>,
    pub(crate) facts: Option<Facts>,
    pub(crate) verdict: Option<Verdict>,
    /// What a person answered, where they were asked.
    pub(crate) answer: Option<Denial>,
}

impl Refusal {
    pub(crate) fn of(fault: Fault, operation: Operation) -> Box<Self> {
        Box::new(Self { fault, operation: Some(operation), facts: None, verdict: None, answer: None })
    }
}

impl Resolved {
    pub(crate) fn refused(self, fault: Fault, verdict: Option<Verdict>) -> Box<Refusal> {
        self.denied(fault, verdict, None)
    }

    /// The same for a call that a person was asked about.
    pub(crate) fn denied(
        self,
        fault: Fault,
        verdict: Option<Verdict>,
        answer: Option<Denial>,
    ) -> Box<Refusal> {
        Box::new(Refusal { fault, operation: Some(self.operation), facts: Some(self.facts), verdict, answer })
    }
}
