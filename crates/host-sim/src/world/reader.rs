//! Reading a world: every fault with its JSON pointer (RFC 6901), as many at once as there are.

use std::{cell::RefCell, collections::BTreeSet, fmt::Display, ops::RangeInclusive};

use model::ui::escape;
use serde_json::{Map, Value};

/// The faults found so far, and the automation ids that are there and that are meant.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: RefCell<Vec<String>>,
    ids: RefCell<BTreeSet<String>>,
    meant: RefCell<Vec<(String, String)>>,
}

impl Faults {
    /// All of them, those included that only show at the end: ids that no element has.
    pub(super) fn into_list(self) -> Vec<String> {
        let (mut found, ids) = (self.found.into_inner(), self.ids.into_inner());
        found.extend(self.meant.into_inner().into_iter().filter(|(_, id)| !ids.contains(id)).map(
            |(pointer, id)| format!("{pointer}: no element has the automation id `{}`", escape(&id, 80)),
        ));
        found
    }
}

/// The pointer to what stands under `name` in what `pointer` points to.
pub(super) fn step(pointer: &str, name: &str) -> String {
    // A pointer has backslashes as they are (RFC 6901).
    format!("{pointer}/{}", escape(&name.replace('~', "~0").replace('/', "~1"), 200).replace(r"\\", r"\"))
}

/// A fault at what `pointer` points to.
pub(super) fn fault_at(pointer: &str, problem: impl Display) -> String {
    // The pointer to all of it is the empty text.
    let shown = if pointer.is_empty() { r#""" (the whole file)"# } else { pointer };
    format!("{shown}: {problem}")
}

/// A value in the file and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Spot<'a> {
    value: &'a Value,
    pointer: String,
    faults: &'a Faults,
}

impl<'a> Spot<'a> {
    pub(super) const fn root(value: &'a Value, faults: &'a Faults) -> Self {
        Self { value, pointer: String::new(), faults }
    }

    /// The value as it stands in the file.
    pub(super) const fn raw(&self) -> &'a Value {
        self.value
    }

    /// Notes that what stands here is wrong.
    pub(super) fn fault(&self, problem: impl Display) {
        self.faults.found.borrow_mut().push(fault_at(&self.pointer, problem));
    }

    /// Notes that an element has this automation id.
    pub(super) fn has_id(&self, id: &str) {
        self.faults.ids.borrow_mut().insert(id.to_owned());
    }

    /// Notes that the element with this automation id is meant.
    pub(super) fn means_id(&self, id: &str) {
        self.faults.meant.borrow_mut().push((self.pointer.clone(), id.to_owned()));
    }

    /// Notes that another type was expected.
    fn expected<T>(&self, what: &str) -> Option<T> {
        let have = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.fault(format_args!("{have} instead of {what}"));
        None
    }

    fn inside(&self, name: &str, value: &'a Value) -> Self {
        Self { value, pointer: step(&self.pointer, name), faults: self.faults }
    }

    /// Its keys, where it is an object.
    pub(super) fn fields(self) -> Option<Fields<'a>> {
        match self.value {
            Value::Object(map) => Some(Fields { map, known: BTreeSet::new(), spot: self }),
            _ => self.expected("an object"),
        }
    }

    /// Its entries, where it is an object whose keys are the author's own.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        match self.value {
            Value::Object(map) => {
                map.iter().map(|(name, value)| (name.as_str(), self.inside(name, value))).collect()
            }
            _ => self.expected("an object").unwrap_or_default(),
        }
    }

    /// Its items, where it is a list.
    pub(super) fn items(&self) -> Vec<Self> {
        match self.value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, value)| self.inside(&index.to_string(), value))
                .collect(),
            _ => self.expected("a list").unwrap_or_default(),
        }
    }

    /// Exactly `N` items.
    pub(super) fn exactly<const N: usize>(&self) -> Option<[Self; N]> {
        let items = self.items();
        let count = items.len();
        let array = items.try_into().ok();
        if array.is_none() && self.value.is_array() {
            self.fault(format_args!("{count} items instead of {N}"));
        }
        array
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        match self.value {
            Value::String(text) => Some(text),
            _ => self.expected("a text"),
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            _ => self.expected("true or false"),
        }
    }

    /// A whole number within `range`.
    pub(super) fn whole(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.value.as_i64().filter(|number| range.contains(number));
        if number.is_none() {
            let accepted = format!("a whole number from {} to {}", range.start(), range.end());
            return match self.value {
                Value::Number(number) => {
                    self.fault(format_args!("{number} instead of {accepted}"));
                    None
                }
                _ => self.expected(&accepted),
            };
        }
        number
    }

    /// A whole number from 0 to `most`.
    pub(super) fn count(&self, most: u32) -> Option<u32> {
        self.whole(0..=i64::from(most)).and_then(|number| u32::try_from(number).ok())
    }

    /// A whole number from 0 to 2^64 - 1.
    pub(super) fn unsigned(&self) -> Option<u64> {
        match self.value {
            Value::Number(number) if number.is_u64() => number.as_u64(),
            Value::Number(number) => {
                self.fault(format_args!("{number} instead of a whole number from 0 to {}", u64::MAX));
                None
            }
            _ => self.expected("a whole number"),
        }
    }
}

/// The keys of an object, each asked for once; what nobody asked for is unknown.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    known: BTreeSet<&'static str>,
    pub(super) spot: Spot<'a>,
}

impl<'a> Fields<'a> {
    /// What stands under a key.
    pub(super) fn get(&mut self, name: &'static str) -> Option<Spot<'a>> {
        self.known.insert(name);
        self.map.get(name).map(|value| self.spot.inside(name, value))
    }

    /// Whether a key is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.get(name)?.text().map(str::to_owned)
    }

    /// A flag that is `otherwise` where it is not given.
    pub(super) fn flag(&mut self, name: &'static str, otherwise: bool) -> bool {
        self.get(name).and_then(|spot| spot.flag()).unwrap_or(otherwise)
    }

    /// Notes every key that nobody asked for.
    pub(super) fn end(self) {
        for (name, value) in self.map {
            if !self.known.contains(name.as_str()) {
                let known: Vec<&str> = self.known.iter().copied().collect();
                self.spot
                    .inside(name, value)
                    .fault(format_args!("there is no such key; known: {}", known.join(", ")));
            }
        }
    }
}
