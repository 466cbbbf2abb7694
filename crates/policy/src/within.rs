//! What a target lies in beside what it is: its program's folders, the service or task that a key belongs to.
//!
//! Untrusted: the paths and names in the facts.
//! Guarantees: what is not known is no reason to permit and none not to forbid: it is known of each thing that a policy names
//! whether the target lies in it, or may.
//! Does not: look at a thing that no loaded policy names.

use cedar_policy::{EntityTypeName, EntityUid};

use crate::{
    on_registry::KeyGiven,
    place::{self, PATH, Place},
    request::{Given, uid},
    service::{self, SERVICE, TASK},
    spoken::Spoken,
};

/// The types, parsed once.
#[derive(Debug)]
pub(crate) struct Things {
    path: EntityTypeName,
    service: EntityTypeName,
    task: EntityTypeName,
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
    Program(EntityTypeName, Place),
    Service(EntityUid),
}

impl Things {
    pub(crate) fn new() -> Option<Self> {
        let named = |name: &str| name.parse().ok();
        Some(Self { path: named(PATH)?, service: named(SERVICE)?, task: named(TASK)? })
    }

    /// Of what is named, what the target lies in.
    pub(crate) fn of(&self, given: &Given<'_>, spoken: &Spoken) -> Within {
        if !spoken.has_things() {
            return Within::default();
        }
        let mut within = match (given.key, given.program()) {
            (Some(key), _) => self.of_key(key),
            (None, Some(path)) => self.of_program(path),
            (None, None) => Within::default(),
        };
        within.certain.retain(|thing| spoken.has_thing(thing));
        within
    }

    fn of_program(&self, path: &str) -> Within {
        let place = Place::of(path);
        let certain = place.known().map(|id| uid(&self.path, id)).collect();
        let unsure = match place {
            Place::Whole(_) => Unsure::No,
            Place::Within(_) => Unsure::Program(self.path.clone(), place),
        };
        Within { certain, unsure }
    }

    fn of_key(&self, KeyGiven { name, machine, .. }: KeyGiven<'_>) -> Within {
        let service = service::service(name, machine).map(|id| uid(&self.service, &id));
        let tasks = service::tasks(name).map(|id| uid(&self.task, id));
        let perhaps = service::perhaps_service(name, machine).map(|id| uid(&self.service, &id));
        let unsure = perhaps.map_or(Unsure::No, Unsure::Service);
        Within { certain: service.into_iter().chain(tasks).collect(), unsure }
    }

    /// This thing and what it lies in itself.
    pub(crate) fn from(&self, thing: &EntityUid) -> Vec<EntityUid> {
        if *thing.type_name() == self.path {
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
            Unsure::Program(path, place) => {
                thing.type_name() == path && place.may_be_in(thing.id().unescaped())
            }
            Unsure::Service(service) => thing == service,
        }
    }
}
