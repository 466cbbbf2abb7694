//! Listing subkeys and values, part by part.

use model::{
    Code, Fault, RegistryListRequest,
    registry::{RegistryOutcome, RegistryValue},
};
use policy::registry::Act;

use super::{
    cursor::{Cursor, Place},
    read::{ANSWER_BYTES, too_much},
    spot::{Met, Names, Of, Spot},
    work::{Work, joined, shown},
};

/// How many entries over the limit are counted, to say how many there are.
const COUNTED: u32 = 10_000;

/// Whether a walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Full,
}

/// One part of the answer.
struct Page<'r> {
    request: &'r RegistryListRequest,
    limit: u32,
    keys: Vec<String>,
    values: Vec<RegistryValue>,
    bytes: u64,
    /// Entries beyond the limit, where all were wanted.
    over: u32,
    /// Where the last entry was.
    last: Cursor,
}

impl Page<'_> {
    /// Whether there is room for one more.
    fn room(&mut self) -> Option<Flow> {
        let held = self.keys.len() + self.values.len();
        if u32::try_from(held).is_ok_and(|held| held < self.limit) {
            return None;
        }
        if !self.request.whole {
            return Some(Flow::Full);
        }
        self.over += 1;
        Some(if self.over < COUNTED { Flow::On } else { Flow::Full })
    }
}

impl Work<'_> {
    pub(super) fn list(&self, request: &RegistryListRequest) -> Result<RegistryOutcome, Fault> {
        let spot = self.spot(0, &request.key, Act::List { depth: request.depth.into() })?;
        let cursor = Cursor::read(request.cursor.as_deref())?;
        let limits = self.guard.limits();
        let mut page = Page {
            request,
            limit: request.limit.clamp(1, limits.values),
            keys: Vec::new(),
            values: Vec::new(),
            bytes: 0,
            over: 0,
            last: cursor.clone(),
        };
        let mut flow = Flow::On;
        if request.keys && cursor.value.is_none() {
            flow = self.list_keys(&spot, "", request.depth, &cursor.path, &mut Vec::new(), &mut page)?;
        }
        if request.values && flow == Flow::On {
            flow = self.list_values(&spot, cursor.value.unwrap_or_default(), &mut page)?;
        }
        if page.over > 0 {
            let (limit, over) = (page.limit, page.over);
            let least = if flow == Flow::Full { "at least " } else { "" };
            let message = format!(
                "what `{}` holds is over the limit of {limit} entries by {least}{over}",
                shown(&spot.path)
            );
            return Err(Fault::new(Code::LimitExceeded, message));
        }
        let cursor = (flow == Flow::Full).then(|| page.last.write(self.guard));
        let notes = self.notes(false);
        Ok(RegistryOutcome::List { path: spot.path, keys: page.keys, values: page.values, cursor, notes })
    }

    /// Subkeys and what lies below them, `depth` levels deep; `resume` is the way to the last one that was given.
    fn list_keys(
        &self,
        spot: &Spot,
        above: &str,
        depth: u32,
        resume: &[Place],
        way: &mut Vec<Place>,
        page: &mut Page<'_>,
    ) -> Result<Flow, Fault> {
        let mut names = Names::new(spot, Of::Subkeys);
        if let Some((place, rest)) = resume.split_first()
            && let Some(own) = names.seek(place, self)?
            && let Some(sub) = self.sub(spot, &own, Some(place))?
            && depth > 1
        {
            let below = joined(above, &own);
            let depth = (depth - 1).min(sub.max_depth);
            way.push(place.clone());
            if sub.is_here()
                && let Some(spot) = self.enter(spot, &sub)?
                && self.list_keys(&spot, &below, depth, rest, way, page)? == Flow::Full
            {
                return Ok(Flow::Full);
            }
            way.pop();
        }
        while let Some(Met { name, place, .. }) = names.next(self)? {
            let Some(sub) = self.sub(spot, &name, Some(&place))? else { continue };
            match page.room() {
                Some(Flow::Full) => return Ok(Flow::Full),
                Some(Flow::On) => {}
                None => page.keys.push(joined(above, &name)),
            }
            way.push(place);
            page.last = Cursor { path: way.clone(), value: None };
            if depth > 1
                && sub.is_here()
                && let Some(spot) = self.enter(spot, &sub)?
            {
                let depth = (depth - 1).min(sub.max_depth);
                if self.list_keys(&spot, &joined(above, &name), depth, &[], way, page)? == Flow::Full {
                    return Ok(Flow::Full);
                }
            }
            way.pop();
        }
        Ok(Flow::On)
    }

    fn list_values(&self, spot: &Spot, from: Place, page: &mut Page<'_>) -> Result<Flow, Fault> {
        let most = self.guard.limits().value_bytes;
        let mut names = Names::new(spot, Of::Values(self.most_bytes()));
        names.seek(&from, self)?;
        page.last = Cursor { path: Vec::new(), value: Some(from) };
        while let Some(Met { name, read, place }) = names.next(self)? {
            match page.room() {
                Some(Flow::Full) => return Ok(Flow::Full),
                Some(Flow::On) => continue,
                None => {}
            }
            let Some(read) = read else { continue };
            let value = self.whole(spot, &name, read, page.request.expand)?;
            page.bytes += value.data.as_ref().map_or(0, |data| data.bytes.len() as u64);
            if page.bytes > ANSWER_BYTES {
                return Err(too_much(&spot.path, page.bytes));
            }
            // A part ends early rather than grow by one large value after the other.
            if !page.request.whole && page.bytes > most && !page.values.is_empty() {
                return Ok(Flow::Full);
            }
            page.values.push(value);
            page.last.value = Some(place);
        }
        Ok(Flow::On)
    }
}
