//! `winwarden check registry`: may this be done with this key?

use std::{
    error::Error,
    io::{Write, stdout},
    process::ExitCode,
};

use model::{
    Code,
    registry::{
        KeyNames, LONGEST_VALUE_NAME, Machine, RegistryKeyName, RegistryPath, Sid, UnknownValueType,
        ValueType, View, value_name,
    },
};
use policy::registry::{Access, Act, Guard, Judged, Limits, Refused, Root, Rules, Values, writable};
use serde::{Deserialize, Serialize};

use crate::{
    batch,
    command::{CheckRegistry, Choice},
    config,
};

/// The depth of a root that gives none.
const ROOT_DEPTH: i64 = 2;

#[derive(Debug, Deserialize)]
struct Question {
    id: String,
    allowed_roots: Vec<Allowed>,
    denied_paths: Vec<String>,
    level: String,
    op: String,
    path: String,
    #[serde(default)]
    ctx: Option<Context>,
}

#[derive(Debug, Deserialize)]
struct Allowed {
    path: String,
    #[serde(default)]
    access: Option<String>,
    #[serde(default, alias = "maxDepth")]
    max_depth: Option<i64>,
}

/// What the machine would tell, and what else the call says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Context {
    sid: Option<String>,
    current_control_set: Option<u16>,
    view: Option<u64>,
    link_target: Option<String>,
    depth: Option<i64>,
    global_max_depth: Option<i64>,
    max_values: Option<i64>,
    value_size: Option<i64>,
    value_name: Option<String>,
    value_name_length: Option<i64>,
    value_type: Option<String>,
    must_prune: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Answer {
    id: String,
    decision: &'static str,
    code: Option<Code>,
    canonical: Option<String>,
    reason: String,
}

/// Why something is not done, for whoever asks.
type No = (Code, String);

/// Answers the one question of the command line, or the questions on stdin.
pub fn run(asked: &CheckRegistry) -> Result<ExitCode, Box<dyn Error>> {
    let Some(path) = asked.path.as_ref().filter(|_| !asked.batch) else { return batch::answer(answer) };
    let choice = Choice { config: asked.config.clone(), ..Choice::default() };
    let rules = config::load(&choice)?.settings.registry;
    let context = Context {
        sid: asked.sid.clone(),
        current_control_set: asked.control_set,
        view: asked.view,
        depth: asked.depth.map(i64::from),
        value_name: asked.value.clone(),
        ..Context::default()
    };
    let (names, judged) = judge(Ok(rules), path, &asked.op, &context);
    let mut out = stdout().lock();
    match &judged {
        Ok(()) => writeln!(out, "allow")?,
        Err((code, reason)) => writeln!(out, "deny ({code}): {reason}")?,
    }
    for name in names.iter().flat_map(KeyNames::iter) {
        writeln!(out, "  {}", model::ui::plain(name.as_str(), 1_000))?;
    }
    Ok(if judged.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn answer(question: Question) -> Answer {
    let context = question.ctx.as_ref();
    let nothing = Context::default();
    let context = context.unwrap_or(&nothing);
    let (names, judged) = judge(rules(&question, context), &question.path, &question.op, context);
    let canonical = names.map(|names| names.first().to_string());
    let (decision, code, reason) = match judged {
        Ok(()) => ("allow", None, "its root and the level permit it".to_owned()),
        Err((code, reason)) => ("deny", Some(code), reason),
    };
    Answer { id: question.id, decision, code, canonical, reason }
}

/// The rules of a question; what cannot be honoured of them is told.
fn rules(question: &Question, context: &Context) -> Result<Rules, String> {
    let key = |path: &str| RegistryPath::parse(path).map_err(|bad| format!("`{path}`: {bad}"));
    let depth = |depth: i64| u32::try_from(depth).ok().filter(|depth| (1..=Root::DEEPEST).contains(depth));
    let root = |allowed: &Allowed| {
        let access = allowed.access.as_deref().unwrap_or(Access::Read.name());
        let access = Access::named(access).ok_or_else(|| format!("`{access}` is no access"))?;
        let max_depth = depth(allowed.max_depth.unwrap_or(ROOT_DEPTH)).ok_or("a root's depth is 1 to 10")?;
        Ok::<_, String>(Root { path: key(&allowed.path)?, access, max_depth })
    };
    let mut limits = Limits::default();
    if let Some(global) = context.global_max_depth {
        limits.depth = depth(global).ok_or("the greatest depth is 1 to 10")?;
    }
    Ok(Rules {
        roots: vec![question.allowed_roots.iter().map(root).collect::<Result<_, _>>()?],
        denied: question.denied_paths.iter().map(|path| key(path)).collect::<Result<_, _>>()?,
        level: Access::of_level(&question.level)
            .ok_or_else(|| format!("`{}` is no level", question.level))?,
        limits,
        reveals: false,
    })
}

/// The keys that may be meant, where the path has a reading, and why it may not be done.
fn judge(
    rules: Result<Rules, String>,
    path: &str,
    op: &str,
    context: &Context,
) -> (Option<KeyNames>, Result<(), No>) {
    let sid = context.sid.as_deref().map(str::parse::<Sid>).transpose();
    let machine = Machine::new(sid.clone().unwrap_or_default(), context.current_control_set);
    let view = View::of_bits(context.view.unwrap_or(64));
    let names = match RegistryPath::parse(path) {
        Ok(path) => path.names(&machine, view.unwrap_or_default()),
        Err(bad) => return (None, Err((bad.code(), format!("`path`: {bad}")))),
    };
    let judged = || {
        let unfit = |why: String| (Code::PolicyError, why);
        let rules = rules.map_err(|why| unfit(format!("the policy cannot be honoured: {why}")))?;
        sid.map_err(|bad| unfit(format!("the user: {bad}")))?;
        view.ok_or_else(|| (Code::InvalidArgument, "a view is of 64 or 32 bits".to_owned()))?;
        decide(&rules.on(machine), &names, op, context)
    };
    let judged = judged();
    (Some(names), judged)
}

fn decide(guard: &Guard, names: &KeyNames, op: &str, context: &Context) -> Result<(), No> {
    let no = |refused: Refused| (refused.code(), refused.to_string());
    let name = context.value_name.as_deref();
    let name = name.as_slice();
    let values = if name.is_empty() { Values::Unknown } else { Values::Named(name) };
    name.iter().try_for_each(|name| value_name(name)).map_err(|bad| no(bad.into()))?;
    let depth = u64::try_from(context.depth.unwrap_or(1)).unwrap_or(0);
    let act = match op {
        "read_value" | "enumerate_values" | "get_key_info" => Act::Read,
        "enumerate_keys" => Act::List { depth },
        "write_value" => Act::Write(values),
        "delete_value" => Act::DeleteValues(values),
        "delete_key" => Act::DeleteKey,
        other => return Err((Code::InvalidArgument, format!("`{other}` is no operation"))),
    };
    let asks = match guard.judge(names, act) {
        Judged::Allow { .. } => None,
        Judged::Ask { why } => Some(why),
        Judged::Refuse(refused) => return Err(no(refused)),
    };
    sizes(guard.limits(), context).map_err(no)?;
    if let Some(kind) = &context.value_type {
        let unknown = |unknown: UnknownValueType| (Code::InvalidValueType, unknown.to_string());
        let kind = ValueType::named(kind).map_err(unknown)?;
        if matches!(act, Act::Write(_)) {
            writable(kind).map_err(no)?;
        }
    }
    if let Some(target) = &context.link_target {
        // The system's own links are names of the key; what leads elsewhere is not followed.
        let target = RegistryKeyName::from_kernel(target, guard.machine());
        if !target.is_ok_and(|target| names.iter().any(|name| *name == target)) {
            return Err(no(Refused::Link));
        }
    }
    for child in &context.must_prune {
        let opens = |name: &RegistryKeyName| {
            let child = name.child(child, guard.machine());
            !matches!(guard.judge_key(&child, Act::Read), Judged::Refuse(_))
        };
        if names.iter().any(opens) {
            return Err((Code::DeniedByPolicy, format!("a walk would open `{child}`")));
        }
    }
    let ask = |why| Err((Code::ApprovalRequired, format!("a person would be asked: {why}")));
    asks.map_or(Ok(()), ask)
}

/// Numbers that a call asks for, or that what it meets has.
fn sizes(limits: Limits, context: &Context) -> Result<(), Refused> {
    let number = |given: i64| u64::try_from(given).unwrap_or(0);
    context.max_values.map_or(Ok(()), |asked| limits.values(number(asked)))?;
    context.value_size.map_or(Ok(()), |size| limits.bytes(number(size)))?;
    let (what, most) = ("a value's name", LONGEST_VALUE_NAME);
    match context.value_name_length.map(number) {
        Some(asked) if asked > most => Err(Refused::Limit { what, asked, most }),
        Some(_) | None => Ok(()),
    }
}
