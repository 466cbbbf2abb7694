//! Elements and arrays of them.

use std::{ffi::c_void, rc::Rc};

use windows::{
    Win32::{
        Foundation::{E_BOUNDS, E_INVALIDARG, HWND, POINT, RECT},
        System::{Com::SAFEARRAY, Variant::VARIANT},
        UI::Accessibility::*,
    },
    core::{BOOL, BSTR, Error, GUID, IUnknown, Interface, Ref, Result, implement},
};

use super::{Shared, Value, automation, lacks, patterns};

/// What was read with an element.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    pub(super) properties: Rc<Vec<i32>>,
    pub(super) whole: bool,
}

/// An element as a client holds it.
#[implement(IUIAutomationElement)]
pub(super) struct Element {
    world: Shared,
    pub(super) place: usize,
    cache: Option<Cache>,
}

#[implement(IUIAutomationElementArray)]
struct Elements(Vec<IUIAutomationElement>);

impl Element {
    pub(super) fn of(world: &Shared, place: usize, cache: Option<Cache>) -> IUIAutomationElement {
        Self { world: Rc::clone(world), place, cache }.into()
    }

    fn several(&self, places: &[usize], cache: &Cache) -> Result<IUIAutomationElementArray> {
        if places.is_empty() {
            return Err(Error::empty());
        }
        let of = |place: &usize| Self::of(&self.world, *place, Some(cache.clone()));
        Ok(Elements(places.iter().map(of).collect()).into())
    }
}

impl IUIAutomationElementArray_Impl for Elements_Impl {
    fn Length(&self) -> Result<i32> {
        i32::try_from(self.0.len()).map_err(|_| E_BOUNDS.into())
    }

    fn GetElement(&self, index: i32) -> Result<IUIAutomationElement> {
        let place = usize::try_from(index).map_err(|_| E_BOUNDS)?;
        self.0.get(place).cloned().ok_or_else(|| E_BOUNDS.into())
    }
}

impl IUIAutomationElement_Impl for Element_Impl {
    fn SetFocus(&self) -> Result<()> {
        self.world.borrow_mut().pass("SetFocus", self.place)
    }

    fn FindFirstBuildCache(
        &self,
        _: TreeScope,
        condition: Ref<'_, IUIAutomationCondition>,
        request: Ref<'_, IUIAutomationCacheRequest>,
    ) -> Result<IUIAutomationElement> {
        self.world.borrow_mut().pass("FindFirstBuildCache", self.place)?;
        let wanted = condition.ok()?.cast_object_ref::<automation::Condition>()?.0.clone();
        let world = self.world.borrow();
        let found = world.things.iter().position(|thing| {
            let id = thing.properties.get(&UIA_RuntimeIdPropertyId.0);
            thing.fails.is_none()
                && matches!((id, &wanted), (Some(Value::Ints(id)), Some(wanted)) if id == wanted)
        });
        Ok(Element::of(&self.world, found.ok_or(Error::empty())?, Some(automation::cache(&request)?)))
    }

    fn FindAllBuildCache(
        &self,
        scope: TreeScope,
        _: Ref<'_, IUIAutomationCondition>,
        request: Ref<'_, IUIAutomationCacheRequest>,
    ) -> Result<IUIAutomationElementArray> {
        self.world.borrow_mut().pass("FindAllBuildCache", self.place)?;
        if scope != TreeScope_Children {
            return Err(E_INVALIDARG.into());
        }
        let children = self.world.borrow().things[self.place].children.clone();
        self.several(&children, &automation::cache(&request)?)
    }

    fn BuildUpdatedCache(&self, request: Ref<'_, IUIAutomationCacheRequest>) -> Result<IUIAutomationElement> {
        self.world.borrow_mut().pass("BuildUpdatedCache", self.place)?;
        Ok(Element::of(&self.world, self.place, Some(automation::cache(&request)?)))
    }

    fn GetCachedPropertyValueEx(&self, property: UIA_PROPERTY_ID, ignore_default: BOOL) -> Result<VARIANT> {
        let cached = self.cache.as_ref().is_some_and(|cache| cache.properties.contains(&property.0));
        if !cached || !ignore_default.as_bool() {
            return Err(E_INVALIDARG.into());
        }
        let mut world = self.world.borrow_mut();
        world.read.push((self.place, property.0));
        Ok(world.things[self.place].properties.get(&property.0).map(Value::to_variant).unwrap_or_default())
    }

    fn GetCurrentPattern(&self, pattern: UIA_PATTERN_ID) -> Result<IUnknown> {
        self.world.borrow_mut().pass("GetCurrentPattern", self.place)?;
        if !self.world.borrow().things[self.place].patterns.contains(&pattern.0) {
            return Err(Error::empty());
        }
        Ok(patterns::of(&self.world, self.place))
    }

    fn GetCachedChildren(&self) -> Result<IUIAutomationElementArray> {
        let cache = self.cache.as_ref().filter(|cache| cache.whole).ok_or(E_INVALIDARG)?;
        let children = self.world.borrow().things[self.place].children.clone();
        self.several(&children, cache)
    }

    lacks! {
        fn GetRuntimeId() -> *mut SAFEARRAY;
        fn FindFirst(TreeScope, Ref<'_, IUIAutomationCondition>) -> IUIAutomationElement;
        fn FindAll(TreeScope, Ref<'_, IUIAutomationCondition>) -> IUIAutomationElementArray;
        fn GetCurrentPropertyValue(UIA_PROPERTY_ID) -> VARIANT;
        fn GetCurrentPropertyValueEx(UIA_PROPERTY_ID, BOOL) -> VARIANT;
        fn GetCachedPropertyValue(UIA_PROPERTY_ID) -> VARIANT;
        fn GetCurrentPatternAs(UIA_PATTERN_ID, *const GUID, *mut *mut c_void) -> ();
        fn GetCachedPatternAs(UIA_PATTERN_ID, *const GUID, *mut *mut c_void) -> ();
        fn GetCachedPattern(UIA_PATTERN_ID) -> IUnknown;
        fn GetCachedParent() -> IUIAutomationElement;
        fn CurrentProcessId() -> i32;
        fn CurrentControlType() -> UIA_CONTROLTYPE_ID;
        fn CurrentLocalizedControlType() -> BSTR;
        fn CurrentName() -> BSTR;
        fn CurrentAcceleratorKey() -> BSTR;
        fn CurrentAccessKey() -> BSTR;
        fn CurrentHasKeyboardFocus() -> BOOL;
        fn CurrentIsKeyboardFocusable() -> BOOL;
        fn CurrentIsEnabled() -> BOOL;
        fn CurrentAutomationId() -> BSTR;
        fn CurrentClassName() -> BSTR;
        fn CurrentHelpText() -> BSTR;
        fn CurrentCulture() -> i32;
        fn CurrentIsControlElement() -> BOOL;
        fn CurrentIsContentElement() -> BOOL;
        fn CurrentIsPassword() -> BOOL;
        fn CurrentNativeWindowHandle() -> HWND;
        fn CurrentItemType() -> BSTR;
        fn CurrentIsOffscreen() -> BOOL;
        fn CurrentOrientation() -> OrientationType;
        fn CurrentFrameworkId() -> BSTR;
        fn CurrentIsRequiredForForm() -> BOOL;
        fn CurrentItemStatus() -> BSTR;
        fn CurrentBoundingRectangle() -> RECT;
        fn CurrentLabeledBy() -> IUIAutomationElement;
        fn CurrentAriaRole() -> BSTR;
        fn CurrentAriaProperties() -> BSTR;
        fn CurrentIsDataValidForForm() -> BOOL;
        fn CurrentControllerFor() -> IUIAutomationElementArray;
        fn CurrentDescribedBy() -> IUIAutomationElementArray;
        fn CurrentFlowsTo() -> IUIAutomationElementArray;
        fn CurrentProviderDescription() -> BSTR;
        fn CachedProcessId() -> i32;
        fn CachedControlType() -> UIA_CONTROLTYPE_ID;
        fn CachedLocalizedControlType() -> BSTR;
        fn CachedName() -> BSTR;
        fn CachedAcceleratorKey() -> BSTR;
        fn CachedAccessKey() -> BSTR;
        fn CachedHasKeyboardFocus() -> BOOL;
        fn CachedIsKeyboardFocusable() -> BOOL;
        fn CachedIsEnabled() -> BOOL;
        fn CachedAutomationId() -> BSTR;
        fn CachedClassName() -> BSTR;
        fn CachedHelpText() -> BSTR;
        fn CachedCulture() -> i32;
        fn CachedIsControlElement() -> BOOL;
        fn CachedIsContentElement() -> BOOL;
        fn CachedIsPassword() -> BOOL;
        fn CachedNativeWindowHandle() -> HWND;
        fn CachedItemType() -> BSTR;
        fn CachedIsOffscreen() -> BOOL;
        fn CachedOrientation() -> OrientationType;
        fn CachedFrameworkId() -> BSTR;
        fn CachedIsRequiredForForm() -> BOOL;
        fn CachedItemStatus() -> BSTR;
        fn CachedBoundingRectangle() -> RECT;
        fn CachedLabeledBy() -> IUIAutomationElement;
        fn CachedAriaRole() -> BSTR;
        fn CachedAriaProperties() -> BSTR;
        fn CachedIsDataValidForForm() -> BOOL;
        fn CachedControllerFor() -> IUIAutomationElementArray;
        fn CachedDescribedBy() -> IUIAutomationElementArray;
        fn CachedFlowsTo() -> IUIAutomationElementArray;
        fn CachedProviderDescription() -> BSTR;
        fn GetClickablePoint(*mut POINT) -> BOOL;
    }
}
