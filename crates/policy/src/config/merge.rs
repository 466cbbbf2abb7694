//! Which of several values of a setting counts: the most specific one, within the machine's bound.

use std::collections::BTreeMap;

use model::registry::{Machine, RegistryPath, View};

use super::{
    Form, Layer, Narrower, Origin, SETTINGS, Setting, Settings, Value,
    settings::{Profile, default_of},
};

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
                let free = setting.narrower == Narrower::Neither;
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

/// The narrower of what the machine allows and what is asked for.
fn narrowed(setting: &Setting, bound: &Value, asked: &Value) -> Value {
    match (setting.narrower, bound, asked) {
        (Narrower::Neither, ..) => asked.clone(),
        (Narrower::Is(narrow), Value::Switch(bound), Value::Switch(asked)) => {
            Value::Switch(if *bound == narrow || *asked == narrow { narrow } else { !narrow })
        }
        (Narrower::Less, Value::Number(bound), Value::Number(asked)) => {
            Value::Number(bound.map_or(*asked, |bound| Some(asked.map_or(bound, |asked| asked.min(bound)))))
        }
        (Narrower::More, Value::Number(bound), Value::Number(asked)) => {
            Value::Number(bound.zip(*asked).map(|(bound, asked)| bound.max(asked)))
        }
        (Narrower::Less, Value::Texts(bound), Value::Texts(asked)) => {
            let same = |one: &String, other: &String| one.eq_ignore_ascii_case(other);
            let allowed = |asked: &&String| bound.iter().any(|bound| same(bound, asked));
            Value::Texts(asked.iter().filter(allowed).cloned().collect())
        }
        (Narrower::More, Value::Texts(bound), Value::Texts(asked)) => {
            let mut all = asked.clone();
            all.extend(bound.iter().filter(|bound| !asked.contains(bound)).cloned());
            Value::Texts(all)
        }
        // Which key a root means hangs on the machine, so that both lists are kept and each has to permit a key.
        (Narrower::Less, Value::Roots(bound), Value::Roots(asked)) => {
            let mut all = asked.clone();
            all.extend(bound.iter().filter(|bound| !asked.contains(bound)).cloned());
            Value::Roots(all)
        }
        (Narrower::More, Value::Keys(bound), Value::Keys(asked)) => {
            let mut all = asked.clone();
            all.extend(bound.iter().filter(|bound| !asked.contains(bound)).cloned());
            Value::Keys(all)
        }
        (Narrower::Less, Value::Keys(bound), Value::Keys(asked)) => {
            let names = |key: &RegistryPath| key.names(&Machine::default(), View::W64);
            let allowed = |asked: &&RegistryPath| {
                names(asked)
                    .iter()
                    .all(|name| bound.iter().any(|bound| names(bound).iter().any(|bound| name.is_in(bound))))
            };
            Value::Keys(asked.iter().filter(allowed).cloned().collect())
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
