//! What a target lies in beside what it is: its program's folders, the service or task that a key belongs to; and which program it may be,
//! in which groups, where its path does not tell.
//!
//! Untrusted: the paths and names in the facts.
//! Guarantees: what is not known is no reason to permit and none not to forbid: it is known of each thing that a policy names
//! whether the target lies in it, or may.
//! Does not: look at a thing that no loaded policy names.

use std::collections::HashSet;

use cedar_policy::{EntityTypeName, EntityUid};
use model::paths;

use crate::{
    groups::Groups,
    on_registry::KeyGiven,
    place::{self, PATH, Place},
    request::{Given, PROCESS, uid},
    service::{self, SERVICE, TASK},
    spoken::Spoken,
};

/// The types, parsed once.
#[derive(Debug)]
pub(crate) struct Things {
    path: EntityTypeName,
    service: EntityTypeName,
    task: EntityTypeName,
    process: EntityTypeName,
}

/// What a target lies in.
#[derive(Debug, Default)]
pub(crate) struct Within {
    certain: Vec<EntityUid>,
    unsure: Unsure,
}

/// What it may lie in besides.
#[derive(Debug, Default)]
enum Unsure {
    #[default]
    No,
    Program(Box<Perhaps>),
    Service(EntityUid),
}

/// A program whose path does not tell all of it.
#[derive(Debug)]
struct Perhaps {
    path: EntityTypeName,
    process: EntityTypeName,
    place: Place,
    /// The name of its file, where the path tells that.
    file: Option<String>,
    /// The groups of the programs that it may be.
    groups: HashSet<EntityUid>,
}

impl Things {
    pub(crate) fn new() -> Option<Self> {
        let named = |name: &str| name.parse().ok();
        Some(Self {
            path: named(PATH)?,
            service: named(SERVICE)?,
            task: named(TASK)?,
            process: named(PROCESS)?,
        })
    }

    /// Of what is named, what the target lies in.
    pub(crate) fn of(&self, given: &Given<'_>, spoken: &Spoken, groups: &Groups) -> Within {
        if !spoken.has_things() {
            return Within::default();
        }
        let mut within = match (given.key, given.program()) {
            (Some(key), _) => self.of_key(key),
            (None, Some(path)) => self.of_program(path, groups),
            (None, None) => Within::default(),
        };
        within.certain.retain(|thing| spoken.has_thing(thing));
        within
    }

    fn of_program(&self, path: &str, groups: &Groups) -> Within {
        let place = Place::of(path);
        let certain = place.known().map(|id| uid(&self.path, id)).collect();
        let unsure = match place {
            Place::Whole(_) => Unsure::No,
            Place::Within(_) => Unsure::Program(Box::new(self.perhaps(path, place, groups))),
        };
        Within { certain, unsure }
    }

    fn perhaps(&self, path: &str, place: Place, groups: &Groups) -> Perhaps {
        let (folders, process) = (self.path.clone(), self.process.clone());
        let mut perhaps =
            Perhaps { path: folders, process, place, file: file_of(path), groups: HashSet::new() };
        let programs = groups.programs().filter(|(program, _)| perhaps.may_be(program));
        perhaps.groups = programs.flat_map(|(_, groups)| groups).cloned().collect();
        perhaps
    }

    fn of_key(&self, KeyGiven { name, machine, .. }: KeyGiven<'_>) -> Within {
        let service = service::service(name, machine).map(|id| uid(&self.service, &id));
        let tasks = service::tasks(name).map(|id| uid(&self.task, id));
        let perhaps = service::perhaps_service(name, machine).map(|id| uid(&self.service, &id));
        let unsure = perhaps.map_or(Unsure::No, Unsure::Service);
        Within { certain: service.into_iter().chain(tasks).collect(), unsure }
    }

    /// The path of a thing that is a program.
    pub(crate) fn program<'a>(&self, thing: &'a EntityUid) -> Option<&'a str> {
        (*thing.type_name() == self.process).then(|| thing.id().unescaped())
    }

    /// This thing and what it lies in itself; of a program its folders.
    pub(crate) fn from(&self, thing: &EntityUid) -> Vec<EntityUid> {
        if *thing.type_name() == self.path || *thing.type_name() == self.process {
            return place::above(thing.id().unescaped()).map(|id| uid(&self.path, id)).collect();
        }
        vec![thing.clone()]
    }
}

impl Within {
    /// What it lies in for certain.
    pub(crate) fn certain(&self) -> &[EntityUid] {
        &self.certain
    }

    /// Whether it is not known of everything whether it lies in it.
    pub(crate) const fn is_unsure(&self) -> bool {
        !matches!(self.unsure, Unsure::No)
    }

    /// Whether it may lie in this thing, of which that is not known.
    pub(crate) fn may_be_in(&self, thing: &EntityUid) -> bool {
        match &self.unsure {
            Unsure::No => false,
            Unsure::Program(perhaps) => perhaps.may_be_in(thing),
            Unsure::Service(service) => thing == service,
        }
    }
}

impl Perhaps {
    /// Whether it may be the program at this path, which is known.
    fn may_be(&self, program: &str) -> bool {
        let is_called = |file: &String| program.rsplit_once('\\').is_some_and(|(_, last)| last == file);
        self.place.may_be_in(program) && self.file.as_ref().is_none_or(is_called)
    }

    fn may_be_in(&self, thing: &EntityUid) -> bool {
        let kind = thing.type_name();
        kind == &self.path && self.place.may_be_in(thing.id().unescaped())
            || kind == &self.process && self.may_be(thing.id().unescaped())
            || self.groups.contains(thing)
    }
}

/// The name of a program's file, in the form in which paths are compared; nothing where the path does not end in one that says what it
/// seems to say.
fn file_of(path: &str) -> Option<String> {
    let last = path.rsplit(['\\', '/']).next().filter(|last| !last.is_empty())?;
    let is_plain = !paths::is_short(last) && !last.contains(':') && paths::refuse_misleading(last).is_ok();
    is_plain.then(|| paths::folded(last))
}
