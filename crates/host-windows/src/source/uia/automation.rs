//! The automation object: made in one place, and every call through it counted and held to the job's time.

use std::{marker::PhantomData, time::Instant};

use model::Code;
use windows::{
    Win32::{
        System::Com::{
            CLSCTX_INPROC_SERVER, COINIT_DISABLE_OLE1DDE, COINIT_MULTITHREADED, CoCreateInstance,
            CoInitializeEx, CoUninitialize,
        },
        UI::Accessibility::{
            CUIAutomation, CUIAutomation8, IUIAutomation, IUIAutomation2, IUIAutomationCacheRequest,
            IUIAutomationCondition, IUIAutomationElement, IUIAutomationElementArray, TreeScope_Children,
            TreeScope_Subtree,
        },
    },
    core::Interface,
};

use super::{failure::Failure, properties};
use crate::{
    act::{Desk, SystemDesk},
    input::{go_on, handle},
    source::Job,
};

/// No single call may take longer, in milliseconds; the system waits 20,000 if nothing is said.
const LONGEST_CALL: u32 = 2000;

/// COM's multi-threaded apartment, entered by this thread and left again when dropped.
#[derive(Debug)]
pub(super) struct Com {
    entered: bool,
    /// Bound to its thread.
    _thread: PhantomData<*const ()>,
}

impl Com {
    fn enter() -> Self {
        // SAFETY: a plain call; `drop` undoes it on this same thread, for the guard cannot leave it.
        let entered = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED | COINIT_DISABLE_OLE1DDE) };
        Self { entered: entered.is_ok(), _thread: PhantomData } // a thread that has another apartment keeps it
    }
}

impl Drop for Com {
    fn drop(&mut self) {
        if self.entered {
            // SAFETY: undoes this guard's own successful `CoInitializeEx`, on the same thread.
            unsafe { CoUninitialize() };
        }
    }
}

/// The one place where the automation object comes from.
fn create(_: &Com) -> windows::core::Result<IUIAutomation> {
    #[cfg(test)]
    if let Some(ours) = super::fake::installed() {
        return Ok(ours);
    }
    // SAFETY: the caller has entered COM on this thread.
    unsafe { CoCreateInstance(&CUIAutomation8, None, CLSCTX_INPROC_SERVER) }
        // SAFETY: as above.
        .or_else(|_| unsafe { CoCreateInstance(&CUIAutomation, None, CLSCTX_INPROC_SERVER) })
}

/// The automation object of one window's thread, with what is asked for through it.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) automation: IUIAutomation,
    /// Sets the time-outs; nothing where the system's object has none (Wine).
    timeouts: Option<IUIAutomation2>,
    /// What they are set to, in milliseconds.
    longest: u32,
    /// All that a node needs, of one element.
    pub(super) one: IUIAutomationCacheRequest,
    /// The same of an element and all in it; nothing where requests have no scope (Wine).
    pub(super) subtree: Option<IUIAutomationCacheRequest>,
    /// What the control view holds.
    pub(super) view: IUIAutomationCondition,
    /// Whether a window is found and read in two calls, for the system lacks the one that does both (Wine).
    reads_in_two: bool,
    /// Calls that another process had to answer.
    pub(super) calls: u64,
    /// Left last, when all objects above are gone.
    _com: Com,
}

impl Client {
    /// Makes the object and what goes with it; asks no other process.
    pub(super) fn new() -> windows::core::Result<Self> {
        let com = Com::enter();
        let automation = create(&com)?;
        let timeouts = automation.cast::<IUIAutomation2>().ok().filter(|automation| {
            // SAFETY: a live object; plain values. What is acted on shall not come to the front by itself.
            let quiet = unsafe { automation.SetAutoSetFocus(false) };
            // SAFETY: as above.
            let bounded = unsafe { automation.SetConnectionTimeout(LONGEST_CALL) };
            // SAFETY: as above.
            quiet.is_ok()
                && bounded.is_ok()
                && unsafe { automation.SetTransactionTimeout(LONGEST_CALL) }.is_ok()
        });
        // SAFETY: a live object; nothing is passed.
        let view = unsafe { automation.ControlViewCondition() }?;
        let one = Self::request(&automation)?;
        let subtree = Self::request(&automation)?;
        // SAFETY: a live object; a plain value.
        let subtree = unsafe { subtree.SetTreeScope(TreeScope_Subtree) }.ok().map(|()| subtree);
        Ok(Self {
            automation,
            timeouts,
            longest: LONGEST_CALL,
            one,
            subtree,
            view,
            reads_in_two: false,
            calls: 0,
            _com: com,
        })
    }

    fn request(automation: &IUIAutomation) -> windows::core::Result<IUIAutomationCacheRequest> {
        // SAFETY: a live object; nothing is passed.
        let request = unsafe { automation.CreateCacheRequest() }?;
        for property in properties::WANTED {
            // SAFETY: a live object; a plain value.
            unsafe { request.AddProperty(*property) }?;
        }
        Ok(request)
    }

    /// Refuses to begin with a window that does not answer, where the system sets no time-outs that would tell.
    pub(super) fn begin(&self, window: u64, job: &Job) -> Result<(), Failure> {
        if self.timeouts.is_some() || self.answers(window, job) { Ok(()) } else { Err(Failure::Silent) }
    }

    /// Whether a window answers a message within the time that a call may take.
    pub(super) fn answers(&self, window: u64, job: &Job) -> bool {
        let left = job.deadline.saturating_duration_since(Instant::now());
        SystemDesk::default().answers(window, left.min(std::time::Duration::from_millis(LONGEST_CALL.into())))
    }

    /// Makes one call that another process has to answer, within the job's time.
    pub(super) fn ask<T>(
        &mut self,
        job: &Job,
        call: impl FnOnce(&Self) -> windows::core::Result<T>,
    ) -> Result<T, Failure> {
        go_on(job).map_err(|fault| match fault.code {
            Code::Timeout => Failure::Late,
            _ => Failure::Stopped(Box::new(fault)),
        })?;
        self.hold_to(job);
        self.calls += 1;
        call(self).map_err(|error| Failure::from(&error))
    }

    /// Lets no call outlast the job.
    fn hold_to(&mut self, job: &Job) {
        let left = job.deadline.saturating_duration_since(Instant::now()).as_millis();
        let longest = u32::try_from(left).unwrap_or(u32::MAX).clamp(1, LONGEST_CALL);
        if longest == self.longest {
            return;
        }
        if let Some(automation) = &self.timeouts {
            // SAFETY: a live object; plain values. It took others before; what it does not take leaves the last ones.
            let _ = unsafe { automation.SetConnectionTimeout(longest) };
            // SAFETY: as above.
            let _ = unsafe { automation.SetTransactionTimeout(longest) };
        }
        self.longest = longest;
    }

    /// The element of a window or control, with all in it if `whole`.
    pub(super) fn of_handle(
        &mut self,
        window: u64,
        whole: bool,
        job: &Job,
    ) -> Result<IUIAutomationElement, Failure> {
        if !self.reads_in_two {
            let found = self.ask(job, |client| {
                let request = client.subtree.as_ref().filter(|_| whole).unwrap_or(&client.one);
                // SAFETY: live objects; a handle that is not, or no longer, a window's is an error.
                unsafe { client.automation.ElementFromHandleBuildCache(handle(window), request) }
            });
            match found {
                Err(Failure::Missing) => self.reads_in_two = true,
                found => return found,
            }
        }
        let found = self.ask(job, |client| {
            // SAFETY: as above.
            unsafe { client.automation.ElementFromHandle(handle(window)) }
        })?;
        self.updated(&found, whole, job)
    }

    /// An element as it is now, with all in it if `whole`.
    pub(super) fn updated(
        &mut self,
        element: &IUIAutomationElement,
        whole: bool,
        job: &Job,
    ) -> Result<IUIAutomationElement, Failure> {
        self.ask(job, |client| {
            let request = client.subtree.as_ref().filter(|_| whole).unwrap_or(&client.one);
            // SAFETY: live objects.
            unsafe { element.BuildUpdatedCache(request) }
        })
    }

    /// The children of an element, as they are now, at most `most` of them; and whether there are more.
    pub(super) fn children(
        &mut self,
        element: &IUIAutomationElement,
        most: usize,
        job: &Job,
    ) -> Result<(Vec<IUIAutomationElement>, bool), Failure> {
        let found = self.ask(job, |client| {
            // SAFETY: live objects.
            unsafe { element.FindAllBuildCache(TreeScope_Children, &client.view, &client.one) }
        });
        match found {
            Ok(array) => members(&array, most).map_err(|error| Failure::from(&error)),
            Err(Failure::Nothing) => Ok((Vec::new(), false)),
            Err(failure) => Err(failure),
        }
    }
}

/// The members of an array that is here already, at most `most`; and whether there are more.
pub(super) fn members(
    array: &IUIAutomationElementArray,
    most: usize,
) -> windows::core::Result<(Vec<IUIAutomationElement>, bool)> {
    // SAFETY: a live object; nothing is passed.
    let length = unsafe { array.Length() }?;
    let taken = length.min(i32::try_from(most).unwrap_or(i32::MAX));
    // SAFETY: a live object; a place it does not have is an error.
    let members = (0..taken).map(|place| unsafe { array.GetElement(place) }).collect::<Result<_, _>>()?;
    Ok((members, taken < length))
}
