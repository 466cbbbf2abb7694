//! Finding one element: by its key, by a point, by the keyboard.

use model::{
    Fault, Point, TreeLimits,
    ui::{ElementId, Node},
};
use windows::Win32::{
    Foundation::POINT,
    System::{
        Com::SAFEARRAY,
        Ole::SafeArrayCreateVector,
        Variant::{VARENUM, VARIANT, VT_ARRAY, VT_I4},
    },
    UI::{
        Accessibility::{IUIAutomationElement, TreeScope_Subtree, UIA_RuntimeIdPropertyId},
        WindowsAndMessaging::{GA_ROOT, GA_ROOTOWNER, GetAncestor},
    },
};

use super::{
    Uia,
    automation::Client,
    failure::Failure,
    held::Held,
    properties::Properties,
    tree::{self, Way},
};
use crate::{input::handle, source::Job};

/// Where nothing else finds an element, so many are looked through.
const SEARCH: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 2000, max_depth: 64, query: None };

/// No element lies deeper.
const DEEPEST: usize = 64;

impl Uia {
    /// The window's own element, read anew, with all in it if `whole`.
    pub(super) fn window_element(&mut self, whole: bool, job: &Job) -> Result<(ElementId, Held), Fault> {
        let window = self.window.handle;
        let element = self.asking(|client| client.of_handle(window, whole, job))?;
        let path = Some(Vec::new());
        let id = Properties(&element).runtime_id().map_or(ElementId::Path(Vec::new()), ElementId::Runtime);
        Ok((id, Held { element, path }))
    }

    /// An element by its id, read anew (with all in it if `whole`); nothing where it is gone.
    pub(super) fn find(&mut self, id: &ElementId, whole: bool, job: &Job) -> Result<Option<Held>, Fault> {
        let found = match id {
            ElementId::Handle { handle, .. } | ElementId::Item { handle, .. } => {
                let control = *handle;
                let element = self.trying(|client| client.of_handle(control, whole, job));
                element.map(|element| Held { element, path: None })
            }
            ElementId::Runtime(_) | ElementId::Path(_) => match self.recent.get(id).cloned() {
                Some(held) => self
                    .trying(|client| client.updated(&held.element, whole, job))
                    .map(|element| Held { element, path: held.path }),
                None => self.search(id, whole, job),
            },
        };
        let found = match found {
            Ok(held) => Some(held),
            Err(Failure::Gone) => None,
            Err(failure) => return Err(self.fault(failure)),
        };
        let found = found.filter(|held| is_same(id, &held.element));
        match &found {
            Some(held) => self.recent.keep(id.clone(), held.clone()),
            None => self.recent.forget(id),
        }
        Ok(found)
    }

    /// Searches the window for an element that no recent look has met.
    fn search(&mut self, id: &ElementId, whole: bool, job: &Job) -> Result<Held, Failure> {
        let window = self.window.handle;
        let top = self.trying(|client| client.of_handle(window, false, job))?;
        let held = match id {
            ElementId::Path(path) => self.walk(top, path, job)?,
            ElementId::Runtime(wanted) => match self.by_runtime_id(&top, wanted, job) {
                Ok(held) => held,
                Err(Failure::Missing | Failure::Unable | Failure::Broken(_)) => {
                    self.by_reading(top, id, job)?
                }
                Err(failure) => return Err(failure),
            },
            ElementId::Handle { .. } | ElementId::Item { .. } => return Err(Failure::Gone),
        };
        if !whole {
            return Ok(held);
        }
        let element = self.trying(|client| client.updated(&held.element, true, job))?;
        Ok(Held { element, ..held })
    }

    /// Walks down to a place, one call for each level.
    fn walk(&mut self, top: IUIAutomationElement, path: &[u32], job: &Job) -> Result<Held, Failure> {
        let mut element = top;
        for place in path {
            let place = *place as usize;
            let (children, _) = self.trying(|client| client.children(&element, place + 1, job))?;
            element = children.into_iter().nth(place).ok_or(Failure::Gone)?;
        }
        Ok(Held { element, path: Some(path.to_vec()) })
    }

    /// Lets the target search, in one call.
    fn by_runtime_id(
        &mut self,
        top: &IUIAutomationElement,
        wanted: &[i32],
        job: &Job,
    ) -> Result<Held, Failure> {
        let value = int_array(wanted).ok_or(Failure::Unable)?;
        let found = self.trying(|client| {
            // SAFETY: a live object; `value` lives through the call, which copies it.
            let condition =
                unsafe { client.automation.CreatePropertyCondition(UIA_RuntimeIdPropertyId, &value) };
            let condition = condition.map_err(|error| Failure::from(&error))?;
            client.ask(job, |client| {
                // SAFETY: live objects.
                unsafe { top.FindFirstBuildCache(TreeScope_Subtree, &condition, &client.one) }
            })
        });
        match found {
            Ok(element) => Ok(Held { element, path: None }),
            Err(Failure::Nothing) => Err(Failure::Gone),
            Err(failure) => Err(failure),
        }
    }

    /// Reads the window until the element turns up.
    fn by_reading(&mut self, top: IUIAutomationElement, id: &ElementId, job: &Job) -> Result<Held, Failure> {
        let own = Properties(&top).runtime_id().map_or(ElementId::Path(Vec::new()), ElementId::Runtime);
        let root = (own, Held { element: top, path: Some(Vec::new()) });
        let client = self.client.as_mut().ok_or(Failure::Silent)?;
        let read = tree::read(client, &mut self.recent, self.window, root, Way::Steps, &SEARCH, job)?;
        match self.recent.get(id) {
            Some(held) => Ok(held.clone()),
            None if read.cut => Err(Failure::Late),
            None => Err(Failure::Gone),
        }
    }

    /// The innermost element at a point, if it belongs to this window.
    pub(super) fn at_point(&mut self, point: Point, job: &Job) -> Result<Option<Node>, Fault> {
        let asked = self.trying(|client| {
            client.ask(job, |client| {
                let point = POINT { x: point.x, y: point.y };
                // SAFETY: live objects; any point is taken.
                unsafe { client.automation.ElementFromPointBuildCache(point, &client.one) }
            })
        });
        match asked {
            Ok(element) => self.own(&element, job),
            Err(Failure::Nothing | Failure::Gone) => Ok(None),
            Err(Failure::Missing) => self.descend(point, job),
            Err(failure) => Err(self.fault(failure)),
        }
    }

    /// Goes down to the innermost element at a point by the elements' rectangles, one call for each level.
    fn descend(&mut self, point: Point, job: &Job) -> Result<Option<Node>, Fault> {
        let (mut id, mut held) = self.window_element(false, job)?;
        if !Properties(&held.element).rect().contains(point) {
            return Ok(None);
        }
        for _ in 0..DEEPEST {
            let children = self.trying(|client| client.children(&held.element, 1000, job));
            let children = match children {
                Ok((children, _)) => children,
                Err(Failure::Gone | Failure::Missing | Failure::Unable) => break,
                Err(failure) => return Err(self.fault(failure)),
            };
            // What comes later is painted over what comes before.
            let inner = (0..).zip(children).filter(|(_, child)| {
                let properties = Properties(child);
                properties.rect().contains(point) && !properties.is_offscreen()
            });
            let Some((place, element)) = inner.last() else { break };
            let path = held.path.as_ref().map(|path: &Vec<u32>| [path.as_slice(), &[place]].concat());
            let runtime = Properties(&element).runtime_id().map(ElementId::Runtime);
            let Some(inner) = runtime.or_else(|| path.clone().map(ElementId::Path)) else { break };
            (id, held) = (inner, Held { element, path });
        }
        let node = Properties(&held.element).node(self.window, id.clone(), 0);
        self.recent.keep(id, held);
        Ok(Some(node))
    }

    /// The element that has the keyboard, if it belongs to this window.
    pub(super) fn with_focus(&mut self, job: &Job) -> Result<Option<Node>, Fault> {
        let asked = self.trying(|client| {
            client.ask(job, |client| {
                // SAFETY: live objects.
                unsafe { client.automation.GetFocusedElementBuildCache(&client.one) }
            })
        });
        match asked {
            Ok(element) => self.own(&element, job),
            Err(Failure::Nothing | Failure::Gone | Failure::Missing) => Ok(None),
            Err(failure) => Err(self.fault(failure)),
        }
    }

    /// An element as a node, if it belongs to this window and can be told from others.
    fn own(&mut self, element: &IUIAutomationElement, job: &Job) -> Result<Option<Node>, Fault> {
        let Some(id) = Properties(element).runtime_id().map(ElementId::Runtime) else { return Ok(None) };
        match self.belongs(&id, element, job) {
            Ok(true) => {}
            Ok(false) | Err(Failure::Gone) => return Ok(None),
            Err(failure) => return Err(self.fault(failure)),
        }
        let path = self.recent.get(&id).and_then(|held| held.path.clone());
        self.recent.keep(id.clone(), Held { element: element.clone(), path });
        Ok(Some(Properties(element).node(self.window, id, 0)))
    }

    /// Whether an element is of this window: seen in it before, or the first handle above it lies in it.
    fn belongs(
        &mut self,
        id: &ElementId,
        element: &IUIAutomationElement,
        job: &Job,
    ) -> Result<bool, Failure> {
        if self.recent.get(id).is_some() {
            return Ok(true);
        }
        let mut above = element.clone();
        for _ in 0..DEEPEST {
            let window = Properties(&above).window();
            if window != 0 {
                return Ok(self.holds(window));
            }
            let parent = self.trying(|client| {
                client.ask(job, |client| {
                    // SAFETY: live objects.
                    let walker = unsafe { client.automation.CreateTreeWalker(&client.view) }?;
                    // SAFETY: live objects.
                    unsafe { walker.GetParentElementBuildCache(&above, &client.one) }
                })
            });
            above = match parent {
                Ok(parent) => parent,
                Err(Failure::Nothing) => return Ok(false),
                Err(failure) => return Err(failure),
            };
        }
        Ok(false)
    }

    /// Whether a control lies in this window, or in a menu or the like that the window owns.
    fn holds(&self, control: u64) -> bool {
        let own = handle(self.window.handle);
        // SAFETY: takes any value for a window.
        let above = |which| unsafe { GetAncestor(handle(control), which) };
        control == self.window.handle || above(GA_ROOT) == own || above(GA_ROOTOWNER) == own
    }

    /// Whether the window answers a message.
    pub(super) fn window_answers(&self, job: &Job) -> bool {
        self.client.as_ref().is_some_and(|client| client.answers(self.window.handle, job))
    }

    /// Uses the automation object, which [`Uia::client`] has made.
    pub(super) fn trying<T>(
        &mut self,
        call: impl FnOnce(&mut Client) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.client.as_mut().map_or(Err(Failure::Missing), call)
    }

    /// The same, with a failure in words.
    fn asking<T>(&mut self, call: impl FnOnce(&mut Client) -> Result<T, Failure>) -> Result<T, Fault> {
        self.trying(call).map_err(|failure| self.fault(failure))
    }
}

/// Whether an element is the one that an id names, as far as the id tells.
fn is_same(id: &ElementId, element: &IUIAutomationElement) -> bool {
    match id {
        ElementId::Runtime(wanted) => Properties(element).runtime_id().as_ref() == Some(wanted),
        ElementId::Path(_) => true,
        ElementId::Handle { handle, .. } | ElementId::Item { handle, .. } => {
            let window = Properties(element).window();
            window == 0 || window == *handle
        }
    }
}

/// Whole numbers as a value.
fn int_array(numbers: &[i32]) -> Option<VARIANT> {
    // SAFETY: makes a new array of so many numbers, all 0; nothing where there is no memory.
    let array: *mut SAFEARRAY =
        unsafe { SafeArrayCreateVector(VT_I4, 0, u32::try_from(numbers.len()).ok()?) };
    if array.is_null() {
        return None;
    }
    // SAFETY: the new array has a data pointer with room for as many numbers as were asked for, and is not shared.
    unsafe { std::ptr::copy_nonoverlapping(numbers.as_ptr(), (*array).pvData.cast::<i32>(), numbers.len()) };
    let mut value = VARIANT::default();
    // SAFETY: an empty value owns nothing, so nothing is lost; from now on it owns the array, as its type says.
    unsafe {
        let inner = &mut *value.Anonymous.Anonymous;
        inner.vt = VARENUM(VT_ARRAY.0 | VT_I4.0);
        inner.Anonymous.parray = array;
    }
    Some(value)
}
