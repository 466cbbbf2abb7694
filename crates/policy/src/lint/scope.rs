//! What a policy's scope takes in.

use std::collections::{BTreeSet, HashSet};

use cedar_policy::{EntityUid, Policy, PrincipalConstraint, ResourceConstraint, Schema};
use model::Kind;

use crate::{
    BrokenPolicy,
    engine::admits,
    key,
    place::{self, PATH},
    request,
    service::{self, SERVICE, TASK},
};

/// Each kind of operation as Cedar's action, with its groups.
pub(super) struct Actions {
    kinds: Vec<(Kind, EntityUid, HashSet<EntityUid>)>,
    /// Being shown secrets, which is in no group.
    reveal: Option<EntityUid>,
}

impl Actions {
    pub(super) fn of(schema: &Schema) -> Result<Self, BrokenPolicy> {
        let reveal = schema.actions().find(|action| action.id().unescaped() == "reveal").cloned();
        Ok(Self { kinds: crate::engine::actions(schema)?, reveal })
    }
}

/// What a policy is about, before its conditions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scope {
    principal: PrincipalConstraint,
    /// The places of the kinds in [`Kind::ALL`].
    kinds: BTreeSet<usize>,
    /// Whether it is about being shown secrets.
    pub(super) reveals: bool,
    pub(super) resource: ResourceConstraint,
}

impl Scope {
    pub(super) fn of(policy: &Policy, actions: &Actions) -> Self {
        let admitted = actions.kinds.iter().enumerate();
        let admitted = admitted.filter(|(_, (_, action, groups))| admits(policy, action, groups));
        Self {
            principal: policy.principal_constraint(),
            kinds: admitted.map(|(place, _)| place).collect(),
            reveals: actions.reveal.as_ref().is_some_and(|reveal| admits(policy, reveal, &HashSet::new())),
            resource: canonical(policy.resource_constraint()),
        }
    }

    /// Whether everything that `other` is about is here too.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let principal = self.principal == PrincipalConstraint::Any || self.principal == other.principal;
        principal
            && (self.reveals || !other.reveals)
            && self.kinds.is_superset(&other.kinds)
            && covers(&self.resource, &other.resource)
    }

    /// Whether it is about every kind of operation.
    pub(super) fn has_every_kind(&self) -> bool {
        self.kinds.len() == Kind::ALL.len()
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.kinds.iter().any(|place| Kind::ALL.get(*place) == Some(&kind))
    }

    /// Whether it is about everything there is on the desktop.
    pub(super) fn has_every_resource(&self) -> bool {
        match &self.resource {
            ResourceConstraint::Any => true,
            ResourceConstraint::In(of) => type_of(of) == "Desktop",
            ResourceConstraint::Eq(_) | ResourceConstraint::Is(_) | ResourceConstraint::IsIn(..) => false,
        }
    }

    /// The hive of the registry that it is about as a whole.
    pub(super) fn hive(&self) -> Option<String> {
        match &self.resource {
            ResourceConstraint::In(of) | ResourceConstraint::IsIn(_, of)
                if type_of(of) == key::KEY && key::is_hive(of.id().unescaped()) =>
            {
                Some(of.id().unescaped().to_owned())
            }
            ResourceConstraint::Is(of) if of.basename() == key::KEY => Some("all of it".to_owned()),
            _ => None,
        }
    }

    /// The drive of which it is about all programs.
    pub(super) fn drive(&self) -> Option<String> {
        match &self.resource {
            ResourceConstraint::In(of) | ResourceConstraint::IsIn(_, of)
                if type_of(of) == PATH && place::is_drive(of.id().unescaped()) =>
            {
                Some(place::shown(of.id().unescaped()))
            }
            _ => None,
        }
    }

    /// The program, or the programs, that it is about as a whole, in words.
    pub(super) fn programs(&self) -> Option<String> {
        let ResourceConstraint::In(of) = &self.resource else { return None };
        let name = |id: &str| model::ui::escape(id, 80);
        match type_of(of).as_str() {
            "Process" => Some(format!("the program `{}`", name(of.id().unescaped()))),
            PATH => Some(format!("the programs in `{}`", name(&place::shown(of.id().unescaped())))),
            _ => None,
        }
    }
}

fn type_of(uid: &EntityUid) -> String {
    uid.type_name().to_string()
}

/// The same with folders, services and tasks in their one spelling; what is none is told elsewhere.
fn canonical(resource: ResourceConstraint) -> ResourceConstraint {
    let of = |uid: EntityUid| {
        let id = uid.id().unescaped();
        let id = match type_of(&uid).as_str() {
            PATH => place::id(id),
            SERVICE => service::service_id(id),
            TASK => service::task_id(id),
            _ => return uid,
        };
        id.map(|id| request::uid(uid.type_name(), &id)).unwrap_or(uid)
    };
    match resource {
        ResourceConstraint::In(one) => ResourceConstraint::In(of(one)),
        ResourceConstraint::IsIn(kind, one) => ResourceConstraint::IsIn(kind, of(one)),
        ResourceConstraint::Any | ResourceConstraint::Is(_) | ResourceConstraint::Eq(_) => resource,
    }
}

/// Whether a folder is, or holds, another one.
fn holds(folder: &EntityUid, other: &EntityUid) -> bool {
    let is_path = type_of(folder) == PATH && type_of(other) == PATH;
    is_path && place::above(other.id().unescaped()).any(|above| above == folder.id().unescaped())
}

fn covers(wide: &ResourceConstraint, narrow: &ResourceConstraint) -> bool {
    match (wide, narrow) {
        (ResourceConstraint::Any, _) => true,
        (ResourceConstraint::In(of), ResourceConstraint::Eq(one) | ResourceConstraint::IsIn(_, one)) => {
            of == one || holds(of, one)
        }
        (ResourceConstraint::In(of), ResourceConstraint::In(one)) => of == one || holds(of, one),
        (ResourceConstraint::IsIn(wide, of), ResourceConstraint::IsIn(narrow, one)) => {
            wide == narrow && (of == one || holds(of, one))
        }
        (ResourceConstraint::Is(of), ResourceConstraint::IsIn(one, _)) => of == one,
        (ResourceConstraint::Is(of), ResourceConstraint::Eq(one)) => of == one.type_name(),
        (wide, narrow) => wide == narrow,
    }
}
