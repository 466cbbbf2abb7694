//! Waiting until a key or a value changes.

use std::time::{Duration, Instant};

use model::{Code, Fault, RegistryWaitRequest, registry::RegistryOutcome};
use policy::registry::Act;

use super::{
    About, Read, Rights,
    spot::Spot,
    work::{Opened, Work, shown, told},
};

/// How long a value is not looked at without being told of a change: one that comes between a look and the next wait is
/// told of by nobody.
const LOOK: Duration = Duration::from_millis(500);

/// What a wait compares.
#[derive(PartialEq)]
enum Seen {
    Value(Vec<Option<Read>>),
    Key(Vec<About>),
}

impl Work<'_> {
    pub(super) fn wait(&self, request: &RegistryWaitRequest) -> Result<RegistryOutcome, Fault> {
        let path = request.key.path.to_string();
        let spot = self.spot_named(self.names(0, &path)?, &path, Rights::Notify, Act::Read)?;
        let start = Instant::now();
        let until = self.deadline.min(start + Duration::from_millis(request.timeout_ms.into()));
        let before = self.seen(&spot, request.value.as_deref())?;
        loop {
            let slice = until.min(Instant::now() + LOOK);
            let told_of_it = self.told_of_change(&spot, slice)?;
            if request.value.is_none() && told_of_it || self.seen(&spot, request.value.as_deref())? != before
            {
                let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
                return Ok(RegistryOutcome::Waited { elapsed_ms });
            }
            if (self.cancelled)() {
                return Err(Fault::new(Code::Cancelled, "the call was cancelled"));
            }
            if Instant::now() >= until {
                let message = format!("nothing changed at `{}` within the time", shown(&path));
                return Err(Fault::new(Code::Timeout, message));
            }
        }
    }

    /// What there is to see; a key that has gone is a change like any other.
    fn seen(&self, spot: &Spot, value: Option<&str>) -> Result<Seen, Fault> {
        let most = self.guard.limits().value_bytes;
        let open = spot.open.iter();
        Ok(match value {
            Some(name) => {
                let read = |opened: &Opened| or_gone(opened.key.value(name, most), &spot.path);
                Seen::Value(open.map(read).collect::<Result<_, _>>()?)
            }
            None => {
                let about = |opened: &Opened| or_gone(opened.key.about().map(Some), &spot.path);
                let all: Vec<Option<About>> = open.map(about).collect::<Result<_, _>>()?;
                Seen::Key(all.into_iter().map(Option::unwrap_or_default).collect())
            }
        })
    }

    /// Blocks until the first key is said to have changed. Of a merge the other one is only looked at.
    fn told_of_change(&self, spot: &Spot, until: Instant) -> Result<bool, Fault> {
        let Some(opened) = spot.open.first() else { return Ok(true) };
        match opened.key.wait(until, self.cancelled) {
            Err(fault) if fault.code == Code::KeyNotFound => Ok(true),
            other => other.map_err(|fault| told(fault, &spot.path)),
        }
    }
}

/// What a key told, or nothing where it has gone.
fn or_gone<T>(told_of: Result<Option<T>, Fault>, path: &str) -> Result<Option<T>, Fault> {
    match told_of {
        Err(fault) if fault.code == Code::KeyNotFound => Ok(None),
        other => other.map_err(|fault| told(fault, path)),
    }
}
