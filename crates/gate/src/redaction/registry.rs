//! Values of the registry without secrets: of these the data is taken out, and of their names what is one.

use model::registry::{RegistryHit, RegistryOutcome, RegistryValue, ValueChange};
use policy::redact;

use super::Redaction;

impl Redaction<'_> {
    /// Everything that an outcome on the registry tells. What an export may not tell is left out where it is read, by
    /// [`Guard::shows`](crate::registry::Guard::shows), and a search does not find it.
    pub(super) fn registry(&self, outcome: &mut RegistryOutcome) {
        match outcome {
            RegistryOutcome::Read { values, .. } | RegistryOutcome::List { values, .. } => {
                values.iter_mut().for_each(|value| self.value(value));
            }
            RegistryOutcome::Found { hits, .. } => {
                hits.iter_mut()
                    .filter_map(|RegistryHit { value, .. }| value.as_mut())
                    .for_each(|value| self.value(value));
            }
            RegistryOutcome::Changed { values, .. } => {
                values.iter_mut().for_each(|change| self.change(change))
            }
            RegistryOutcome::Exported { .. } | RegistryOutcome::Waited { .. } => {}
        }
    }

    fn value(&self, value: &mut RegistryValue) {
        let RegistryValue { name, data, expanded } = value;
        let in_data = data.as_ref().is_some_and(|data| redact::value(name, data));
        let in_text = expanded.as_ref().is_some_and(|text| redact::field(name, text).is_some());
        if (in_data || in_text) && !self.reveals() {
            (*data, *expanded) = (None, None);
            *name = redact::text(name).into_owned();
        }
    }

    /// Of a change that concerns a secret neither side is shown.
    fn change(&self, change: &mut ValueChange) {
        let ValueChange { name, before, after, .. } = change;
        let secret = [&before, &after]
            .into_iter()
            .any(|data| data.as_ref().is_some_and(|data| redact::value(name, data)));
        if secret && !self.reveals() {
            (*before, *after) = (None, None);
            *name = redact::text(name).into_owned();
        }
    }
}
