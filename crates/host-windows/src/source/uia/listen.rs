//! Changes of a window as its UI Automation provider tells them: elements that come and go, and their properties.
//!
//! Untrusted: that an event comes. Many providers tell only some, and it is a reason to look and nothing more.
//! Guarantees: handlers are added and removed by a thread of their own, which a target that hangs holds up alone.

use std::{
    sync::{
        Arc,
        atomic::AtomicBool,
        mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use model::ui::WindowKey;
use windows::{
    Win32::{
        System::{Com::SAFEARRAY, Variant::VARIANT},
        UI::Accessibility::{
            IUIAutomationElement, IUIAutomationPropertyChangedEventHandler,
            IUIAutomationPropertyChangedEventHandler_Impl, IUIAutomationStructureChangedEventHandler,
            IUIAutomationStructureChangedEventHandler_Impl, StructureChangeType, TreeScope_Subtree,
            UIA_IsEnabledPropertyId, UIA_IsOffscreenPropertyId, UIA_NamePropertyId, UIA_PROPERTY_ID,
            UIA_ValueValuePropertyId,
        },
    },
    core::{Ref, Result, implement},
};

use super::{automation::Client, failure::Failure};
use crate::source::{Job, Ring};

/// How long the target may take to add the handlers.
const ADDING: Duration = Duration::from_secs(4);
/// How long that is waited for; later it may ring all the same.
const WAITED: Duration = Duration::from_millis(500);
/// The properties that conditions are about.
const TELLING: [UIA_PROPERTY_ID; 4] =
    [UIA_NamePropertyId, UIA_ValueValuePropertyId, UIA_IsEnabledPropertyId, UIA_IsOffscreenPropertyId];

/// Rings whenever the provider of a window tells of a change, until dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    /// The thread ends with it.
    _end: Sender<()>,
    /// Whether the handlers were there in time.
    pub(crate) added: bool,
}

impl Listening {
    /// Begins; nothing where there can be no thread for it.
    pub(crate) fn to(window: WindowKey, ring: Ring) -> Option<Self> {
        let ((end, ended), (ready, added)) = (channel(), sync_channel(1));
        let listen = move || listen(window, ring, &ready, &ended);
        thread::Builder::new().name("automation events".to_owned()).spawn(listen).ok()?;
        Some(Self { _end: end, added: added.recv_timeout(WAITED).is_ok() })
    }
}

/// The life of the thread: adds the handlers, says so, and removes them when it is told to end.
fn listen(window: WindowKey, ring: Ring, ready: &SyncSender<()>, ended: &Receiver<()>) {
    let Ok(mut client) = Client::new() else { return };
    let job = Job { deadline: Instant::now() + ADDING, cancelled: Arc::new(AtomicBool::new(false)) };
    match Handlers::add(&mut client, window.handle, ring, &job) {
        Ok(_handlers) => {
            let _ = ready.send(());
            let _ = ended.recv(); // nothing is ever sent
        }
        Err(failure) => tracing::debug!(?failure, "a window tells no changes by UI Automation"),
    }
}

/// The handlers of one window; removed when dropped, on the thread that added them.
pub(super) struct Handlers<'a> {
    client: &'a Client,
    window: IUIAutomationElement,
    structure: IUIAutomationStructureChangedEventHandler,
    property: IUIAutomationPropertyChangedEventHandler,
}

impl<'a> Handlers<'a> {
    /// Adds them to a window and all in it.
    pub(super) fn add(
        client: &'a mut Client,
        window: u64,
        ring: Ring,
        job: &Job,
    ) -> std::result::Result<Self, Failure> {
        client.begin(window, job)?;
        let window = client.of_handle(window, false, job)?;
        let structure: IUIAutomationStructureChangedEventHandler = Ringer(ring.clone()).into();
        let property: IUIAutomationPropertyChangedEventHandler = Ringer(ring).into();
        client.ask(job, |client| {
            let scope = TreeScope_Subtree;
            // SAFETY: live objects; no cache is asked for.
            unsafe { client.automation.AddStructureChangedEventHandler(&window, scope, None, &structure) }
        })?;
        let added = client.ask(job, |client| {
            let (automation, scope) = (&client.automation, TreeScope_Subtree);
            // SAFETY: live objects; no cache is asked for; the list of properties lives through the call.
            unsafe {
                automation
                    .AddPropertyChangedEventHandlerNativeArray(&window, scope, None, &property, &TELLING)
            }
        });
        let handlers = Self { client, window, structure, property }; // removes the first where the second fails
        added.map(|()| handlers)
    }
}

impl Drop for Handlers<'_> {
    fn drop(&mut self) {
        let automation = &self.client.automation;
        // SAFETY: live objects. What was not added, or whose window is gone, is an error without an effect.
        let _ = unsafe { automation.RemoveStructureChangedEventHandler(&self.window, &self.structure) };
        // SAFETY: as above.
        let _ = unsafe { automation.RemovePropertyChangedEventHandler(&self.window, &self.property) };
    }
}

/// Called by UI Automation on threads of its own.
#[implement(IUIAutomationStructureChangedEventHandler, IUIAutomationPropertyChangedEventHandler)]
struct Ringer(Ring);

impl IUIAutomationStructureChangedEventHandler_Impl for Ringer_Impl {
    fn HandleStructureChangedEvent(
        &self,
        _: Ref<'_, IUIAutomationElement>,
        _: StructureChangeType,
        _: *const SAFEARRAY,
    ) -> Result<()> {
        self.0.ring();
        Ok(())
    }
}

impl IUIAutomationPropertyChangedEventHandler_Impl for Ringer_Impl {
    fn HandlePropertyChangedEvent(
        &self,
        _: Ref<'_, IUIAutomationElement>,
        _: UIA_PROPERTY_ID,
        _: &VARIANT,
    ) -> Result<()> {
        self.0.ring();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use windows::Win32::{
        Foundation::{E_FAIL, E_NOTIMPL},
        UI::Accessibility::{StructureChangeType_ChildAdded, UIA_WindowControlTypeId},
    };

    use super::{super::fake::Bench, *};
    use crate::source::Bell;

    fn job() -> Job {
        Job { deadline: Instant::now() + Duration::from_secs(10), cancelled: Arc::default() }
    }

    fn bench() -> Bench {
        let bench = Bench::default();
        bench.add(None, UIA_WindowControlTypeId, "Form");
        bench.install();
        bench
    }

    fn has_rung(bell: &Bell) -> bool {
        bell.hears(Instant::now())
    }

    #[test]
    fn elements_that_come_and_properties_that_change_ring_until_the_handlers_are_dropped() {
        let (bench, bell) = (bench(), Bell::default());
        let mut client = Client::new().unwrap();
        let handlers = Handlers::add(&mut client, 1, bell.ring(), &job()).unwrap();
        let (structure, property) = {
            let world = bench.0.borrow();
            (world.structure.clone().unwrap(), world.property.clone().unwrap())
        };
        assert!(!has_rung(&bell));
        let (child, name, value) = (StructureChangeType_ChildAdded, UIA_NamePropertyId, VARIANT::from("new"));
        // SAFETY: a live object of ours, which looks at none of its arguments.
        unsafe { structure.HandleStructureChangedEvent(None, child, std::ptr::null()) }.unwrap();
        assert!(has_rung(&bell));
        // SAFETY: as above.
        unsafe { property.HandlePropertyChangedEvent(None, name, &value) }.unwrap();
        assert!(has_rung(&bell));
        drop(handlers);
        assert!(bench.0.borrow().structure.is_none() && bench.0.borrow().property.is_none());
    }

    #[test]
    fn where_one_kind_of_events_is_refused_neither_handler_stays() {
        for (refused, code) in [
            ("AddStructureChangedEventHandler", E_NOTIMPL),
            ("AddPropertyChangedEventHandlerNativeArray", E_FAIL),
        ] {
            let bench = bench();
            bench.refuse(refused, code);
            let mut client = Client::new().unwrap();
            assert!(Handlers::add(&mut client, 1, Bell::default().ring(), &job()).is_err(), "{refused}");
            assert!(bench.0.borrow().structure.is_none(), "{refused}");
        }
    }
}
