//! A make-believe provider: COM objects of ours behind the system's interfaces, put in place of the automation object.
//!
//! A test builds a [`World`], sets what it refuses, and reads from its log what was called. What a test does not need
//! returns `E_NOTIMPL`.

mod automation;
mod element;
mod patterns;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
    time::Duration,
};

use windows::{
    Win32::{
        Foundation::E_NOTIMPL,
        System::{
            Ole::SafeArrayCreateVector,
            Variant::{VARENUM, VARIANT, VT_ARRAY, VT_I4, VT_R8},
        },
        UI::Accessibility::*,
    },
    core::{Error, HRESULT},
};

/// Methods that are not here, by their argument and result types.
macro_rules! lacks {
    ($(fn $name:ident($($argument:ty),*) -> $result:ty;)*) => {
        $(fn $name(&self, $(_: $argument),*) -> windows::core::Result<$result> {
            Err(windows::Win32::Foundation::E_NOTIMPL.into())
        })*
    };
}
use lacks;

thread_local! {
    static INSTALLED: RefCell<Option<IUIAutomation>> = const { RefCell::new(None) };
}

/// The automation object of the running test, if it has put one in place.
pub(super) fn installed() -> Option<IUIAutomation> {
    INSTALLED.with_borrow(Clone::clone)
}

/// The value of a property.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Flag(bool),
    Int(i32),
    Number(f64),
    Text(&'static str),
    Ints(Vec<i32>),
    Rect([f64; 4]),
}

impl Value {
    fn to_variant(&self) -> VARIANT {
        match self {
            Self::Flag(flag) => VARIANT::from(*flag),
            Self::Int(int) => VARIANT::from(*int),
            Self::Number(number) => VARIANT::from(*number),
            Self::Text(text) => VARIANT::from(*text),
            Self::Ints(ints) => array(VT_I4, ints),
            Self::Rect(sides) => array(VT_R8, sides),
        }
    }
}

fn array<T: Copy>(of: VARENUM, members: &[T]) -> VARIANT {
    let mut value = VARIANT::default();
    // SAFETY: the new array has room for so many members of its type; the empty value then owns it, as its type says.
    unsafe {
        let array = SafeArrayCreateVector(of, 0, u32::try_from(members.len()).unwrap());
        std::ptr::copy_nonoverlapping(members.as_ptr(), (*array).pvData.cast::<T>(), members.len());
        let inner = &mut *value.Anonymous.Anonymous;
        inner.vt = VARENUM(VT_ARRAY.0 | of.0);
        inner.Anonymous.parray = array;
    }
    value
}

/// An element as its provider knows it.
#[derive(Debug, Default)]
pub(super) struct Thing {
    pub(super) properties: HashMap<i32, Value>,
    pub(super) patterns: HashSet<i32>,
    pub(super) children: Vec<usize>,
    pub(super) parent: Option<usize>,
    /// What every call on it fails with.
    pub(super) fails: Option<HRESULT>,
}

/// What the provider has and does.
#[derive(Debug, Default)]
pub(super) struct World {
    /// The window's own element is the first.
    pub(super) things: Vec<Thing>,
    /// Calls that another process would have to answer, and changes that were made.
    pub(super) log: Vec<String>,
    /// Properties that were read, with the element's place.
    pub(super) read: Vec<(usize, i32)>,
    /// What calls of a method fail with, by its name.
    pub(super) refuses: HashMap<&'static str, HRESULT>,
    /// The element that has the keyboard, and the one at any point.
    pub(super) here: Option<usize>,
    /// Time-outs that were set, in milliseconds.
    pub(super) timeouts: Vec<u32>,
    /// How long each call takes.
    pub(super) slow: Duration,
    /// Who is told of elements that come and go.
    pub(super) structure: Option<IUIAutomationStructureChangedEventHandler>,
    /// Who is told of properties that change.
    pub(super) property: Option<IUIAutomationPropertyChangedEventHandler>,
}

impl World {
    /// Fails where the method, or the element, is set to.
    fn pass(&mut self, method: &'static str, place: usize) -> Result<(), Error> {
        self.log.push(format!("{method} {place}"));
        std::thread::sleep(self.slow);
        let thing = self.things.get(place).and_then(|thing| thing.fails);
        match self.refuses.get(method).copied().or(thing) {
            Some(code) => Err(code.into()),
            None => Ok(()),
        }
    }
}

/// A world that COM objects and a test share.
pub(super) type Shared = Rc<RefCell<World>>;

/// Builds a world and puts it in place of the system's automation for this thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Bench(pub(super) Shared);

impl Bench {
    /// Adds an element with a control type and name; ids are its place.
    pub(super) fn add(
        &self,
        parent: Option<usize>,
        control_type: UIA_CONTROLTYPE_ID,
        name: &'static str,
    ) -> usize {
        let mut world = self.0.borrow_mut();
        let place = world.things.len();
        let mut thing = Thing { parent, ..Thing::default() };
        let id = vec![42, i32::try_from(place).unwrap()];
        thing.properties.insert(UIA_RuntimeIdPropertyId.0, Value::Ints(id));
        thing.properties.insert(UIA_ControlTypePropertyId.0, Value::Int(control_type.0));
        thing.properties.insert(UIA_NamePropertyId.0, Value::Text(name));
        thing.properties.insert(UIA_IsEnabledPropertyId.0, Value::Flag(true));
        world.things.push(thing);
        if let Some(parent) = parent {
            world.things[parent].children.push(place);
        }
        place
    }

    pub(super) fn set(&self, place: usize, property: UIA_PROPERTY_ID, value: Value) {
        self.0.borrow_mut().things[place].properties.insert(property.0, value);
    }

    pub(super) fn unset(&self, place: usize, property: UIA_PROPERTY_ID) {
        self.0.borrow_mut().things[place].properties.remove(&property.0);
    }

    /// Gives an element a pattern and the property that says so.
    pub(super) fn give(&self, place: usize, pattern: UIA_PATTERN_ID, available: UIA_PROPERTY_ID) {
        self.0.borrow_mut().things[place].patterns.insert(pattern.0);
        self.set(place, available, Value::Flag(true));
    }

    pub(super) fn fail(&self, place: usize, code: HRESULT) {
        self.0.borrow_mut().things[place].fails = Some(code);
    }

    pub(super) fn refuse(&self, method: &'static str, code: HRESULT) {
        self.0.borrow_mut().refuses.insert(method, code);
    }

    /// Refuses what Wine's automation lacks.
    pub(super) fn lack_what_wine_lacks(&self) {
        for method in
            ["SetTreeScope", "SetTransactionTimeout", "GetCurrentPattern", "ElementFromPointBuildCache"]
        {
            self.refuse(method, E_NOTIMPL);
        }
    }

    /// Takes what was logged so far.
    pub(super) fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut().log)
    }

    pub(super) fn install(&self) {
        let automation: IUIAutomation2 = automation::Automation(Rc::clone(&self.0)).into();
        INSTALLED.set(Some(automation.into()));
    }
}
