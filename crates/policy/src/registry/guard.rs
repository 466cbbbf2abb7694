//! The rules, and how a key is judged by them.

use model::registry::{
    KeyNames, LINK_VALUE, Machine, RegistryKeyName, RegistryPath, ValueType, View, value_name,
};

use super::{
    Access, Refused, Root,
    never::{self, Answer, Of},
    tree::{Node, Part, Tree},
};

/// What the settings say of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Lists of roots, each of which has to permit a key: the person's and the machine's.
    pub roots: Vec<Vec<Root>>,
    /// Keys that are denied with all below them, beside those that always are.
    pub denied: Vec<RegistryPath>,
    /// How far a session goes, whatever its roots say.
    pub level: Access,
    /// How much one call may ask for.
    pub limits: Limits,
}

/// How much one call may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The rules on one machine.
#[derive(Debug)]
pub struct Guard {
    machine: Machine,
    roots: Vec<Tree<Granted>>,
    marked: Tree<Mark>,
    level: Access,
    limits: Limits,
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
        let mut marked = Tree::default();
        for path in &self.denied {
            for name in path.names(&machine, View::W64).iter() {
                marked.mark(name.kin(&machine).map(Part::Name), Mark::Denied);
            }
        }
        never::each(&mut |parts, of, answer| {
            let mark = match answer {
                Answer::Hide => Mark::Denied,
                Answer::Deny(_) | Answer::Ask(_) => Mark::Guarded(of, answer),
            };
            marked.mark(parts.iter().copied(), mark);
        });
        let tree = |roots: &Vec<Root>| {
            let mut tree = Tree::default();
            for root in roots {
                let granted = Granted { access: root.access, max_depth: root.max_depth };
                for name in root.path.names(&machine, View::W64).iter() {
                    tree.mark(name.parts().map(Part::Name), granted);
                }
            }
            tree
        };
        let roots = self.roots.iter().map(tree).collect();
        Guard { roots, marked, level: self.level, limits: self.limits, machine }
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

    /// Judges `act` on a key that may be any of `names`: each has to permit it.
    pub fn judge(&self, names: &KeyNames, act: Act<'_>) -> Judged {
        self.judge_each(|| names.iter(), act).unwrap_or_else(Judged::Refuse)
    }

    /// Judges `act` on a key of which the kernel has told the name.
    pub fn judge_key(&self, name: &RegistryKeyName, act: Act<'_>) -> Judged {
        self.judge_each(|| std::iter::once(name), act).unwrap_or_else(Judged::Refuse)
    }

    fn judge_each<'n, N: Iterator<Item = &'n RegistryKeyName>>(
        &self,
        names: impl Fn() -> N,
        act: Act<'_>,
    ) -> Result<Judged, Refused> {
        if let Some(Values::Named(values)) = act.values() {
            values.iter().try_for_each(|name| value_name(name))?;
        }
        let mut why = None;
        for name in names() {
            why = why.or(self.guarded(name, act)?);
        }
        let mut max_depth = self.limits.depth;
        for name in names() {
            max_depth = max_depth.min(self.granted(name, act)?);
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

    /// What is dangerous about it, if anything is.
    fn guarded(&self, name: &RegistryKeyName, act: Act<'_>) -> Result<Option<&'static str>, Refused> {
        let parts: Vec<&str> = name.kin(&self.machine).collect();
        let mut found = Found::default();
        let mut ends = Vec::new();
        self.marked.walk(&parts, &mut |node: &Node<Mark>, here| {
            node.marks.iter().for_each(|mark| found.met(mark, here, act));
            if here {
                ends.push(node);
            }
        });
        if found.denied {
            return Err(Refused::Denied);
        }
        if act == Act::DeleteKey {
            // `\REGISTRY\MACHINE\SOFTWARE`: two parts below the root are a hive.
            if name.parts().count() <= 2 {
                return Err(Refused::Hive);
            }
            ends.iter().for_each(|node| node.below(&mut |mark| found.met_below(mark)));
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
    fn granted(&self, name: &RegistryKeyName, act: Act<'_>) -> Result<u32, Refused> {
        let parts: Vec<&str> = name.parts().collect();
        let needed = act.needs();
        let mut deepest = Root::DEEPEST;
        for roots in &self.roots {
            let (mut granted, mut lesser) = (None, false);
            roots.walk(&parts, &mut |node: &Node<Granted>, here| {
                // Of two roots on one key the narrower counts.
                let access = node.marks.iter().map(|mark| mark.access).min();
                let depth = node.marks.iter().map(|mark| mark.max_depth).min();
                granted = access.zip(depth).or(granted);
                if here && act == Act::DeleteKey {
                    node.below(&mut |mark| lesser |= mark.access < needed);
                }
            });
            let (access, depth) = granted.ok_or(Refused::Outside)?;
            if access < needed {
                return Err(Refused::Access { needed });
            }
            if lesser {
                return Err(Refused::Above);
            }
            deepest = deepest.min(depth);
        }
        if self.roots.is_empty() { Err(Refused::Outside) } else { Ok(deepest) }
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
