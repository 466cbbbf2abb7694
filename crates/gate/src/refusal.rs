//! How a call ends before anything was done.

use std::sync::Arc;

use model::{CallFacts, Facts, Fault, Operation};
use policy::Verdict;

use crate::{approvals::Denial, below::Below, stages::Resolved};

/// A call that ends before its outcome: with this fault, and with what was known of it for the record.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) fault: Fault,
    pub(crate) operation: Option<Operation>,
    pub(crate) facts: Option<Facts>,
    pub(crate) verdict: Option<Verdict>,
    /// What was known of the call besides, where it was judged.
    pub(crate) call: Option<CallFacts>,
    /// What a person answered, where they were asked.
    pub(crate) answer: Option<Denial>,
    /// What policies said of keys that it met.
    pub(crate) below: Option<Arc<Below>>,
    /// Whether it was to be shown only.
    pub(crate) dry_run: bool,
}

impl Refusal {
    /// Of a call that is no operation yet.
    pub(crate) fn unplanned(fault: Fault) -> Box<Self> {
        Box::new(Self {
            fault,
            operation: None,
            facts: None,
            verdict: None,
            call: None,
            answer: None,
            below: None,
            dry_run: false,
        })
    }

    /// Of one that was not judged.
    pub(crate) fn of(fault: Fault, operation: Operation) -> Box<Self> {
        Box::new(Self { operation: Some(operation), ..*Self::unplanned(fault) })
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
        let Self { operation, facts, call, below, .. } = self;
        let (operation, facts, call) = (Some(operation), Some(facts), Some(call));
        Box::new(Refusal { fault, operation, facts, verdict, call, answer, below, dry_run: false })
    }
}
