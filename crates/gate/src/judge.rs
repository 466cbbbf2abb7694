//! Everything before leave is given: what a call would do, to what, and whether it may.
//!
//! Untrusted: the call's arguments and what the host reports.
//! Guarantees: it only looks; nothing of it can change the machine.
//! Does not: record; whoever answers a call does.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use model::{
    Bars, CallFacts, Code, Facts, Fault, Group, Kind, Operation, Outcome, registry::RegistryOutcome,
    tool::Plan,
};
use policy::{
    Circumstances, Policy, Verdict, Wanted,
    config::Settings,
    in_words, is_for_length, redact,
    registry::{Asked, Rules},
};

use crate::{
    barred::barred,
    below::Below,
    deadline::within,
    host::{Host, Lookup, Run},
    memory::Memory,
    refusal::Refusal,
    registry::{Before, Policies},
    stages::{Call, Resolved},
};

/// How long an execution may take where the call does not say.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(10);
/// How long it may take at most.
const MAX_DEADLINE: Duration = Duration::from_secs(60);

/// What a call asks for.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) operation: Operation,
    /// How long its execution may take.
    pub(crate) deadline: Duration,
    /// Whether it is only to be shown.
    pub(crate) dry_run: bool,
}

/// What judges the calls of a server.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) settings: Settings,
    pub(crate) policy: Arc<OnceLock<Option<Policy>>>,
    registry: Arc<Rules>,
    /// The same where secrets may be told.
    revealing: Arc<Rules>,
    memory: Mutex<Memory>,
}

impl Judge {
    /// With `policy`, or where there is none with what is built in for the settings' profile.
    pub(crate) fn new(host: Arc<dyn Host>, settings: Settings, policy: Option<Policy>) -> Self {
        let cell = OnceLock::new();
        if policy.is_some() {
            // A new cell takes it.
            let _ = cell.set(policy);
        }
        let rules = |reveals| Arc::new(Rules { reveals, ..settings.registry.clone() });
        let (registry, revealing) = (rules(false), rules(true));
        Self { host, settings, policy: Arc::new(cell), registry, revealing, memory: Mutex::default() }
    }

    /// Begins what the first call will need, and returns at once.
    pub(crate) fn prepare(&self) {
        self.host.prepare();
        let (policy, settings) = (Arc::clone(&self.policy), self.settings.clone());
        std::thread::spawn(move || {
            policy.get_or_init(|| Policy::new(&settings, &[]).ok());
            redact::prepare();
        });
    }

    /// Whether a call that is not planned yet asks for a dry run, or is one because the whole session is.
    pub(crate) fn is_asked_dry(&self, call: &Call) -> bool {
        call.arguments.get("dry_run") == Some(&serde_json::Value::Bool(true))
            || self.settings.dry_run && !call.tool.card().hints.read_only
    }

    /// Stage 2: the tool turns arguments into an operation. The arguments, which may hold secrets, end here.
    pub(crate) fn plan(&self, call: &mut Call) -> Result<Planned, Box<Refusal>> {
        let planned =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call.tool.plan(&call.arguments)));
        std::mem::take(&mut call.arguments).values_mut().for_each(model::wipe);
        let fault = match planned {
            Ok(Ok(Plan { operation, timeout_ms, dry_run, lacks })) => {
                let dry_run = dry_run || self.settings.dry_run && has_dry_run(operation.kind());
                if let Some(fault) = lacks.filter(|_| !dry_run) {
                    return Err(Refusal::unplanned(fault));
                }
                let asked = timeout_ms.map(|ms| Duration::from_millis(ms.into()));
                let deadline = self.deadline(&operation, asked);
                return Ok(Planned { operation, deadline, dry_run });
            }
            Ok(Err(fault)) => fault,
            Err(_) => Fault::new(Code::Internal, "the call could not be planned; nothing was done"),
        };
        Err(Refusal::unplanned(fault))
    }

    /// How long an operation may take, of which its call asks for so much. One that waits takes what it waits.
    fn deadline(&self, operation: &Operation, asked: Option<Duration>) -> Duration {
        let most = match operation {
            Operation::RegistryWait(request) => {
                return asked
                    .unwrap_or_default()
                    .max(Duration::from_millis(request.timeout_ms.into()))
                    .min(MAX_DEADLINE);
            }
            _ if on_registry(operation) => self.settings.limits.registry_timeout,
            _ => return asked.unwrap_or(DEFAULT_DEADLINE).min(MAX_DEADLINE),
        };
        asked.map_or(most, |asked| asked.min(most))
    }

    /// Stage 3: find the targets and read the facts about them.
    pub(crate) async fn resolve(
        &self,
        call: &Call,
        operation: Operation,
        deadline: Duration,
        about: CallFacts,
    ) -> Result<Resolved, Box<Refusal>> {
        let mut lookup = match self.memory().lookup(&operation) {
            Ok(Some(lookup)) => lookup,
            Ok(None) => {
                let (locators, facts) = (Vec::new(), Facts::default());
                return Ok(Resolved { operation, locators, facts, call: about, below: None, barred: None });
            }
            Err(fault) => return Err(Refusal::of(fault, operation)),
        };
        let wanted = self.wanted(operation.kind());
        lookup.ancestors = wanted.ancestors;
        let (locators, optional, keys) = (lookup.locators.clone(), lookup.optional, lookup.registry.len());
        match self.look(call, lookup, deadline).await {
            Ok(mut facts)
                if (optional || facts.targets.len() == locators.len()) && facts.registry.len() == keys =>
            {
                if on_registry(&operation) {
                    // It needs none.
                    facts.desktop = None;
                }
                for target in &mut facts.targets {
                    target.window.reference = Some(self.memory().name_window(target.window.key));
                    // They are recorded.
                    for text in &mut target.around.texts {
                        *text = recorded(text);
                    }
                }
                if let Some(clipboard) = &mut facts.clipboard {
                    clipboard.ours = self.memory().clipboard == Some(clipboard.sequence);
                }
                if wanted.signer {
                    self.find_signers(&mut facts).await;
                }
                let barred = barred(&operation, &facts);
                facts.bars = Bars::default();
                Ok(Resolved { operation, locators, facts, call: about, below: None, barred })
            }
            Ok(_) => {
                Err(Refusal::of(Fault::new(Code::Internal, "a target is missing from the facts"), operation))
            }
            Err(mut fault) => {
                self.memory().name_fault(&mut fault);
                Err(Refusal::of(fault, operation))
            }
        }
    }

    async fn look(&self, call: &Call, lookup: Lookup, deadline: Duration) -> Result<Facts, Fault> {
        let run = self.run(call, deadline);
        within(deadline, self.host.resolve(lookup, &run)).await
    }

    /// What a change of the registry comes to, only looked at; nothing for what changes nothing there.
    pub(crate) async fn preview(
        &self,
        call: &Call,
        resolved: &Resolved,
        deadline: Duration,
    ) -> Result<Option<RegistryOutcome>, Fault> {
        if !changes_registry(&resolved.operation) {
            return Ok(None);
        }
        self.found(call, resolved, deadline).await
    }

    /// The same, and of what only reads the registry whether it is there.
    pub(crate) async fn found(
        &self,
        call: &Call,
        resolved: &Resolved,
        deadline: Duration,
    ) -> Result<Option<RegistryOutcome>, Fault> {
        let Resolved { operation, facts, below, .. } = resolved;
        if !on_registry(operation) {
            return Ok(None);
        }
        let run = self.run_asking(call, deadline, below.as_ref());
        match within(deadline, self.host.preview(operation, facts, &run)).await? {
            Outcome::Registry(outcome) => Ok(Some(*outcome)),
            _ => Err(Fault::new(Code::Internal, "what would change was told of something else")),
        }
    }

    /// What a change of the registry is about to change, as it is now.
    pub(crate) async fn before(
        &self,
        call: &Call,
        resolved: &Resolved,
        deadline: Duration,
    ) -> Result<Option<Before>, Fault> {
        let Resolved { operation, facts, below, .. } = resolved;
        if !changes_registry(operation) {
            return Ok(None);
        }
        let run = self.run_asking(call, deadline, below.as_ref());
        within(deadline, self.host.before(operation, facts, &run)).await
    }

    /// What the settings say of the registry, for a call that may be told secrets or not.
    pub(crate) fn rules(&self, reveals: bool) -> Arc<Rules> {
        Arc::clone(if reveals { &self.revealing } else { &self.registry })
    }

    /// What a call is run under.
    pub(crate) fn run(&self, call: &Call, deadline: Duration) -> Run {
        Run {
            deadline: Instant::now() + deadline,
            cancel: call.cancel.clone(),
            marks: Arc::default(),
            cover: Arc::default(),
            reveals: false,
            registry: Arc::clone(&self.registry),
            policies: None,
        }
    }

    /// The same with what policies say of keys that it meets.
    pub(crate) fn run_asking(&self, call: &Call, deadline: Duration, below: Option<&Arc<Below>>) -> Run {
        let policies = below.map(|below| Arc::<Below>::clone(below) as Arc<dyn Policies>);
        Run { policies, ..self.run(call, deadline) }
    }

    /// What policies say of keys that an operation meets, where it can be something else than of those that it names.
    pub(crate) fn below(
        &self,
        circumstances: &Circumstances<'_>,
        resolved: &Resolved,
        verdict: &Verdict,
    ) -> Option<Arc<Below>> {
        let Resolved { operation, facts, .. } = resolved;
        let apart = || self.policy().is_none_or(|policy| policy.tells_keys_apart(operation.kind()));
        let given = || Below::new(&self.policy, circumstances, (operation, facts), verdict);
        (on_registry(operation) && apart()).then(|| Arc::new(given()))
    }

    /// Whether the policy protects the program of any target; where there is none, all are.
    pub(crate) fn is_protected(&self, facts: &Facts) -> bool {
        self.policy().is_none_or(|policy| policy.is_protected(facts))
    }

    /// Stage 4: the policy's word and what the operation would do; a missing policy makes it a deny.
    pub(crate) fn decide(
        &self,
        circumstances: &Circumstances<'_>,
        resolved: &Resolved,
    ) -> (Verdict, BTreeSet<Group>) {
        let Resolved { operation, facts, .. } = resolved;
        let effects = self.policy().map(|policy| policy.effects(operation, facts)).unwrap_or_default();
        (self.verdict(circumstances, operation, facts), effects)
    }

    /// The policy's word alone.
    pub(crate) fn verdict(
        &self,
        circumstances: &Circumstances<'_>,
        operation: &Operation,
        facts: &Facts,
    ) -> Verdict {
        let Some(policy) = self.policy() else {
            let text = "the policy could not be loaded, so nothing is permitted".to_owned();
            let reasons = vec![policy::Reason { policy: "engine".to_owned(), text }];
            return Verdict::Deny { code: Code::PolicyError, reasons };
        };
        policy.decide(circumstances, operation, facts)
    }

    /// Whether secrets in what an operation brings may be shown; not where there is no policy.
    pub(crate) fn reveals(
        &self,
        circumstances: &Circumstances<'_>,
        operation: &Operation,
        facts: &Facts,
    ) -> bool {
        self.policy().is_some_and(|policy| policy.reveals(circumstances, operation, facts))
    }

    /// What policies want to know about calls of this kind that takes long to find out.
    pub(crate) fn wanted(&self, kind: Kind) -> Wanted {
        self.policy().map(|policy| policy.wanted(kind)).unwrap_or_default()
    }

    /// Who signed the programs that facts name.
    pub(crate) async fn find_signers(&self, facts: &mut Facts) {
        for target in &mut facts.targets {
            target.sought.signer = Some(self.signer(&target.window.process.path).await);
        }
        if let Some(launch) = &mut facts.launch {
            launch.signer = Some(self.signer(&launch.path).await);
        }
    }

    /// Who signed a program; empty where nobody did. Reading it takes time, which nobody else waits for.
    pub(crate) async fn signer(&self, path: &str) -> String {
        if path.is_empty() {
            return String::new();
        }
        let (host, path) = (Arc::clone(&self.host), path.to_owned());
        let found = tokio::task::spawn_blocking(move || host.signer(&path)).await;
        found.ok().flatten().unwrap_or_default()
    }

    fn policy(&self) -> Option<&Policy> {
        self.policy.get_or_init(|| Policy::new(&self.settings, &[]).ok()).as_ref()
    }

    /// A panic while it was held has left at worst a name unused.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an operation is one on the registry.
pub(crate) fn on_registry(operation: &Operation) -> bool {
    Asked::of(operation).is_some()
}

/// Whether it changes something there.
fn changes_registry(operation: &Operation) -> bool {
    operation.kind().group() != Group::Read && on_registry(operation)
}

/// A text of a dialog without secrets. One that is too long to be judged stays too long.
fn recorded(text: &str) -> String {
    let redacted = redact::text(text).into_owned();
    if text.chars().nth(Facts::CHARS).is_none() {
        return redacted;
    }
    let missing = (Facts::CHARS + 1).saturating_sub(redacted.chars().count());
    redacted.chars().chain(std::iter::repeat_n('…', missing)).collect()
}

/// Whether an operation that the policy permits as a dry run only is carried out as one: what only looks has none, for its
/// result would be all of it.
pub(crate) fn has_dry_run(kind: Kind) -> bool {
    kind.group() != Group::Read
}

/// A verdict that is no leave, as the failure of the call.
pub(crate) fn refusal_of(verdict: &Verdict, kind: Kind, dry_run: bool) -> Option<Fault> {
    let fault = match verdict {
        Verdict::Allow { .. } | Verdict::Ask { .. } => return None,
        Verdict::Preview { .. } if dry_run || has_dry_run(kind) => return None,
        Verdict::Preview { reasons } => {
            let message = format!("only a dry run is permitted, and looking has none: {}", in_words(reasons));
            Fault::new(Code::DeniedByPolicy, message).hint("nothing was read; tell the person")
        }
        Verdict::Deny { code, reasons } => {
            let hint = match code {
                Code::LimitExceeded if is_for_length(reasons) => {
                    "nothing that has so long a text is read or operated: use something else, or tell the person"
                }
                Code::LimitExceeded => "nothing was done; ask for less",
                _ => {
                    "this is decided on the target, not on the tool: do not retry it another way; tell the person"
                }
            };
            Fault::new(*code, format!("refused: {}", in_words(reasons))).hint(hint)
        }
    };
    Some(fault)
}
