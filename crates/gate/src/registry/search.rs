//! Searching below a key, with a budget of keys.

use model::{
    Code, Fault, RegistrySearchRequest, SearchFor,
    registry::{RegistryData, RegistryHit, RegistryOutcome, RegistryPath, RegistryValue, ValueType, upcase},
};
use policy::registry::{Act, Guard, Judged};

use super::{
    Read, Rights, Said,
    cursor::{Cursor, Place},
    read::{ANSWER_BYTES, too_much},
    spot::{Met, Names, Of, Spot, Sub},
    work::{Work, if_there, shown},
};

/// Where the server of a class stands, below the class, the library first.
const SERVERS: [&str; 2] = ["InprocServer32", "LocalServer32"];

/// Whether a walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Full,
}

/// What is compared, in upper case.
enum Sought {
    Text { text: String, keys: bool, names: bool, data: bool },
    Type(ValueType),
}

impl Sought {
    fn has_key(&self, name: &str) -> bool {
        matches!(self, Self::Text { text, keys: true, .. } if upcase(name).contains(&**text))
    }

    const fn wants_values(&self) -> bool {
        match self {
            Self::Text { names, data, .. } => *names || *data,
            Self::Type(_) => true,
        }
    }

    /// What stands in a secret is not found: else it could be guessed, character by character.
    fn has_value(&self, name: &str, held: &RegistryData, guard: &Guard) -> bool {
        match self {
            Self::Text { text, names, data, .. } => {
                let is_in = |where_: &str| upcase(where_).contains(&**text);
                let in_data = || {
                    let whole = held.as_text().is_some_and(|held| is_in(&held));
                    whole || held.as_texts().is_some_and(|held| held.iter().any(|item| is_in(item)))
                };
                *names && is_in(name) && guard.shows_name(name)
                    || *data && in_data() && guard.shows(name, held)
            }
            Self::Type(kind) => held.kind == *kind,
        }
    }
}

/// What was found so far.
struct Found<'r> {
    request: &'r RegistrySearchRequest,
    hits: Vec<RegistryHit>,
    bytes: u64,
    keys: u32,
    last: Cursor,
    /// Whether keys lie deeper than the walk may go.
    deeper: bool,
}

impl Found<'_> {
    /// A part ends early rather than grow by one large value after the other.
    fn is_full(&self, most_bytes: u64) -> bool {
        self.has_all() || self.bytes > most_bytes && !self.is_in_one()
    }

    const fn has_all(&self) -> bool {
        self.hits.len() >= self.request.limit as usize
    }

    /// Whether there is no next part.
    const fn is_in_one(&self) -> bool {
        matches!(self.request.sought, SearchFor::LibraryFor(_))
    }

    fn hit(&mut self, path: &str, value: Option<RegistryValue>, clsid: Option<&str>) {
        let data = value.as_ref().and_then(|value| value.data.as_ref());
        self.bytes += data.map_or(0, |data| data.bytes.len() as u64);
        self.hits.push(RegistryHit { path: path.to_owned(), value, clsid: clsid.map(str::to_owned) });
    }
}

impl Work<'_> {
    pub(super) fn search(&self, request: &RegistrySearchRequest) -> Result<RegistryOutcome, Fault> {
        let spot = self.spot(0, &request.key, Act::Read)?;
        let cursor = Cursor::read(request.cursor.as_deref())?;
        let mut found =
            Found { request, hits: Vec::new(), bytes: 0, keys: 0, last: cursor.clone(), deeper: false };
        let flow = match &request.sought {
            SearchFor::Text { text, keys, names, data } => {
                let text = upcase(text).into_owned();
                let sought = Sought::Text { text, keys: *keys, names: *names, data: *data };
                self.search_from(&spot, &sought, &cursor, &mut found)
            }
            SearchFor::Type(kind) => self.search_from(&spot, &Sought::Type(*kind), &cursor, &mut found),
            SearchFor::ClsidFor(text) => {
                self.search_classes(&spot, &upcase(text), &SERVERS, cursor.path.first(), &mut found)
            }
            SearchFor::LibraryFor(text) => {
                let libraries = SERVERS.get(..1).unwrap_or_default();
                self.search_classes(&spot, &upcase(text), libraries, None, &mut found)
            }
        }?;
        if flow == Flow::Full && found.is_in_one() && !found.has_all() {
            let (path, keys) = (shown(&spot.path), found.keys);
            let message = format!("classes below `{path}` are over the limit of {keys} keys for a search");
            return Err(Fault::new(Code::LimitExceeded, message));
        }
        let cursor = (flow == Flow::Full).then(|| found.last.write(self.guard));
        let notes = self.notes(found.deeper);
        Ok(RegistryOutcome::Found { hits: found.hits, keys: found.keys, cursor, notes })
    }

    fn search_from(
        &self,
        spot: &Spot,
        sought: &Sought,
        cursor: &Cursor,
        found: &mut Found<'_>,
    ) -> Result<Flow, Fault> {
        let depth = self.depth_below(spot);
        if found.request.cursor.is_none() {
            found.keys = 1;
        }
        let begin = cursor.path.is_empty() && (found.request.cursor.is_none() || cursor.value.is_some());
        let from = cursor.value.clone().unwrap_or_default();
        if begin && self.search_values(spot, sought, from, &[], found)? == Flow::Full {
            return Ok(Flow::Full);
        }
        self.search_below(spot, sought, depth, cursor, 0, &mut Vec::new(), found)
    }

    /// Levels that a walk from here may have.
    fn depth_below(&self, spot: &Spot) -> u32 {
        let each = spot.open.iter().map(|opened| match self.guard.judge_key(&opened.name, Act::Read) {
            Judged::Allow { max_depth } => max_depth,
            Judged::Ask { .. } | Judged::Refuse(_) => 0,
        });
        each.min().unwrap_or_default()
    }

    #[expect(clippy::too_many_arguments, reason = "where the walk is, and what it brings")]
    fn search_below(
        &self,
        spot: &Spot,
        sought: &Sought,
        depth: u32,
        cursor: &Cursor,
        level: usize,
        way: &mut Vec<Place>,
        found: &mut Found<'_>,
    ) -> Result<Flow, Fault> {
        if depth == 0 {
            found.deeper |= self.has_subkeys(spot)?;
            return Ok(Flow::On);
        }
        let mut names = Names::new(spot, Of::Subkeys);
        if let Some(place) = cursor.path.get(level)
            && let Some(own) = names.seek(place, self)?
            && let Some(sub) = self.sub(spot, &own, Some(place))?
            && sub.is_here()
            && let Some(spot) = self.enter(spot, &sub)?
        {
            way.push(place.clone());
            let is_last = level + 1 == cursor.path.len();
            if is_last
                && let Some(from) = &cursor.value
                && self.search_values(&spot, sought, from.clone(), way, found)? == Flow::Full
            {
                return Ok(Flow::Full);
            }
            let depth = (depth - 1).min(sub.max_depth);
            if self.search_below(&spot, sought, depth, cursor, level + 1, way, found)? == Flow::Full {
                return Ok(Flow::Full);
            }
            way.pop();
        }
        while let Some(Met { name, place, .. }) = names.next(self)? {
            let Some(sub) = self.sub(spot, &name, Some(&place))? else { continue };
            if found.keys >= found.request.max_keys || found.is_full(self.guard.limits().value_bytes) {
                return Ok(Flow::Full);
            }
            way.push(place);
            if self.search_key(spot, &sub, sought, depth, way, found)? == Flow::Full {
                return Ok(Flow::Full);
            }
            way.pop();
        }
        Ok(Flow::On)
    }

    /// Whether anything lies below a key that may be seen: what may not is not told of.
    fn has_subkeys(&self, spot: &Spot) -> Result<bool, Fault> {
        let mut names = Names::new(spot, Of::Subkeys);
        while let Some(Met { name, place, .. }) = names.next(self)? {
            if self.sub(spot, &name, Some(&place))?.is_some_and(|sub| sub.is_here()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One key and all below it.
    fn search_key(
        &self,
        above: &Spot,
        sub: &Sub,
        sought: &Sought,
        depth: u32,
        way: &mut Vec<Place>,
        found: &mut Found<'_>,
    ) -> Result<Flow, Fault> {
        found.keys += 1;
        found.last = Cursor { path: way.clone(), value: None };
        if sought.has_key(&sub.own) {
            found.hit(&sub.path(above), None, None);
        }
        if !sub.is_here() {
            return Ok(Flow::On);
        }
        let Some(spot) = self.enter(above, sub)? else { return Ok(Flow::On) };
        if self.search_values(&spot, sought, Place::default(), way, found)? == Flow::Full {
            return Ok(Flow::Full);
        }
        let depth = (depth - 1).min(sub.max_depth);
        let none = Cursor::default();
        self.search_below(&spot, sought, depth, &none, way.len(), way, found)
    }

    fn search_values(
        &self,
        spot: &Spot,
        sought: &Sought,
        from: Place,
        way: &[Place],
        found: &mut Found<'_>,
    ) -> Result<Flow, Fault> {
        if !sought.wants_values() {
            return Ok(Flow::On);
        }
        let most = self.guard.limits().value_bytes;
        let mut names = Names::new(spot, Of::Values(most));
        names.seek(&from, self)?;
        let mut last = from;
        while let Some(Met { name, read, place }) = names.next(self)? {
            // What is too large to be read is not found either.
            if let Some(Read::Whole(data)) = read
                && sought.has_value(&name, &data, self.guard)
            {
                if found.is_full(most) {
                    found.last = Cursor { path: way.to_vec(), value: Some(last) };
                    return Ok(Flow::Full);
                }
                let value = RegistryValue { name, data: Some(data), expanded: None };
                found.hit(&spot.path, Some(value), None);
            }
            last = place;
        }
        found.last = Cursor { path: way.to_vec(), value: None };
        Ok(Flow::On)
    }

    /// Classes of COM of which one of these servers is called like `text`; of one class each is a hit.
    fn search_classes(
        &self,
        spot: &Spot,
        text: &str,
        servers: &[&str],
        from: Option<&Place>,
        found: &mut Found<'_>,
    ) -> Result<Flow, Fault> {
        let Some(classes) = self.classes(spot, found.request)? else { return Ok(Flow::On) };
        let mut names = Names::new(&classes, Of::Subkeys);
        if let Some(place) = from {
            names.seek(place, self)?;
        }
        while let Some(Met { name, place, .. }) = names.next(self)? {
            let Some(sub) = self.sub(&classes, &name, Some(&place))? else { continue };
            if found.keys >= found.request.max_keys || found.is_full(self.guard.limits().value_bytes) {
                return Ok(Flow::Full);
            }
            found.keys += 1;
            found.last = Cursor { path: vec![place], value: None };
            let Some(class) = self.enter(&classes, &sub)? else { continue };
            for server in servers {
                let Some(sub) = self.sub(&class, server, None)? else { continue };
                let Some(spot) = self.enter(&class, &sub)? else { continue };
                let most = self.guard.limits().value_bytes;
                let mut value = None;
                for opened in &spot.open {
                    value = value.or(opened.key.value("", most)?);
                }
                let Some(Read::Whole(data)) = value else { continue };
                let called = data.as_text().unwrap_or_default();
                if !called.is_empty() && upcase(&called).contains(text) {
                    let value = RegistryValue { name: String::new(), data: Some(data), expanded: None };
                    found.hit(&spot.path, Some(value), Some(&name));
                    if found.bytes > ANSWER_BYTES {
                        return Err(too_much(&spot.path, found.bytes));
                    }
                }
            }
        }
        Ok(Flow::On)
    }

    /// The key `CLSID` as the view of the call has it.
    fn classes(&self, spot: &Spot, request: &RegistrySearchRequest) -> Result<Option<Spot>, Fault> {
        let path = super::spot::below(&spot.path, "CLSID");
        let Ok(parsed) = RegistryPath::parse(&path) else { return Ok(None) };
        let names = parsed.names(self.guard.machine(), request.key.view);
        let mut names: Vec<_> = names.iter().cloned().collect();
        names.reverse();
        for name in &names {
            match self.word(name, || Ok(Vec::new()))? {
                Said::Yes => {}
                Said::Asks => {
                    self.policies.note(&spot.path);
                    return Ok(None);
                }
                Said::No { .. } => return Ok(None),
            }
        }
        if_there(self.spot_named(names, &path, Rights::Read, Act::Read))
    }
}
