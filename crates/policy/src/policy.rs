//! The decision: what is never done, what the profile and the person's policies say, and the machine's bound.
//!
//! Untrusted: the operation, and every text in the facts.
//! Guarantees: the strictest word on any target counts; the machine's policies can only take away; what is on the
//! never-list is denied before any policy is asked.
//! Does not: find the facts out, or know whether they are true.

use std::collections::BTreeSet;

use model::{CallFacts, Code, Facts, Group, Kind, Operation, TargetFacts};

use crate::{
    BrokenPolicy, PolicyText, Verdict,
    config::{Faults, Profile, Settings},
    effects::{Seen, effects},
    engine::{RuleSet, broken},
    load, long, never, never_files,
    on_registry::{KeyGiven, Named, OnRegistry, keys},
    protected,
    request::Given,
    taint::Source,
    workspace::Workspace,
};

/// What is known of the call and the session that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances<'a> {
    /// The session's id.
    pub session: &'a str,
    /// Where text came from that it has read and others wrote.
    pub taint: &'a BTreeSet<Source>,
    /// When it asks, what it has done before, and by whom.
    pub call: &'a CallFacts,
}

/// Facts that take long to find out, and of which a policy speaks that may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// What elements lie in.
    pub ancestors: bool,
    /// Who signed programs.
    pub signer: bool,
    /// When it is, by the clock of processes.
    pub clock: bool,
}

/// What a policy is asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum On<'a> {
    Target(Option<&'a TargetFacts>),
    /// A key, and as what kind of operation it is asked about.
    Key(Kind, KeyGiven<'a>),
}

/// All that policies are asked about for an operation of this kind.
pub(crate) fn asked_as(kind: Kind) -> impl Iterator<Item = Kind> {
    let lines: &[Kind] = match kind {
        Kind::RegistryImport => &[Kind::RegistryWrite, Kind::RegistryDelete],
        _ => &[],
    };
    [kind].into_iter().chain(lines.iter().copied())
}

/// Of verdicts that are equally strict the first.
fn strictest(verdicts: impl Iterator<Item = Verdict>) -> Option<Verdict> {
    verdicts.reduce(|first, next| if next.strictness() > first.strictness() { next } else { first })
}

/// What is judged, and how: fixed for the life of a session.
#[derive(Debug)]
pub struct Policy {
    own: RuleSet,
    /// The machine's.
    bound: Option<RuleSet>,
    /// Whether there is anyone to ask.
    attended: bool,
    pub(crate) workspace: Workspace,
    pub(crate) registry: OnRegistry,
    /// What stands in for `own` where roots and level are the grant.
    granted: Option<RuleSet>,
    /// Whether they are for acts, and for being shown secrets.
    pub(crate) grants: (bool, bool),
    /// Programs that the settings protect.
    protected: Vec<String>,
    /// Where winwarden's own files lie besides.
    own_files: never_files::Own,
}

impl Policy {
    /// The policies of the settings' profile and `texts`.
    ///
    /// # Errors
    /// Anything that is wrong with `texts`.
    pub fn new(settings: &Settings, texts: &[PolicyText<'_>]) -> Result<Self, BrokenPolicy> {
        let attended = settings.profile != Profile::Unattended;
        let load = |built_in: [PolicyText<'static>; 2]| {
            RuleSet::load(built_in, texts).map(|set| set.with_anyone(attended))
        };
        let grants = (settings.registry_grants, settings.registry.reveals);
        Ok(Self {
            own: load(load::profile(settings.profile))?,
            registry: OnRegistry::new(&settings.registry),
            granted: if grants.0 || grants.1 { Some(load(load::granted())?) } else { None },
            grants,
            bound: None,
            attended,
            workspace: Workspace::new(settings),
            protected: settings.protected_applications.clone(),
            own_files: never_files::Own::new(&settings.own_files),
        })
    }

    /// The policies of the settings' profile and `texts`, held to what the `machine`'s permit where there are any.
    ///
    /// # Errors
    /// All that is wrong with the texts of both, and each id that stands in both.
    pub fn within(
        settings: &Settings,
        texts: &[PolicyText<'_>],
        machine: &[PolicyText<'_>],
    ) -> Result<Self, BrokenPolicy> {
        let own = Self::new(settings, texts);
        if machine.is_empty() {
            return own;
        }
        let around = load::profile(Profile::Lab);
        // With what is around it, the machine's set is compared when it is loaded.
        let built_in = load::profile(settings.profile).into_iter().filter(|text| !around.contains(text));
        let twice = load::twice(built_in.chain(texts.iter().copied()), machine);
        let twice = if twice.is_empty() { Ok(()) } else { Err(Faults(twice).into()) };
        let both = BrokenPolicy::of_both(own, RuleSet::load(around, machine));
        let ((own, bound), ()) = BrokenPolicy::of_both(both, twice)?;
        Ok(Self { bound: Some(bound.with_anyone(own.attended)), ..own })
    }

    /// What carrying out an operation would do, over all of its targets.
    #[must_use]
    pub fn effects(&self, operation: &Operation, facts: &Facts) -> BTreeSet<Group> {
        let on = |target| effects(operation, &Seen::of(operation, facts, target, &self.protected));
        if facts.targets.is_empty() {
            return on(None);
        }
        facts.targets.iter().flat_map(|target| on(Some(target))).collect()
    }

    /// Whether any of the targets belongs to a protected program.
    #[must_use]
    pub fn is_protected(&self, facts: &Facts) -> bool {
        let protects = |target: &TargetFacts| {
            protected::of(&target.window, target.element.as_ref(), &self.protected).is_some()
        };
        facts.targets.iter().any(protects)
    }

    /// Judges an operation on all of its targets: the strictest judgement on any of them is the verdict.
    pub fn decide(&self, circumstances: &Circumstances<'_>, operation: &Operation, facts: &Facts) -> Verdict {
        if let Some(verdict) = never::denied(operation, facts, &self.own_files) {
            return verdict;
        }
        if let Some(verdict) = long::denied(facts) {
            return verdict;
        }
        match keys(operation, facts) {
            Some(Ok(keys)) => return self.decide_on_keys(circumstances, operation, facts, &keys),
            Some(Err(verdict)) => return verdict,
            None => {}
        }
        let on = |target| self.decide_on(circumstances, operation, facts, On::Target(target));
        if facts.targets.is_empty() {
            return on(None);
        }
        let verdicts = facts.targets.iter().map(|target| on(Some(target)));
        verdicts.max_by_key(Verdict::strictness).unwrap_or_else(|| broken("the operation has no target"))
    }

    /// The same for the registry: the rules of its keys first, then the policies on each name of each key.
    fn decide_on_keys(
        &self,
        circumstances: &Circumstances<'_>,
        operation: &Operation,
        facts: &Facts,
        keys: &[Named<'_>],
    ) -> Verdict {
        let ask = match self.registry.judge(keys) {
            Ok(ask) => ask,
            Err(verdict) => return verdict,
        };
        let on = |key| self.decide_on_key(circumstances, operation, facts, key);
        let verdict = strictest(keys.iter().flat_map(Named::each).map(on))
            .unwrap_or_else(|| broken("the operation has no key"));
        match (ask, verdict) {
            (Some(reason), Verdict::Allow { .. }) => self.or_nobody(Verdict::Ask { reasons: vec![reason] }),
            (Some(reason), Verdict::Ask { reasons }) => {
                Verdict::Ask { reasons: [reason].into_iter().chain(reasons).collect() }
            }
            (_, verdict) => verdict,
        }
    }

    /// Whether secrets that stand in what an operation brings may be shown: where every set of policies permits `reveal`
    /// on each of its targets, without an approval.
    #[must_use]
    pub fn reveals(&self, circumstances: &Circumstances<'_>, operation: &Operation, facts: &Facts) -> bool {
        let (_, of_secrets) = self.grants;
        let on = |on: On<'_>| {
            let own = self.own_for(on, of_secrets);
            self.given_on(circumstances, operation, facts, on, |given| {
                self.with_bound(own).all(|set| set.reveals(given))
            })
        };
        match keys(operation, facts) {
            Some(Ok(keys)) => {
                return self.reveals_below(operation)
                    && keys.iter().flat_map(Named::each).all(|key| on(On::Key(operation.kind(), key)));
            }
            Some(Err(_)) => return false,
            None => {}
        }
        let on = |target| on(On::Target(target));
        if facts.targets.is_empty() { on(None) } else { facts.targets.iter().all(|target| on(Some(target))) }
    }

    /// What has to be found out besides before an operation of this kind is judged.
    #[must_use]
    pub fn wanted(&self, kind: Kind) -> Wanted {
        let of = |set| asked_as(kind).map(move |kind| RuleSet::wanted(set, kind));
        self.sets().flat_map(of).fold(Wanted::default(), |all, of| Wanted {
            ancestors: all.ancestors || of.ancestors,
            signer: all.signer || of.signer,
            clock: all.clock || of.clock,
        })
    }

    /// Whether anything is missing in the facts that policies on this operation ask for, as nobody looked for it.
    #[must_use]
    pub fn lacks(&self, operation: &Operation, facts: &Facts, call: &CallFacts) -> bool {
        let wanted = self.wanted(operation.kind());
        let unsigned = || {
            call.client.signer.is_none()
                || facts.launch.as_ref().is_some_and(|launch| launch.signer.is_none())
                || facts.targets.iter().any(|target| target.sought.signer.is_none())
        };
        let alone = || {
            facts.targets.iter().any(|target| target.element.is_some() && target.sought.ancestors.is_none())
        };
        let timeless = || call.clock.is_none() && !facts.targets.is_empty();
        (wanted.clock && timeless()) || (wanted.signer && unsigned()) || (wanted.ancestors && alone())
    }

    /// Both sets, the person's and the machine's.
    fn sets(&self) -> impl Iterator<Item = &RuleSet> {
        self.with_bound(&self.own)
    }

    pub(crate) fn with_bound<'a>(&'a self, own: &'a RuleSet) -> impl Iterator<Item = &'a RuleSet> {
        [Some(own), self.bound.as_ref()].into_iter().flatten()
    }

    /// The person's set; for keys, where roots and level are the grant, that of the grant.
    fn own_for(&self, on: On<'_>, granted: bool) -> &RuleSet {
        match on {
            On::Key(..) => self.own_for_keys(granted),
            On::Target(_) => &self.own,
        }
    }

    pub(crate) fn own_for_keys(&self, granted: bool) -> &RuleSet {
        self.granted.as_ref().filter(|_| granted).unwrap_or(&self.own)
    }

    /// Policies on one key; for an import they are those on importing and those on what its lines do there.
    pub(crate) fn decide_on_key(
        &self,
        circumstances: &Circumstances<'_>,
        operation: &Operation,
        facts: &Facts,
        key: KeyGiven<'_>,
    ) -> Verdict {
        let kind = operation.kind();
        let on = |kind, asked| {
            self.decide_on(circumstances, operation, facts, On::Key(kind, KeyGiven { asked, ..key }))
        };
        let parts = key.asked.parts(kind);
        let each = [(kind, key.asked)].into_iter().chain(parts.iter().map(|(kind, asked)| (*kind, asked)));
        strictest(each.map(|(kind, asked)| on(kind, asked)))
            .unwrap_or_else(|| broken("nothing is done to the key"))
    }

    pub(crate) fn decide_on(
        &self,
        circumstances: &Circumstances<'_>,
        operation: &Operation,
        facts: &Facts,
        on: On<'_>,
    ) -> Verdict {
        let own = self.own_for(on, self.grants.0);
        let verdict = self.given_on(circumstances, operation, facts, on, |given| {
            let verdicts = self.with_bound(own).map(|set| set.decide(given));
            verdicts.max_by_key(Verdict::strictness).unwrap_or_else(|| broken("there is no policy"))
        });
        self.or_nobody(verdict)
    }

    /// The verdict, where there is anyone to ask.
    fn or_nobody(&self, verdict: Verdict) -> Verdict {
        match verdict {
            Verdict::Ask { reasons } if !self.attended => {
                Verdict::Deny { code: Code::ApprovalUnavailable, reasons }
            }
            verdict => verdict,
        }
    }

    /// The same, held to what the machine's `texts` permit.
    #[cfg(test)]
    pub(crate) fn bounded_by(self, texts: &[PolicyText<'_>]) -> Result<Self, BrokenPolicy> {
        let bound = RuleSet::load(load::profile(Profile::Lab), texts)?.with_anyone(self.attended);
        Ok(Self { bound: Some(bound), ..self })
    }

    /// The same, with every policy asked each time: what the sieves put aside and what is remembered are to make no
    /// difference.
    #[cfg(test)]
    pub(crate) fn asked_in_full(mut self) -> Self {
        self.own.asked_in_full();
        self.bound.iter_mut().chain(&mut self.granted).for_each(RuleSet::asked_in_full);
        self
    }

    /// What the sets are asked about, for as long as `ask` takes.
    fn given_on<T>(
        &self,
        circumstances: &Circumstances<'_>,
        operation: &Operation,
        facts: &Facts,
        on: On<'_>,
        ask: impl FnOnce(&Given<'_>) -> T,
    ) -> T {
        let (target, kind, key) = match on {
            On::Target(target) => (target, operation.kind(), None),
            On::Key(kind, key) => (None, kind, Some(key)),
        };
        let seen = Seen::of(operation, facts, target, &self.protected);
        let effects = match kind == operation.kind() {
            true => effects(operation, &seen),
            false => BTreeSet::from([kind.group()]),
        };
        let in_workspace = match key {
            None => self.workspace.holds(operation, facts, target),
            Some(key) => self.workspace.holds_key(key),
        };
        ask(&Given {
            circumstances,
            operation,
            kind,
            facts,
            target,
            key,
            seen,
            effects: &effects,
            in_workspace,
        })
    }
}

#[cfg(test)]
#[path = "tests/policy.rs"]
mod tests;
