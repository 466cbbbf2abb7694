//! Doing what was worked out. Where a step fails, what was done is put back.

use std::{cell::Cell, collections::HashSet};

use model::{Code, Fault, ValueToWrite, registry::RegistryKeyName};
use policy::registry::{Act, Refused, Values};

use super::{
    Like, Rights,
    change::{Plan, Step, What},
    draft::above,
    spot::below,
    work::{Below, Opened, Work, if_there, link, refusal, shown, told},
};

impl Plan<'_> {
    pub(super) fn run(&self, work: &Work<'_>) -> Result<(), Fault> {
        let begun = Cell::new(false);
        let done = self.steps.iter().try_for_each(|step| work.apply(step, &begun));
        let Err(mut fault) = done else { return Ok(()) };
        if begun.get() {
            match self.before.restore(work.port) {
                Ok(()) => fault.message.push_str("; what had been changed was put back"),
                Err(more) => {
                    let more =
                        format!("; of what had been changed not all could be put back: {}", more.message);
                    fault.message.push_str(&more);
                }
            }
        }
        Err(fault)
    }
}

impl Work<'_> {
    /// `begun` is set before the first thing that changes anything.
    fn apply(&self, step: &Step<'_>, begun: &Cell<bool>) -> Result<(), Fault> {
        self.step()?;
        self.policies.at(step.index);
        match &step.what {
            What::Write { values, delete } => self.write_values(step, values, delete, begun),
            What::Delete { keys } => {
                let act = Act::DeleteKey;
                let open = self.open(&step.name, Rights::Delete, act, &step.path)?;
                self.delete_tree(open, &step.path, keys, begun)
            }
        }
    }

    fn write_values(
        &self,
        Step { name, path, .. }: &Step<'_>,
        values: &[ValueToWrite],
        delete: &[&str],
        begun: &Cell<bool>,
    ) -> Result<(), Fault> {
        let open = self.open_or_create(name, path, begun)?;
        for value in values {
            self.step()?;
            begun.set(true);
            open.key.set(&value.name, &value.data.expose()).map_err(|fault| told(fault, path))?;
        }
        for value in delete {
            self.step()?;
            begun.set(true);
            open.key.delete_value(value).map_err(|fault| told(fault, path))?;
        }
        Ok(())
    }

    fn open_or_create(
        &self,
        name: &RegistryKeyName,
        path: &str,
        begun: &Cell<bool>,
    ) -> Result<Opened, Fault> {
        let act = Act::Write(Values::Named(&[]));
        if let Some(open) = if_there(self.open(name, Rights::Write, act, path))? {
            return Ok(open);
        }
        let parent = above(name, self).ok_or_else(|| refusal(Refused::Hive, path))?;
        let path_above = path.rsplit_once('\\').map_or(path, |(above, _)| above);
        // The key above may lie outside of every root: nothing is done to it but that it gets a subkey.
        let there =
            if_there(self.port.open(&parent, Rights::Write)).map_err(|fault| told(fault, path_above))?;
        let parent = match there {
            Some(key) if key.name().map_err(|fault| told(fault, path_above))? != parent => {
                return Err(link(path_above));
            }
            Some(key) => Opened { key, name: parent },
            None => self.open_or_create(&parent, path_above, begun)?,
        };
        let own = name.as_str().rsplit_once('\\').map_or("", |(_, own)| own);
        self.creatable(name, path)?;
        self.step()?;
        begun.set(true);
        let (key, _) = parent.key.create(own, &Like::default()).map_err(|fault| told(fault, path))?;
        self.checked(key, name, act, path)
    }

    /// Deletes a key with all below it, the lowest first; only what was found before.
    fn delete_tree(
        &self,
        open: Opened,
        path: &str,
        keys: &HashSet<String>,
        begun: &Cell<bool>,
    ) -> Result<(), Fault> {
        let mut subkeys = Vec::new();
        for index in 0.. {
            self.step()?;
            let Some(own) = open.key.subkey(index).map_err(|fault| told(fault, path))? else { break };
            subkeys.push(own);
        }
        for own in subkeys {
            let path_below = below(path, &own);
            let sub = Below::of(&open.name, own, self);
            // What was found has been judged.
            if !keys.contains(sub.name.folded()) {
                let message = format!("below `{}` a key has come since they were counted", shown(path));
                return Err(Fault::new(Code::ApprovalStale, message).hint("look again at what is there"));
            }
            let below = self.open_below(&open, &sub, Rights::Delete, Act::DeleteKey, &path_below)?;
            self.delete_tree(below, &path_below, keys, begun)?;
        }
        self.step()?;
        begun.set(true);
        open.key.delete().map_err(|fault| told(fault, path))
    }
}
