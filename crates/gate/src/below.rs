//! What policies say of keys that an operation meets and does not name: the gate's answers while it runs.
//!
//! Untrusted: the questions, which come from the worker.
//! Guarantees: a key is judged by the policies, taint and circumstances of the call that met it, and gets what it would get if it
//! were named; a yes that a person gave covers no policy that they were not told of; one call asks about a million keys at most.
//! Does not: judge by the rules of the registry; whoever meets the key has. Whoever asks learns verdicts, and gains nothing by
//! them: nothing is permitted, counted or approved here.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};

use model::{
    CallFacts, Code, Facts, Fault, Operation,
    registry::{Machine, RegistryKeyName},
};
use policy::{Circumstances, Met, Policy, Reason, Verdict, in_words, taint::Source};
use serde_json::{Value, json};

use crate::registry::{MOST_NAMES, Policies, Question, Said};

/// Keys that one call may ask about.
const MOST_KEYS: usize = 1_000_000;
/// Keys that are told apart when it is counted how many were left out.
const MOST_COUNTED: usize = 100_000;

/// The policies' word on keys that one call meets.
#[derive(Debug)]
pub(crate) struct Below {
    policy: Arc<OnceLock<Option<Policy>>>,
    operation: Operation,
    facts: Facts,
    call: CallFacts,
    session: String,
    taint: BTreeSet<Source>,
    /// The verdict on the keys that the call names.
    verdict: Verdict,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    asked: usize,
    /// Keys that were refused, and those that need approval, by their names in upper case.
    refused: BTreeSet<String>,
    unasked: BTreeSet<String>,
    /// Policies that left them out.
    policies: BTreeSet<String>,
    /// Why a person has to be asked about keys below, beside why they are about the call.
    asks: Vec<Reason>,
    /// Whether a person has been told, so that no more reasons may come.
    told: bool,
    /// Of the first refusal: a change meets that one.
    first: Vec<Reason>,
}

impl Below {
    pub(crate) fn new(
        policy: &Arc<OnceLock<Option<Policy>>>,
        circumstances: &Circumstances<'_>,
        (operation, facts): (&Operation, &Facts),
        verdict: &Verdict,
    ) -> Self {
        Self {
            policy: Arc::clone(policy),
            operation: operation.clone(),
            facts: facts.clone(),
            call: circumstances.call.clone(),
            session: circumstances.session.to_owned(),
            taint: circumstances.taint.clone(),
            verdict: verdict.clone(),
            kept: Mutex::default(),
        }
    }

    /// A panic while it was held has left it whole.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to a verdict why a person has to be asked about keys below. From here on no other reason is covered by their yes.
    pub(crate) fn tell(&self, verdict: &mut Verdict) {
        let mut kept = self.kept();
        kept.told = true;
        if let Verdict::Ask { reasons } | Verdict::Preview { reasons } = verdict {
            let more = kept.asks.iter().filter(|reason| !reasons.contains(reason)).cloned();
            let more: Vec<_> = more.collect();
            reasons.extend(more);
        }
    }

    /// Why a change was refused for a key below, where it was.
    pub(crate) fn first(&self) -> Vec<Reason> {
        self.kept().first.clone()
    }

    /// How many keys were left out, or stopped a change, and by which policies; for the record. Of a part of a list those that come
    /// soon after it may be counted, too.
    pub(crate) fn record(&self) -> Option<Value> {
        let kept = self.kept();
        if kept.refused.is_empty() && kept.unasked.is_empty() {
            return None;
        }
        Some(json!({
            "denied": kept.refused.len(),
            "need_approval": kept.unasked.len(),
            "policies": kept.policies,
        }))
    }

    fn judge_one(&self, policy: &Policy, machine: &Machine, question: &Question, name: &str) -> Said {
        let no = |code, why: &str| Said::No { code, why: why.to_owned() };
        let Ok(name) = RegistryKeyName::from_kernel(name, machine) else {
            return no(Code::PolicyError, "what the kernel calls a key below cannot be judged");
        };
        let circumstances = Circumstances { session: &self.session, taint: &self.taint, call: &self.call };
        let met = Met { index: question.index, name: &name, created: question.created };
        let verdict = policy.decide_below(&circumstances, &self.operation, &self.facts, met);
        let mut kept = self.kept();
        let (said, reasons) = match &verdict {
            Verdict::Allow { .. } => return Said::Yes,
            Verdict::Ask { reasons } | Verdict::Preview { reasons } => {
                if kept.covers(&self.verdict, &verdict, reasons, &self.operation) {
                    return Said::Yes;
                }
                (Said::Asks, reasons)
            }
            Verdict::Deny { code, reasons } => (no(*code, &in_words(reasons)), reasons),
        };
        if kept.first.is_empty() {
            kept.first.clone_from(reasons);
        }
        if kept.policies.len() < MOST_COUNTED {
            kept.policies.extend(reasons.iter().map(|reason| reason.policy.clone()));
        }
        let left_out = if said == Said::Asks { &mut kept.unasked } else { &mut kept.refused };
        if left_out.len() < MOST_COUNTED {
            left_out.insert(name.folded().to_owned());
        }
        said
    }
}

impl Kept {
    /// Whether what is asked about the call itself, or shown in a dry run, is asked and shown for this key, too.
    fn covers(&mut self, call: &Verdict, key: &Verdict, reasons: &[Reason], operation: &Operation) -> bool {
        let known = match (call, key) {
            (Verdict::Ask { reasons }, Verdict::Ask { .. }) | (Verdict::Preview { reasons }, _) => reasons,
            (Verdict::Allow { .. } | Verdict::Ask { .. } | Verdict::Deny { .. }, _) => return false,
        };
        let is_known = |reason: &Reason| known.contains(reason) || self.asks.contains(reason);
        let new: Vec<Reason> = reasons.iter().filter(|reason| !is_known(reason)).cloned().collect();
        // Of a change a person is shown the keys that it concerns, and told these reasons, too.
        let is_shown = operation.kind().group() != model::Group::Read && !self.told;
        if !new.is_empty() && !is_shown {
            return false;
        }
        self.asks.extend(new);
        true
    }
}

impl Policies for Below {
    fn judge(
        &self,
        question: &Question,
        until: Instant,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<Said>, Fault> {
        let over =
            |what: &str| Err(Fault::new(Code::LimitExceeded, format!("policies were asked about {what}")));
        if question.names.len() > MOST_NAMES {
            return over("too many keys at once");
        }
        {
            let mut kept = self.kept();
            kept.asked = kept.asked.saturating_add(question.names.len());
            if kept.asked > MOST_KEYS {
                drop(kept);
                return over("more keys than one call may meet");
            }
        }
        let known = self.facts.registry.get(question.index);
        let (Some(Some(policy)), Some(known)) = (self.policy.get(), known) else {
            return Err(Fault::new(Code::PolicyError, "what lies below the key cannot be judged"));
        };
        let judged = question.names.iter().map(|name| {
            if cancelled() {
                return Err(Fault::new(Code::Cancelled, "the call was cancelled"));
            }
            if Instant::now() >= until {
                return Err(Fault::new(Code::Timeout, "judging what lies below the key took too long"));
            }
            Ok(self.judge_one(policy, &known.machine, question, name))
        });
        judged.collect()
    }
}
