//! Reading values, and what is known of a key.

use std::collections::HashSet;

use model::{
    Code, Fault, RegistryReadRequest,
    registry::{RegistryKeyInfo, RegistryOutcome, upcase},
};
use policy::registry::Act;

use super::{
    Rights,
    spot::{Names, Of, Spot},
    work::{Work, shown, told},
};

/// Bytes of data that one answer holds at most.
pub(super) const ANSWER_BYTES: u64 = 16 * 1024 * 1024;

impl Work<'_> {
    pub(super) fn read(&self, request: &RegistryReadRequest) -> Result<RegistryOutcome, Fault> {
        let path = request.key.path.to_string();
        let rights = if request.security { Rights::ReadSecurity } else { Rights::Read };
        let spot = self.spot_named(self.names(0, &path)?, &path, rights, Act::Read)?;
        let limits = self.guard.limits();
        let most = u64::from(limits.values);
        let asked = request.values.len() as u64;
        if asked > most {
            let message = format!(
                "{asked} values of `{}` are over the limit of {most} by {}",
                shown(&path),
                asked - most
            );
            return Err(Fault::new(Code::LimitExceeded, message));
        }
        let mut bytes = 0;
        let mut values = Vec::with_capacity(request.values.len());
        for name in &request.values {
            let value = self.value(&spot, name, request.expand)?.ok_or_else(|| no_value(&path, name))?;
            bytes += value.data.as_ref().map_or(0, |data| data.bytes.len() as u64);
            if bytes > ANSWER_BYTES {
                return Err(too_much(&path, bytes));
            }
            values.push(value);
        }
        let info =
            (request.info || request.security).then(|| self.info(&spot, request.security)).transpose()?;
        Ok(RegistryOutcome::Read { path, values, info })
    }

    /// What is known of a key; what may not be seen is in none of its numbers.
    fn info(&self, spot: &Spot, security: bool) -> Result<RegistryKeyInfo, Fault> {
        let most = self.guard.limits().values;
        let (mut subkeys, mut subkey_names) = (0_u32, Vec::new());
        let mut names = Names::new(spot, Of::Subkeys);
        while let Some(met) = names.next(self)? {
            if self.sub(spot, &met.name, Some(&met.place))?.is_some() {
                if subkeys < most {
                    subkey_names.push(met.name);
                }
                subkeys = subkeys.saturating_add(1);
            }
        }
        let about = spot.open.iter().map(|opened| opened.key.about());
        let about: Vec<_> = about.collect::<Result<_, _>>().map_err(|fault| told(fault, &spot.path))?;
        let values = match about.as_slice() {
            [one] => one.values,
            _ => self.count_values(spot)?,
        };
        Ok(RegistryKeyInfo {
            notes: self.notes(false),
            path: spot.path.clone(),
            subkeys,
            subkey_names,
            values,
            last_write_ms: about.iter().filter_map(|about| about.last_write_ms).max(),
            class: about.into_iter().find_map(|about| about.class),
            security: security.then(|| spot.open.first().and_then(|opened| opened.key.security())).flatten(),
        })
    }

    fn count_values(&self, spot: &Spot) -> Result<u32, Fault> {
        let mut all = HashSet::new();
        let mut names = Names::new(spot, Of::Values(0));
        while let Some(met) = names.next(self)? {
            all.insert(upcase(&met.name).into_owned());
        }
        Ok(u32::try_from(all.len()).unwrap_or(u32::MAX))
    }
}

pub(super) fn no_value(path: &str, name: &str) -> Fault {
    let message = if name.is_empty() {
        format!("`{}` has no default value", shown(path))
    } else {
        format!("`{}` has no value `{}`", shown(path), shown(name))
    };
    Fault::new(Code::ValueNotFound, message)
}

pub(super) fn too_much(path: &str, bytes: u64) -> Fault {
    let over = bytes - ANSWER_BYTES;
    let message =
        format!("the data of `{}` is over the limit of {ANSWER_BYTES} bytes by {over}", shown(path));
    Fault::new(Code::LimitExceeded, message).hint("ask for fewer values at once")
}
