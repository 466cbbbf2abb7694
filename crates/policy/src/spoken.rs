//! Which facts, and which things that targets lie in, policies speak of: no other is found out, or put into Cedar's terms, which
//! costs it a microsecond each.
//!
//! Untrusted: policies that people write.
//! Guarantees: a fact is left out only where no policy that may be asked names it, or has the context as a whole.
//! Does not: know whether the condition that names it is reached.

use std::collections::BTreeSet;

use cedar_policy::{EntityId, EntityUid};
use serde_json::Value;

use crate::{
    groups::GROUP,
    place::PATH,
    request::{PROCESS, RUNNING},
    service::{SERVICE, TASK},
};

/// Facts of the context that are found out only where policies name them.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// Some policy has the context as a whole.
    all: bool,
    /// Names of facts of the context.
    names: Vec<String>,
    /// Whether some policy asks who signed something.
    pub(crate) signer: bool,
    /// Whether some policy asks how long a program has been running.
    pub(crate) running: bool,
    /// Whether some policy may name any folder, program, group, service or task there is.
    every_thing: bool,
    /// Those that are named.
    things: BTreeSet<EntityUid>,
}

impl Spoken {
    /// All that there is.
    pub(crate) const fn everything() -> Self {
        Self {
            all: true,
            names: Vec::new(),
            signer: true,
            running: true,
            every_thing: true,
            things: BTreeSet::new(),
        }
    }

    /// Of a policy; of one that cannot be read, everything.
    pub(crate) fn of(policy: &cedar_policy::Policy) -> Self {
        let Ok(json) = policy.to_json() else { return Self::everything() };
        let mut spoken = Self::default();
        spoken.hear(&json);
        spoken
    }

    /// Adds what another policy speaks of.
    pub(crate) fn add(&mut self, other: &Self) {
        self.all |= other.all;
        self.signer |= other.signer;
        self.running |= other.running;
        self.every_thing |= other.every_thing;
        self.things.extend(other.things.iter().cloned());
        for name in &other.names {
            if !self.has(name) {
                self.names.push(name.clone());
            }
        }
    }

    /// The facts of the context that are named; all where there is none.
    pub(crate) fn names(&self) -> &[String] {
        if self.all { &[] } else { &self.names }
    }

    /// Whether this fact of the context is spoken of.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all || self.names.iter().any(|known| known == name)
    }

    /// Whether any folder, program, group, service or task is spoken of.
    pub(crate) fn has_things(&self) -> bool {
        self.every_thing || !self.things.is_empty()
    }

    /// Whether this one is.
    pub(crate) fn has_thing(&self, thing: &EntityUid) -> bool {
        self.every_thing || self.things.contains(thing)
    }

    /// Those that are named.
    pub(crate) const fn things(&self) -> &BTreeSet<EntityUid> {
        &self.things
    }

    fn hear_of(&mut self, left: &Value, path: &[&str]) {
        self.signer |= path.contains(&"signer");
        self.running |= path.contains(&RUNNING);
        match path.first() {
            Some(name) if is_context(left) => {
                if !self.has(name) {
                    self.names.push((*name).to_owned());
                }
            }
            _ => self.hear(left),
        }
    }

    /// In Cedar's JSON, `context.a` and `context has a` are an operator over the variable and the name.
    fn hear(&mut self, json: &Value) {
        match json {
            Value::Object(fields) => {
                if is_context(json) {
                    self.all = true;
                }
                self.things.extend(thing(json));
                for (operator, operands) in fields {
                    match (operator.as_str(), operands.get("left"), named(operands)) {
                        ("." | "has", Some(left), Some(path)) => self.hear_of(left, &path),
                        _ => self.hear(operands),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.hear(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// The name behind `.` or `has`; several of `context has a.b`.
fn named(operands: &Value) -> Option<Vec<&str>> {
    match operands.get("attr")? {
        Value::String(name) => Some(vec![name]),
        Value::Array(path) => path.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// A folder, a program, a group of programs, a service or a task: in Cedar's JSON an entity is an object of its type and its id.
fn thing(json: &Value) -> Option<EntityUid> {
    let text = |name: &str| json.get(name).and_then(Value::as_str);
    let (kind, id) = (text("type")?, text("id")?);
    let kind = [PATH, PROCESS, GROUP, SERVICE, TASK].contains(&kind).then(|| kind.parse().ok()).flatten()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn is_context(json: &Value) -> bool {
    json.get("Var").and_then(Value::as_str) == Some("context")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(condition: &str) -> Spoken {
        let text = format!("permit (principal, action, resource) when {{ {condition} }};");
        Spoken::of(&text.parse::<cedar_policy::Policy>().unwrap())
    }

    #[test]
    fn facts_are_heard_wherever_a_condition_names_them() {
        for condition in [
            "context.time.hour > 8",
            "context has time",
            "context has time.hour",
            "context has \"time\" && true",
            "context[\"time\"].hour > 8",
            "if context.approved then [context.time.hour].contains(1) else false",
            "{a: context.time}.a.hour > 8",
            "resource in Desktop::\"desktop\" && !(context.time.hour == 1)",
        ] {
            let spoken = of(condition);
            assert!(spoken.has("time") && !spoken.has("client") && !spoken.signer, "{condition}: {spoken:?}");
        }
        let other = of("context.element.name == \"context\" && context.client has signer");
        assert!(
            other.has("element") && other.has("client") && other.signer && !other.has("time"),
            "{other:?}"
        );
        assert!(of("context has client.signer").signer);
        assert!(
            of("context.process.running_minutes < 5").running
                && of("context has process.running_minutes").running
        );
        assert!(!other.running && !of("context.session.age_minutes < 5").running);
    }

    #[test]
    fn things_are_heard_wherever_they_stand_and_no_others() {
        for (resource, condition) in [
            (r#"in Path::"c:\\a""#, "true"),
            (r#"is Process in Path::"c:\\a""#, "true"),
            ("", r#"resource in Path::"c:\\a""#),
            ("", r#"!(resource in [Desktop::"desktop", Path::"c:\\a"])"#),
            ("", r#"context.approved || resource is Window in Path::"c:\\a""#),
        ] {
            let text = format!("permit (principal, action, resource {resource}) when {{ {condition} }};");
            let spoken = Spoken::of(&text.parse::<cedar_policy::Policy>().unwrap());
            let named: Vec<String> = spoken.things().iter().map(ToString::to_string).collect();
            assert_eq!(named, [r#"Path::"c:\\a""#], "{text}");
            assert!(spoken.has_things() && !spoken.has_thing(&r#"Path::"c:""#.parse().unwrap()));
        }
        for thing in [r#"Process::"c:\\a.exe""#, r#"ProgramGroup::"office""#, r#"Service::"Spooler""#] {
            assert!(of(&format!("resource in {thing}")).has_thing(&thing.parse().unwrap()), "{thing}");
        }
        let other = of(r#"resource in Window::"c:\\a" || context.window.title == "Path""#);
        assert!(!other.has_things() && Spoken::everything().has_thing(&r#"Task::"x""#.parse().unwrap()));
    }

    #[test]
    fn who_has_the_whole_context_speaks_of_everything() {
        for condition in
            ["{a: context}.a.approved", "(if true then context else context).approved", "context == context"]
        {
            assert!(of(condition).has("time"), "{condition}");
        }
    }
}
