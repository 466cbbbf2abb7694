//! Which of several values of a setting counts: the most specific one, within the machine's bound.

use std::collections::BTreeMap;

use model::registry::{Machine, RegistryPath, View};

use super::{
    Form, Layer, Narrower, Origin, SETTINGS, Setting, Settings, Value,
    settings::{Profile, default_of},
};
use crate::workspace::names_program;

/// The toolset that is all toolsets.
const ALL: &str = "all";

/// A setting as it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// Its value.
    pub value: Value,
    /// Who gave it; the machine where its bound changed what others asked for.
    pub origin: Origin,
    /// What was asked for where the machine's bound is narrower, and by whom.
    pub asked: Option<(Value, Origin)>,
}

/// Puts layers together.
#[must_use]
pub fn merge(layers: &[Layer]) -> (Settings, BTreeMap<&'static str, Effective>) {
    let given = |setting: &Setting| {
        let all = layers.iter().filter(|layer| layer.origin != Origin::Machine);
        all.filter_map(|layer| Some((layer.values.get(setting.name)?.clone(), layer.origin)))
            .max_by_key(|(_, origin)| *origin)
    };
    let bound = |setting: &Setting| {
        layers
            .iter()
            .filter(|layer| layer.origin == Origin::Machine)
            .find_map(|layer| layer.values.get(setting.name))
    };
    let mut effective: BTreeMap<&'static str, Effective> = BTreeMap::new();
    for setting in SETTINGS {
        // `profile` comes first in the table, and the defaults of the limits hang on it.
        let profile =
            effective.get("profile").and_then(|profile| Profile::of(&profile.value)).unwrap_or_default();
        let asked = given(setting);
        let entry = match (asked, bound(setting)) {
            (None, None) => {
                let (value, origin) = default_of(setting, profile);
                Effective { value, origin, asked: None }
            }
            (None, Some(bound)) => {
                // The default is an ask like any other: a bound above it does not raise it.
                let (default, origin) = default_of(setting, profile);
                let value = narrowed(setting, bound, &default);
                let origin = if value == default { origin } else { Origin::Machine };
                let free = matches!(setting.narrower, Narrower::Neither | Narrower::Selected);
                if free {
                    Effective { value: bound.clone(), origin: Origin::Machine, asked: None }
                } else {
                    Effective { value, origin, asked: None }
                }
            }
            (Some((value, origin)), None) => Effective { value, origin, asked: None },
            (Some((value, origin)), Some(bound)) => {
                let within = narrowed(setting, bound, &value);
                if within == value {
                    Effective { value, origin, asked: None }
                } else {
                    Effective { value: within, origin: Origin::Machine, asked: Some((value, origin)) }
                }
            }
        };
        effective.insert(setting.name, entry);
    }
    (Settings::of(&effective), effective)
}

/// What is asked for, then what the bound adds.
fn in_either<T: Clone + PartialEq>(bound: &[T], asked: &[T]) -> Vec<T> {
    let added = bound.iter().filter(|bound| !asked.contains(bound));
    asked.iter().chain(added).cloned().collect()
}

/// What lies in both lists: of each that is asked for itself where it lies in one that is allowed, else those that are allowed and
/// lie in it.
fn in_both<T: Clone + PartialEq>(bound: &[T], asked: &[T], is_in: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    for one in asked {
        if bound.iter().any(|bound| is_in(one, bound)) {
            all.push(one.clone());
            continue;
        }
        for inner in bound.iter().filter(|bound| is_in(bound, one)) {
            if !all.contains(inner) {
                all.push(inner.clone());
            }
        }
    }
    all
}

/// The narrower of what the machine allows and what is asked for.
fn narrowed(setting: &Setting, bound: &Value, asked: &Value) -> Value {
    match (setting.narrower, bound, asked) {
        (Narrower::Neither | Narrower::Selected, ..) => asked.clone(),
        (Narrower::Is(narrow), Value::Switch(bound), Value::Switch(asked)) => {
            Value::Switch(if *bound == narrow || *asked == narrow { narrow } else { !narrow })
        }
        (Narrower::Less, Value::Number(bound), Value::Number(asked)) => {
            Value::Number(bound.map_or(*asked, |bound| Some(asked.map_or(bound, |asked| asked.min(bound)))))
        }
        (Narrower::More, Value::Number(bound), Value::Number(asked)) => {
            Value::Number(bound.zip(*asked).map(|(bound, asked)| bound.max(asked)))
        }
        (Narrower::Less, Value::Texts(bound), Value::Texts(asked)) => Value::Texts(match setting.form {
            // One of them is all of them.
            Form::Toolsets if bound.iter().any(|set| set == ALL) => asked.clone(),
            Form::Toolsets if asked.iter().any(|set| set == ALL) => bound.clone(),
            Form::Programs => in_both(bound, asked, |inner, outer| names_program(outer, inner)),
            Form::Switch
            | Form::Choice(_)
            | Form::Choices(_)
            | Form::Number { .. }
            | Form::Text
            | Form::Toolsets
            | Form::Tools
            | Form::Chord
            | Form::Roots
            | Form::Keys => in_both(bound, asked, |inner, outer| inner == outer),
        }),
        (Narrower::More, Value::Texts(bound), Value::Texts(asked)) => Value::Texts(in_either(bound, asked)),
        // Which key a root means hangs on the machine, so that both lists are kept and each has to permit a key.
        (Narrower::Less, Value::Roots(bound), Value::Roots(asked)) => Value::Roots(in_either(bound, asked)),
        (Narrower::More, Value::Keys(bound), Value::Keys(asked)) => Value::Keys(in_either(bound, asked)),
        (Narrower::Less, Value::Keys(bound), Value::Keys(asked)) => {
            let names = |key: &RegistryPath| key.names(&Machine::default(), View::W64);
            let is_in = |inner: &RegistryPath, outer: &RegistryPath| {
                names(inner).iter().all(|name| names(outer).iter().any(|outer| name.is_in(outer)))
            };
            Value::Keys(in_both(bound, asked, is_in))
        }
        (Narrower::Earlier, Value::Text(bound), Value::Text(asked)) => {
            let Form::Choice(known) = setting.form else { return Value::Text(bound.clone()) };
            let rank = |text: &String| known.iter().position(|known| known == text);
            Value::Text(if rank(asked) <= rank(bound) { asked.clone() } else { bound.clone() })
        }
        // Types never differ between layers; were they to, the machine's word is the safe one.
        _ => bound.clone(),
    }
}
