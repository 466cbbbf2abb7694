//! A set of policies: Cedar, asked once for a plain yes and again for what would make it one.
//!
//! Untrusted: the operation, and every text in the facts.
//! Guarantees: [`Verdict::Allow`] only where Cedar allows every target without any evaluation error; any error,
//! or a target that cannot be put into Cedar's terms, is a deny.
//! Does not: find the facts out, or know whether they are true.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Effect, Entities, Entity, EntityUid, PolicyId,
    PolicySet, Request, ResourceConstraint, Schema,
};
use model::{Code, Kind};

use crate::{
    BrokenPolicy, Reason, Verdict, Wanted,
    apart::Apart,
    fact::{Fact, Named},
    groups::Groups,
    load::{self, PolicyText, Rules, Words},
    memo::{Asked, Memo},
    request::{self, Given, Types, uid},
    sieve::Sieve,
    spoken::Spoken,
    within::{Things, Within},
};

/// One loaded, validated set of policies.
#[derive(Debug)]
pub(crate) struct RuleSet {
    /// Each policy's own words, by Cedar's id.
    words: HashMap<PolicyId, Words>,
    schema: Schema,
    /// What can apply to each kind of operation.
    kinds: HashMap<Kind, Applicable>,
    /// What can apply to being shown secrets.
    reveal: Applicable,
    groups: Groups,
    types: Types,
    things: Things,
    authorizer: Authorizer,
    /// Nothing is remembered without one.
    memo: Option<Memo>,
    /// Whether there is anyone to ask.
    attended: bool,
}

/// What is needed to judge one kind of operation: worked out once, as it is the same for every call.
#[derive(Debug)]
struct Applicable {
    /// The action, whose groups are its ancestors.
    action: Entity,
    /// The policies whose scope admits it and any resource: the others can neither permit, forbid nor fail.
    of_any: Vec<Sieved>,
    /// Those that also name a resource, `==` or `in`, by that resource: they can apply only where it is the target or one
    /// of its ancestors.
    of_one: HashMap<EntityUid, Vec<Sieved>>,
    /// The facts that any of them names.
    spoken: Spoken,
    /// By what any of them tells keys apart.
    apart: Apart,
}

/// One policy, and what tells without Cedar that it does not apply.
#[derive(Debug)]
struct Sieved {
    sieve: Sieve,
    policy: PolicySet,
    /// Whether it asks what an element lies in.
    asks_for_ancestors: bool,
    /// Whether it forbids.
    forbids: bool,
    /// The folders, programs, groups, services and tasks that it names.
    things: BTreeSet<EntityUid>,
}

/// One target of a call in Cedar's terms.
struct Question<'a> {
    action: EntityUid,
    /// The policies that can apply.
    policies: Vec<&'a Sieved>,
    principal: EntityUid,
    resource: EntityUid,
    /// The facts but for `approved` and `dry_run`.
    facts: &'a Named,
    entities: Entities,
    /// The same for each thing in which the resource may lie, or which it may be, if that is so.
    perhaps: Vec<Perhaps>,
}

/// A target as it would be if it were, or lay in, a thing of which that is not known.
struct Perhaps {
    thing: EntityUid,
    resource: EntityUid,
    entities: Entities,
}

/// What Cedar says, once.
enum Answer {
    Yes(Vec<String>),
    No(Code, Vec<Reason>),
    Broken(Reason),
}

impl RuleSet {
    /// Reads texts and validates them strictly against the schema.
    ///
    /// # Errors
    /// Anything that Cedar finds wrong with them, a policy without `@id` or `@reason`, an id that is used twice.
    pub(crate) fn load<'a>(
        built_in: [PolicyText<'a>; 2],
        texts: &[PolicyText<'a>],
    ) -> Result<Self, BrokenPolicy> {
        let schema = load::schema()?;
        let texts: Vec<PolicyText<'a>> = built_in.into_iter().chain(texts.iter().copied()).collect();
        let groups = Groups::read(&schema, &texts).map_err(BrokenPolicy::from);
        let rules = load::rules(&schema, texts).map_err(BrokenPolicy::from);
        let (groups, Rules { policies, words }) = BrokenPolicy::of_both(groups, rules)?;
        let types = Types::new().ok_or(BrokenPolicy::Names)?;
        let things = Things::new().ok_or(BrokenPolicy::Names)?;
        // Read once, not for each action.
        let read = |policy: cedar_policy::Policy| {
            let spoken = Spoken::of(&policy);
            let apart = Apart::of(
                &policy,
                &spoken,
                words.get(policy.id()).is_some_and(|words| words.text < built_in.len()),
            );
            (spoken, apart, policy)
        };
        let policies: Vec<_> = policies.into_iter().map(read).collect();
        let applicable = |name| applicable(&schema, &types, &policies, name);
        let kinds = Kind::ALL.iter().map(|kind| Ok((*kind, applicable(kind.name())?)));
        let kinds = kinds.collect::<Result<_, BrokenPolicy>>()?;
        let reveal = applicable("reveal")?;
        Ok(Self {
            words,
            kinds,
            reveal,
            groups,
            authorizer: Authorizer::new(),
            schema,
            types,
            things,
            memo: Some(Memo::default()),
            attended: true,
        })
    }

    /// What policies on this kind, and on being shown secrets, ask that takes long to find out.
    pub(crate) fn wanted(&self, kind: Kind) -> Wanted {
        let spoken =
            || [self.kinds.get(&kind), Some(&self.reveal)].into_iter().flatten().map(|all| &all.spoken);
        Wanted {
            ancestors: spoken().any(|spoken| spoken.has(request::ANCESTORS)),
            signer: spoken().any(|spoken| spoken.signer),
            clock: spoken().any(|spoken| spoken.running),
        }
    }

    /// By what policies on this kind tell keys apart.
    pub(crate) fn apart(&self, kind: Kind) -> Apart {
        self.kinds.get(&kind).map_or(Apart::BY_ALL, |all| all.apart)
    }

    /// By what policies on being shown secrets tell keys apart.
    pub(crate) const fn reveals_apart(&self) -> Apart {
        self.reveal.apart
    }

    /// Judges an operation on one of its targets.
    pub(crate) fn decide(&self, given: &Given<'_>) -> Verdict {
        let Some(applicable) = self.kinds.get(&given.kind) else { return no_terms() };
        let asked = Asked::new(given, request::context(given, &applicable.spoken));
        if let Some(verdict) = self.memo.as_ref().and_then(|memo| memo.verdict(&asked)) {
            return verdict;
        }
        let question = self.question(applicable, given, &asked.facts);
        let verdict = question.map_or_else(no_terms, |question| self.judge(&question));
        if let Some(memo) = &self.memo {
            memo.keep(asked, &verdict);
        }
        verdict
    }

    /// The same, with somebody to ask or nobody.
    pub(crate) fn with_anyone(self, attended: bool) -> Self {
        Self { attended, ..self }
    }

    /// A plain yes, or else what would make it one.
    fn judge(&self, question: &Question<'_>) -> Verdict {
        let ask = |approved, dry_run| self.ask(question, approved, dry_run);
        let (code, reasons) = match ask(false, false) {
            Answer::Yes(policies) => return Verdict::Allow { policies },
            Answer::Broken(reason) => {
                return Verdict::Deny { code: Code::PolicyError, reasons: vec![reason] };
            }
            Answer::No(code, reasons) => (code, reasons),
        };
        match ask(true, false) {
            Answer::Yes(_) => return Verdict::Ask { reasons },
            Answer::Broken(reason) => {
                return Verdict::Deny { code: Code::PolicyError, reasons: vec![reason] };
            }
            Answer::No(..) => {}
        }
        // Where a rule asks and another forbids all but a dry run, neither flag by itself is enough; a dry run does nothing
        // that a person would have to approve. Where nobody can be asked, an ask is a refusal, and so is this.
        for approved in [Some(false), self.attended.then_some(true)].into_iter().flatten() {
            match ask(approved, true) {
                Answer::Yes(_) => return Verdict::Preview { reasons },
                Answer::Broken(reason) => {
                    return Verdict::Deny { code: Code::PolicyError, reasons: vec![reason] };
                }
                Answer::No(..) => {}
            }
        }
        Verdict::Deny { code, reasons }
    }

    /// Whether secrets that an operation on one of its targets brings may be shown: only by a plain yes.
    pub(crate) fn reveals(&self, given: &Given<'_>) -> bool {
        let facts = request::context(given, &self.reveal.spoken);
        let question = self.question(&self.reveal, given, &facts);
        question.is_some_and(|question| matches!(self.ask(&question, false, false), Answer::Yes(_)))
    }

    fn ask(&self, question: &Question<'_>, approved: bool, dry_run: bool) -> Answer {
        let flags = [("approved", Fact::Flag(approved)), ("dry_run", Fact::Flag(dry_run))];
        let facts: Named = question.facts.iter().cloned().chain(flags).collect();
        let Some(request) = request(question, &facts, None) else {
            return Answer::Broken(error(NO_TERMS));
        };
        let (mut permits, mut forbids): (Vec<&Words>, Vec<&Words>) = (Vec::new(), Vec::new());
        let unknown = facts.contains(&(request::ANCESTORS, Fact::Unknown));
        let left = question.policies.iter().filter(|policy| policy.sieve.passes(&facts));
        for sieved in left {
            if unknown && sieved.asks_for_ancestors {
                return Answer::Broken(error(
                    "what the element within in is not known, and a policy asks for it",
                ));
            }
            match self.word(&request, sieved, question) {
                Err(reason) => return Answer::Broken(reason),
                Ok(None) => {}
                Ok(Some((Decision::Allow, words))) => permits.push(words),
                Ok(Some((Decision::Deny, words))) => forbids.push(words),
            }
        }
        // One that forbids, in whichever set, counts for more than all that permit.
        if forbids.is_empty() && !permits.is_empty() {
            permits.sort_by_key(|words| words.rank);
            return Answer::Yes(permits.iter().map(|words| words.id.clone()).collect());
        }
        forbids.sort_by_key(|words| words.rank);
        let code = forbids.first().map_or(Code::DeniedByPolicy, |words| words.code);
        if forbids.is_empty() {
            return Answer::No(
                code,
                vec![Reason { policy: "default".into(), text: "no policy permits it".into() }],
            );
        }
        let of = |words: &&Words| Reason { policy: words.id.clone(), text: words.reason.clone() };
        Answer::No(code, forbids.iter().map(of).collect())
    }

    /// What one policy says. Where it is not known whether the resource is or lies in what it names, it forbids what it would forbid if
    /// that were so or not, and permits what it would permit either way.
    fn word(
        &self,
        request: &Request,
        sieved: &Sieved,
        question: &Question<'_>,
    ) -> Result<Option<(Decision, &Words)>, Reason> {
        let perhaps = question.perhaps.iter().filter(|perhaps| sieved.things.contains(&perhaps.thing));
        let perhaps = perhaps.map(|perhaps| (&perhaps.resource, &perhaps.entities));
        let (mut permits, mut every) = (None, true);
        for (resource, entities) in [(&question.resource, &question.entities)].into_iter().chain(perhaps) {
            let other = (*resource != question.resource).then(|| about(request, resource, question));
            let request = match &other {
                Some(None) => return Err(error(NO_TERMS)),
                Some(Some(other)) => other,
                None => request,
            };
            let response = self.authorizer.is_authorized(request, &sieved.policy, entities);
            if response.diagnostics().errors().next().is_some() {
                return Err(error("a policy could not be evaluated"));
            }
            let mut words = response.diagnostics().reason().filter_map(|policy| self.words.get(policy));
            match (response.decision(), words.next()) {
                (Decision::Deny, Some(words)) => return Ok(Some((Decision::Deny, words))),
                (Decision::Allow, Some(words)) => permits = Some((Decision::Allow, words)),
                (_, None) => every = false,
            }
        }
        Ok(permits.filter(|_| every))
    }

    #[cfg(test)]
    pub(crate) fn asked_in_full(&mut self) {
        for applicable in self.kinds.values_mut().chain([&mut self.reveal]) {
            let all = applicable.of_any.iter_mut().chain(applicable.of_one.values_mut().flatten());
            all.for_each(|sieved| sieved.sieve = Sieve::default());
            applicable.spoken = Spoken::everything();
        }
        self.memo = None;
    }

    /// What is the same whether or not the call is approved or a dry run.
    fn question<'a>(
        &self,
        applicable: &'a Applicable,
        given: &Given<'_>,
        facts: &'a Named,
    ) -> Option<Question<'a>> {
        let asker = self.types.principal(given.circumstances);
        let principal = asker.uid();
        let within = self.things.of(given, &applicable.spoken, &self.groups);
        let (chain, above) = self.types.resource(given, &self.groups, within.certain(), None);
        let resource = chain.first()?.uid();
        let groups = self.groups.of(given.program().unwrap_or_default());
        let policies = applicable.to(&chain, groups.chain(&above).chain(within.certain()), &within);
        let action = applicable.action.uid();
        let entities = |chain: Vec<Entity>| {
            let all = chain.into_iter().chain([applicable.action.clone(), asker.clone()]);
            Entities::from_entities(all, None).ok()
        };
        let unsure: BTreeSet<&EntityUid> = match within.is_unsure() {
            true => {
                policies.iter().flat_map(|policy| &policy.things).filter(|of| within.may_be_in(of)).collect()
            }
            false => BTreeSet::new(),
        };
        let in_it = |thing: &EntityUid| {
            let (program, things) = (self.things.program(thing), self.things.from(thing));
            let (chain, _) = self.types.resource(given, &self.groups, &things, program);
            let resource = chain.first()?.uid();
            Some(Perhaps { thing: thing.clone(), resource, entities: entities(chain)? })
        };
        let perhaps = unsure.into_iter().map(in_it).collect::<Option<_>>()?;
        let entities = entities(chain)?;
        let question = Question { action, policies, principal, resource, facts, entities, perhaps };
        // What is built here fits the schema, which tests look at; a fact that were missing would fail where it is asked for.
        if cfg!(debug_assertions) {
            let flags = [("approved", Fact::Flag(false)), ("dry_run", Fact::Flag(false))];
            let whole = request::context(given, &Spoken::everything()).into_iter().chain(flags).collect();
            request(&question, &whole, Some(&self.schema))?;
        }
        Some(question)
    }
}

/// The question with these facts; those that are not known are left out.
fn request(question: &Question<'_>, facts: &Named, schema: Option<&Schema>) -> Option<Request> {
    let Question { action, principal, resource, .. } = question;
    let known = facts.iter().filter(|(_, fact)| *fact != Fact::Unknown);
    let pairs: Option<Vec<_>> =
        known.map(|(name, fact)| Some(((*name).to_owned(), fact.expression()?))).collect();
    let context = Context::from_pairs(pairs?).ok()?;
    Request::new(principal.clone(), action.clone(), resource.clone(), context, schema).ok()
}

/// The same request about another resource.
fn about(request: &Request, resource: &EntityUid, question: &Question<'_>) -> Option<Request> {
    let Question { action, principal, .. } = question;
    Request::new(principal.clone(), action.clone(), resource.clone(), request.context()?.clone(), None).ok()
}

impl Applicable {
    /// The policies that can apply to a resource with these ancestors, itself among them, in these groups, keys or things, or
    /// that may lie in one.
    fn to<'a>(
        &self,
        chain: &[Entity],
        above: impl Iterator<Item = &'a EntityUid>,
        within: &Within,
    ) -> Vec<&Sieved> {
        let mut all: Vec<&Sieved> = self.of_any.iter().collect();
        if !self.of_one.is_empty() {
            all.extend(chain.iter().filter_map(|entity| self.of_one.get(&entity.uid())).flatten());
            all.extend(above.filter_map(|one| self.of_one.get(one)).flatten());
            if within.is_unsure() {
                // What permits only in a thing does not permit where it is not known whether the target lies there.
                let perhaps = self.of_one.iter().filter(|(one, _)| within.may_be_in(one));
                all.extend(perhaps.flat_map(|(_, policies)| policies).filter(|policy| policy.forbids));
            }
        }
        all
    }
}

/// Each kind's action with its groups.
pub(crate) fn actions(schema: &Schema) -> Result<Vec<(Kind, EntityUid, HashSet<EntityUid>)>, BrokenPolicy> {
    let hierarchy = schema.action_entities().map_err(Box::new)?;
    let types = Types::new().ok_or(BrokenPolicy::Names)?;
    let of = |kind: &Kind| {
        let action = uid(&types.action, kind.name());
        let groups = hierarchy.ancestors(&action).into_iter().flatten().cloned().collect();
        (*kind, action, groups)
    };
    Ok(Kind::ALL.iter().map(of).collect())
}

/// Whether a policy's scope admits an action: where it does not, the policy can neither permit, forbid nor fail.
pub(crate) fn admits(policy: &cedar_policy::Policy, action: &EntityUid, groups: &HashSet<EntityUid>) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(named) => named == *action,
        ActionConstraint::In(named) => named.iter().any(|named| named == action || groups.contains(named)),
    }
}

/// The policies that can apply to an action, and its entity.
fn applicable(
    schema: &Schema,
    types: &Types,
    policies: &[(Spoken, Apart, cedar_policy::Policy)],
    action: &str,
) -> Result<Applicable, BrokenPolicy> {
    let action = uid(&types.action, action);
    let hierarchy = schema.action_entities().map_err(Box::new)?;
    let groups: HashSet<EntityUid> = hierarchy.ancestors(&action).into_iter().flatten().cloned().collect();
    let (mut of_any, mut of_one): (Vec<_>, HashMap<EntityUid, Vec<_>>) = (Vec::new(), HashMap::new());
    let (mut spoken, mut apart) = (Spoken::default(), Apart::default());
    for (names, its, policy) in policies.iter().filter(|(.., policy)| admits(policy, &action, &groups)) {
        spoken.add(names);
        apart.add(*its);
        let set = PolicySet::from_policies([policy.clone()]).map_err(|_| BrokenPolicy::Names)?;
        let asks_for_ancestors = names.has(request::ANCESTORS);
        let things = names.things().clone();
        let forbids = policy.effect() == Effect::Forbid;
        let sieved = Sieved { sieve: Sieve::of(policy), policy: set, asks_for_ancestors, forbids, things };
        match policy.resource_constraint() {
            ResourceConstraint::Any | ResourceConstraint::Is(_) => of_any.push(sieved),
            ResourceConstraint::Eq(one) | ResourceConstraint::In(one) | ResourceConstraint::IsIn(_, one) => {
                of_one.entry(one).or_default().push(sieved);
            }
        }
    }
    Ok(Applicable { action: Entity::new_no_attrs(action, groups), of_any, of_one, spoken, apart })
}

/// Why there is no question to ask.
const NO_TERMS: &str = "the call cannot be put into the policy's terms";

fn no_terms() -> Verdict {
    broken(NO_TERMS)
}

fn error(text: &str) -> Reason {
    Reason { policy: "engine".into(), text: text.into() }
}

/// The verdict where there can be none.
pub(crate) fn broken(text: &str) -> Verdict {
    Verdict::Deny { code: Code::PolicyError, reasons: vec![error(text)] }
}
