//! The rules, and how a key is judged by them.

use model::registry::{
    KeyNames, KeyTree, LINK_VALUE, Machine, Part, RegistryData, RegistryKeyName, RegistryPath, ValueType,
    View, value_name,
};
use serde::{Deserialize, Serialize};

use super::{
    Access, Refused, Root,
    never::{self, Answer, Of},
};
use crate::redact;

/// What the settings say of the registry; by default it has no roots, so that nothing is permitted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// Lists of roots, each of which has to permit a key: the person's and the machine's.
    pub roots: Vec<Vec<Root>>,
    /// Keys that are denied with all below them, beside those that always are.
    pub denied: Vec<RegistryPath>,
    /// How far a session goes, whatever its roots say.
    pub level: Access,
    /// How much one call may ask for.
    pub limits: Limits,
    /// Whether data that looks like a secret is searched and exported like any other. Where it is told anything, the gate sets
    /// it for each call, by the policy's word.
    #[serde(default)]
    pub reveals: bool,
}

/// How much one call may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Levels of a walk.
    pub depth: u32,
    /// Values, and subkeys, of one answer.
    pub values: u32,
    /// Bytes of a value's data.
    pub value_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 3, values: 100, value_bytes: 1024 * 1024 }
    }
}

impl Limits {
    /// Whether one answer may hold so many values.
    ///
    /// # Errors
    /// It may not.
    pub fn values(self, asked: u64) -> Result<(), Refused> {
        within("a number of values", asked, self.values.into())
    }

    /// Whether data may have so many bytes.
    ///
    /// # Errors
    /// It may not.
    pub fn bytes(self, size: u64) -> Result<(), Refused> {
        let (what, most) = ("a value's size", self.value_bytes);
        if size > most { Err(Refused::Limit { what, asked: size, most }) } else { Ok(()) }
    }
}

fn within(what: &'static str, asked: u64, most: u64) -> Result<(), Refused> {
    match asked {
        0 => Err(Refused::Nothing(what)),
        asked if asked > most => Err(Refused::Limit { what, asked, most }),
        _ => Ok(()),
    }
}

/// Whether a value of this type may be written.
///
/// # Errors
/// It would make the key a link.
pub fn writable(kind: ValueType) -> Result<(), Refused> {
    if kind == ValueType::Link { Err(Refused::Link) } else { Ok(()) }
}

/// What is to be done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act<'a> {
    /// Read values, or what is known of the key.
    Read,
    /// List keys to so many levels below it.
    List {
        /// Levels, at least 1.
        depth: u64,
    },
    /// Write these values, and create the key where it is not there.
    Write(Values<'a>),
    /// Delete these values.
    DeleteValues(Values<'a>),
    /// Delete the key with all below it.
    DeleteKey,
}

impl Act<'_> {
    const fn needs(&self) -> Access {
        match self {
            Self::Read | Self::List { .. } => Access::Read,
            Self::Write(_) | Self::DeleteValues(_) => Access::ReadWrite,
            Self::DeleteKey => Access::Admin,
        }
    }

    const fn values(&self) -> Option<Values<'_>> {
        match self {
            Self::Read | Self::List { .. } | Self::DeleteKey => None,
            Self::Write(values) | Self::DeleteValues(values) => Some(*values),
        }
    }
}

/// Values, by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values<'a> {
    /// It is not known which: any may be meant.
    Unknown,
    /// These.
    Named(&'a [&'a str]),
}

/// What becomes of it.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It may be done.
    Allow {
        /// Levels that a walk from here may have.
        max_depth: u32,
    },
    /// It may be done if a person says so.
    Ask {
        /// What is dangerous about it.
        why: &'static str,
    },
    /// It is not done.
    Refuse(Refused),
}

/// A mark on a key that is more than an ordinary one.
#[derive(Debug)]
enum Mark {
    /// Neither read nor changed, with all below it.
    Denied,
    /// Not simply changed.
    Guarded(Of, Answer),
}

/// Marked keys, and what each mark says.
#[derive(Debug)]
struct Marked<M> {
    tree: KeyTree,
    marks: Vec<M>,
}

impl<M> Marked<M> {
    fn new() -> Self {
        Self { tree: KeyTree::default(), marks: Vec::new() }
    }

    fn mark<'a>(&mut self, parts: impl IntoIterator<Item = Part<'a>>, mark: M) {
        self.tree.mark(parts, self.marks.len());
        self.marks.push(mark);
    }

    /// See [`KeyTree::along`].
    fn along(&self, parts: &[&str], mut meet: impl FnMut(&M, usize)) {
        self.tree.along(parts, &mut |mark, above| {
            self.marks.get(mark).into_iter().for_each(|mark| meet(mark, above))
        });
    }

    /// See [`KeyTree::below`].
    fn below(&self, parts: &[&str], mut meet: impl FnMut(&M)) {
        self.tree.below(parts, &mut |mark| self.marks.get(mark).into_iter().for_each(&mut meet));
    }
}

/// The rules on one machine.
#[derive(Debug)]
pub struct Guard {
    machine: Machine,
    roots: Vec<Marked<Granted>>,
    marked: Marked<Mark>,
    level: Access,
    limits: Limits,
    reveals: bool,
}

#[derive(Debug, Clone, Copy)]
struct Granted {
    access: Access,
    max_depth: u32,
}

impl Rules {
    /// The rules as they stand on `machine`.
    #[must_use]
    pub fn on(&self, machine: Machine) -> Guard {
        let mut marked = Marked::new();
        for path in &self.denied {
            for name in path.names(&machine, View::W64).iter() {
                let mut parts = name.parts();
                machine.kin(&mut parts);
                marked.mark(parts.into_iter().map(Part::Name), Mark::Denied);
            }
        }
        never::each(&mut |parts, of, answer| {
            let mark = match answer {
                Answer::Hide => Mark::Denied,
                Answer::Deny(_) | Answer::Ask(_) => Mark::Guarded(of, answer),
            };
            marked.mark(parts.iter().copied(), mark);
        });
        let granted = |roots: &Vec<Root>| {
            let mut marked = Marked::new();
            for Root { path, access, max_depth } in roots {
                for name in path.names(&machine, View::W64).iter() {
                    let granted = Granted { access: *access, max_depth: *max_depth };
                    marked.mark(name.parts().into_iter().map(Part::Name), granted);
                }
            }
            marked
        };
        let roots = self.roots.iter().map(granted).collect();
        Guard { roots, marked, level: self.level, limits: self.limits, reveals: self.reveals, machine }
    }
}

impl Guard {
    /// The machine that it is about.
    #[must_use]
    pub const fn machine(&self) -> &Machine {
        &self.machine
    }

    /// How much one call may ask for.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether this value is told of: not where it looks like a secret and those are kept back.
    #[must_use]
    pub fn shows(&self, name: &str, data: &RegistryData) -> bool {
        self.reveals || !redact::value(name, data)
    }

    /// Whether a value's name is told: not where a secret stands in it and those are kept back.
    #[must_use]
    pub fn shows_name(&self, name: &str) -> bool {
        self.reveals || !redact::value_name(name)
    }

    /// Judges `act` on a key that may be any of `names`: each has to permit it.
    pub fn judge(&self, names: &KeyNames, act: Act<'_>) -> Judged {
        self.judge_each(names.iter(), act).unwrap_or_else(Judged::Refuse)
    }

    /// Judges `act` on a key of which the kernel has told the name.
    pub fn judge_key(&self, name: &RegistryKeyName, act: Act<'_>) -> Judged {
        self.judge_each(std::iter::once(name), act).unwrap_or_else(Judged::Refuse)
    }

    fn judge_each<'n>(
        &self,
        names: impl Iterator<Item = &'n RegistryKeyName>,
        act: Act<'_>,
    ) -> Result<Judged, Refused> {
        if let Some(Values::Named(values)) = act.values() {
            values.iter().try_for_each(|name| value_name(name))?;
        }
        let (mut why, mut max_depth) = (None, self.limits.depth);
        for name in names {
            let mut parts = name.parts();
            let granted = self.granted(&parts, act);
            let levels = parts.len();
            self.machine.kin(&mut parts);
            why = why.or(self.guarded(&parts, levels, act)?);
            max_depth = max_depth.min(granted?);
        }
        let needed = act.needs();
        if self.level < needed {
            return Err(Refused::Level { needed });
        }
        if let Some(Values::Named(values)) = act.values()
            && values.iter().any(|name| name.eq_ignore_ascii_case(LINK_VALUE))
        {
            return Err(Refused::Link);
        }
        if let Act::List { depth } = act {
            within("a depth", depth, max_depth.into())?;
        }
        Ok(why.map_or(Judged::Allow { max_depth }, |why| Judged::Ask { why }))
    }

    /// What is dangerous about it, if anything is; `levels` are those of its own name, `parts` what it has in common with
    /// its twins.
    fn guarded(&self, parts: &[&str], levels: usize, act: Act<'_>) -> Result<Option<&'static str>, Refused> {
        let mut found = Found::default();
        self.marked.along(parts, |mark, above| found.met(mark, above == 0, act));
        if found.denied {
            return Err(Refused::Denied);
        }
        if act == Act::DeleteKey {
            // `\REGISTRY\MACHINE\SOFTWARE`: two parts below the root are a hive.
            if levels <= 2 {
                return Err(Refused::Hive);
            }
            self.marked.below(parts, |mark| found.met_below(mark));
            if found.denied {
                return Err(Refused::Above);
            }
        }
        match found {
            Found { never: Some(why), .. } => Err(Refused::Never(why)),
            Found { ask, .. } => Ok(ask),
        }
    }

    /// How deep a walk may go, where every list of roots permits the act.
    fn granted(&self, parts: &[&str], act: Act<'_>) -> Result<u32, Refused> {
        let needed = act.needs();
        let mut deepest = if self.roots.is_empty() { Err(Refused::Outside) } else { Ok(Root::DEEPEST) };
        for roots in &self.roots {
            let mut nearest: Option<(usize, Granted)> = None;
            roots.along(parts, |mark, above| {
                nearest = Some(match nearest {
                    // Of two roots on one key the narrower counts.
                    Some((at, Granted { access, max_depth })) if at == above => {
                        let (access, max_depth) = (access.min(mark.access), max_depth.min(mark.max_depth));
                        (above, Granted { access, max_depth })
                    }
                    Some(_) | None => (above, *mark),
                });
            });
            let (_, nearest) = nearest.ok_or(Refused::Outside)?;
            if nearest.access < needed {
                return Err(Refused::Access { needed });
            }
            if act == Act::DeleteKey {
                let mut lesser = false;
                roots.below(parts, |mark| lesser |= mark.access < needed);
                if lesser {
                    return Err(Refused::Above);
                }
            }
            deepest = deepest.map(|deepest| deepest.min(nearest.max_depth));
        }
        deepest
    }
}

/// What the marks along a name come to.
#[derive(Debug, Default)]
struct Found {
    denied: bool,
    never: Option<&'static str>,
    ask: Option<&'static str>,
}

impl Found {
    /// Meets a mark on the key (`here`) or above it.
    fn met(&mut self, mark: &Mark, here: bool, act: Act<'_>) {
        match mark {
            Mark::Denied => self.denied = true,
            Mark::Guarded(of, answer) => {
                let holds = match (act, of) {
                    (Act::Read | Act::List { .. }, _) => false,
                    (_, Of::Tree) => true,
                    (_, Of::Values(_)) if !here => false,
                    (Act::DeleteKey, Of::Values(_)) => true,
                    (Act::Write(values) | Act::DeleteValues(values), Of::Values(known)) => match values {
                        Values::Unknown => true,
                        Values::Named(names) => names.iter().any(|name| is_one(name, known)),
                    },
                };
                if holds {
                    self.add(*answer);
                }
            }
        }
    }

    /// Meets a mark below a key that would be deleted.
    fn met_below(&mut self, mark: &Mark) {
        match mark {
            Mark::Denied => self.denied = true,
            Mark::Guarded(_, answer) => self.add(*answer),
        }
    }

    fn add(&mut self, answer: Answer) {
        match answer {
            Answer::Hide => self.denied = true,
            Answer::Deny(why) => self.never = self.never.or(Some(why)),
            Answer::Ask(why) => self.ask = self.ask.or(Some(why)),
        }
    }
}

/// Names that are known are of ASCII letters, to which nothing else folds.
fn is_one(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| name.eq_ignore_ascii_case(known))
}
