//! A change: what it comes to, worked out before anything is done.

use std::collections::HashSet;

use model::{
    Code, Deleted, Fault, KeyChange, Operation, RegistryDeleteRequest, RegistryKey, ValueToWrite,
    registry::{RegistryKeyName, RegistryOutcome},
};
use policy::registry::{Act, Values};

use super::{
    Before, Rights,
    draft::Draft,
    read::no_value,
    work::{Work, if_there, shown, told},
};

/// What is to be done, what was found, and what it comes to.
pub(super) struct Plan<'a> {
    pub(super) steps: Vec<Step<'a>>,
    pub(super) before: Before,
    pub(super) changed: RegistryOutcome,
}

/// One key to change.
pub(super) struct Step<'a> {
    /// Which of the operation's keys it is.
    pub(super) index: usize,
    pub(super) name: RegistryKeyName,
    pub(super) path: String,
    pub(super) what: What<'a>,
}

pub(super) enum What<'a> {
    /// These values are written in a key that is created where it is not there, then those are deleted.
    Write { values: &'a [ValueToWrite], delete: Vec<&'a str> },
    /// It is deleted with keys of these names, in upper case.
    Delete { keys: HashSet<String> },
}

impl<'a> Plan<'a> {
    /// Works it out, only reading.
    pub(super) fn of(work: &'a Work<'_>) -> Result<Self, Fault> {
        let mut draft = Draft::new(work);
        let mut steps = Vec::new();
        match work.operation {
            Operation::RegistryWrite(request) => {
                let key = work.write_to(0, &request.key, &request.values, &[], &draft)?;
                if !request.create_key && !draft.exists(&key.0, &key.1)? {
                    return Err(told(Fault::new(Code::KeyNotFound, ""), &key.1));
                }
                steps.push(draft.write(key, &request.values, Vec::new())?);
            }
            Operation::RegistryImport(request) => {
                for (index, (key, change)) in request.changes.iter().enumerate() {
                    work.step()?;
                    work.policies.at(index);
                    match change {
                        KeyChange::Write { values, delete } => {
                            let key = work.write_to(index, key, values, delete, &draft)?;
                            let delete = delete.iter().map(String::as_str).collect();
                            steps.push(draft.write(key, values, delete)?);
                        }
                        KeyChange::Delete => {
                            let (name, path) = work.target(index, key, &[Act::DeleteKey], &draft)?;
                            if draft.exists(&name, &path)? {
                                steps.push(draft.delete((name, path))?);
                            }
                        }
                    }
                }
            }
            Operation::RegistryDelete(request) => work.delete(request, &mut draft, &mut steps)?,
            _ => {
                let message = format!("`{}` changes nothing in the registry", work.operation.kind());
                return Err(Fault::new(Code::NotSupportedByTarget, message));
            }
        }
        let (before, changed) = draft.end();
        Ok(Self { steps, before, changed })
    }
}

impl<'w> Work<'w> {
    /// The one key that a change of `key` changes: of the merge of classes the user's where it is there, else the machine's.
    fn target(
        &self,
        index: usize,
        key: &RegistryKey,
        acts: &[Act<'_>],
        draft: &Draft<'_>,
    ) -> Result<(RegistryKeyName, String), Fault> {
        let path = key.path.to_string();
        let names = self.names(index, &path)?;
        for name in &names {
            acts.iter().try_for_each(|act| self.permitted(name, *act, &path))?;
        }
        for name in &names {
            if draft.exists(name, &path)? {
                return Ok((name.clone(), path));
            }
        }
        let last = names.into_iter().next_back();
        Ok((last.ok_or_else(|| told(Fault::new(Code::KeyNotFound, ""), &path))?, path))
    }

    fn write_to(
        &self,
        index: usize,
        key: &RegistryKey,
        values: &[ValueToWrite],
        delete: &[String],
        draft: &Draft<'_>,
    ) -> Result<(RegistryKeyName, String), Fault> {
        let written: Vec<&str> = values.iter().map(|value| value.name.as_str()).collect();
        let deleted: Vec<&str> = delete.iter().map(String::as_str).collect();
        let acts = [Act::Write(Values::Named(&written)), Act::DeleteValues(Values::Named(&deleted))];
        let acts = acts.get(..if delete.is_empty() { 1 } else { 2 }).unwrap_or_default();
        self.target(index, key, acts, draft)
    }

    fn delete(
        &'w self,
        request: &'w RegistryDeleteRequest,
        draft: &mut Draft<'w>,
        steps: &mut Vec<Step<'w>>,
    ) -> Result<(), Fault> {
        match &request.what {
            Deleted::Values(names) => self.delete_values(&request.key, names, draft, steps),
            Deleted::Key { recursive, keys } => {
                let (name, path) = self.target(0, &request.key, &[Act::DeleteKey], draft)?;
                if !draft.exists(&name, &path)? {
                    return Err(told(Fault::new(Code::KeyNotFound, ""), &path));
                }
                let step = draft.delete((name, path))?;
                let What::Delete { keys: there } = &step.what else { return Ok(()) };
                let (shown, there) = (shown(&step.path), there.len());
                if !recursive && there > 1 {
                    let below = there - 1;
                    let message = format!(
                        "`{shown}` has {below} keys below it, and is not deleted without `recursive`"
                    );
                    let hint = format!("`recursive: true` with `keys: {there}` deletes it with them");
                    return Err(Fault::new(Code::InvalidArgument, message).hint(hint));
                }
                if let Some(keys) = keys
                    && usize::try_from(*keys) != Ok(there)
                {
                    let message = format!("`keys` is {keys}, but with `{shown}` {there} would be deleted");
                    return Err(
                        Fault::new(Code::InvalidArgument, message).hint("look again at what is there")
                    );
                }
                steps.push(step);
                Ok(())
            }
        }
    }

    /// Each value is deleted where it is: in a merge the user's hides the machine's.
    fn delete_values(
        &'w self,
        key: &RegistryKey,
        values: &'w [String],
        draft: &mut Draft<'w>,
        steps: &mut Vec<Step<'w>>,
    ) -> Result<(), Fault> {
        let path = key.path.to_string();
        let deleted: Vec<&str> = values.iter().map(String::as_str).collect();
        let act = Act::DeleteValues(Values::Named(&deleted));
        let names = self.names(0, &path)?;
        names.iter().try_for_each(|name| self.permitted(name, act, &path))?;
        let mut left = deleted.clone();
        let mut found = false;
        for name in names {
            let Some(open) = if_there(self.open(&name, Rights::Read, act, &path))? else { continue };
            found = true;
            let mut here = Vec::new();
            for value in std::mem::take(&mut left) {
                let held = open.key.value(value, 0).map_err(|fault| told(fault, &path))?.is_some();
                if held { &mut here } else { &mut left }.push(value);
            }
            if !here.is_empty() {
                steps.push(draft.write((name, path.clone()), &[], here)?);
            }
        }
        match left.first() {
            _ if !found => Err(told(Fault::new(Code::KeyNotFound, ""), &path)),
            Some(missing) => Err(no_value(&path, missing)),
            None => Ok(()),
        }
    }
}
