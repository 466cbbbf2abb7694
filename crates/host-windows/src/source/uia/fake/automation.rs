//! The automation object, requests, conditions and walkers.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use windows::{
    Win32::{
        Foundation::{E_INVALIDARG, HWND, POINT, RECT},
        System::{Com::SAFEARRAY, Variant::VARIANT},
        UI::Accessibility::*,
    },
    core::{BOOL, BSTR, IUnknown, Interface, Ref, Result, implement},
};

use super::{
    Shared,
    element::{Cache, Element},
    lacks,
};
use crate::source::uia::variant;

/// The automation object.
#[implement(IUIAutomation2)]
pub(super) struct Automation(pub(super) Shared);

/// What is to be read with an element.
#[implement(IUIAutomationCacheRequest)]
pub(super) struct Request {
    world: Shared,
    properties: RefCell<Vec<i32>>,
    whole: Cell<bool>,
}

/// What elements are looked for: any, or one by its runtime id.
#[implement(IUIAutomationCondition)]
pub(super) struct Condition(pub(super) Option<Vec<i32>>);

#[implement(IUIAutomationTreeWalker)]
struct Walker(Shared);

impl IUIAutomationCondition_Impl for Condition_Impl {}

/// What a request asks to be read.
pub(super) fn cache(request: &Ref<'_, IUIAutomationCacheRequest>) -> Result<Cache> {
    let request = request.ok()?.cast_object_ref::<Request>()?;
    Ok(Cache { properties: Rc::new(request.properties.borrow().clone()), whole: request.whole.get() })
}

impl IUIAutomationCacheRequest_Impl for Request_Impl {
    fn AddProperty(&self, property: UIA_PROPERTY_ID) -> Result<()> {
        self.properties.borrow_mut().push(property.0);
        Ok(())
    }

    fn SetTreeScope(&self, scope: TreeScope) -> Result<()> {
        if let Some(code) = self.world.borrow().refuses.get("SetTreeScope") {
            return Err((*code).into());
        }
        self.whole.set(scope == TreeScope_Subtree);
        Ok(())
    }

    lacks! {
        fn AddPattern(UIA_PATTERN_ID) -> ();
        fn Clone() -> IUIAutomationCacheRequest;
        fn TreeScope() -> TreeScope;
        fn TreeFilter() -> IUIAutomationCondition;
        fn SetTreeFilter(Ref<'_, IUIAutomationCondition>) -> ();
        fn AutomationElementMode() -> AutomationElementMode;
        fn SetAutomationElementMode(AutomationElementMode) -> ();
    }
}

impl IUIAutomationTreeWalker_Impl for Walker_Impl {
    fn GetParentElementBuildCache(
        &self,
        element: Ref<'_, IUIAutomationElement>,
        request: Ref<'_, IUIAutomationCacheRequest>,
    ) -> Result<IUIAutomationElement> {
        let place = element.ok()?.cast_object_ref::<Element>()?.place;
        let mut world = self.0.borrow_mut();
        world.pass("GetParentElementBuildCache", place)?;
        let parent = world.things[place].parent.ok_or(windows::core::Error::empty())?;
        Ok(Element::of(&self.0, parent, Some(cache(&request)?)))
    }

    lacks! {
        fn GetParentElement(Ref<'_, IUIAutomationElement>) -> IUIAutomationElement;
        fn GetFirstChildElement(Ref<'_, IUIAutomationElement>) -> IUIAutomationElement;
        fn GetLastChildElement(Ref<'_, IUIAutomationElement>) -> IUIAutomationElement;
        fn GetNextSiblingElement(Ref<'_, IUIAutomationElement>) -> IUIAutomationElement;
        fn GetPreviousSiblingElement(Ref<'_, IUIAutomationElement>) -> IUIAutomationElement;
        fn NormalizeElement(Ref<'_, IUIAutomationElement>) -> IUIAutomationElement;
        fn GetFirstChildElementBuildCache(Ref<'_, IUIAutomationElement>, Ref<'_, IUIAutomationCacheRequest>) -> IUIAutomationElement;
        fn GetLastChildElementBuildCache(Ref<'_, IUIAutomationElement>, Ref<'_, IUIAutomationCacheRequest>) -> IUIAutomationElement;
        fn GetNextSiblingElementBuildCache(Ref<'_, IUIAutomationElement>, Ref<'_, IUIAutomationCacheRequest>) -> IUIAutomationElement;
        fn GetPreviousSiblingElementBuildCache(Ref<'_, IUIAutomationElement>, Ref<'_, IUIAutomationCacheRequest>) -> IUIAutomationElement;
        fn NormalizeElementBuildCache(Ref<'_, IUIAutomationElement>, Ref<'_, IUIAutomationCacheRequest>) -> IUIAutomationElement;
        fn Condition() -> IUIAutomationCondition;
    }
}

impl IUIAutomation2_Impl for Automation_Impl {
    fn SetAutoSetFocus(&self, auto: BOOL) -> Result<()> {
        if auto.as_bool() { Err(E_INVALIDARG.into()) } else { Ok(()) }
    }

    fn SetConnectionTimeout(&self, timeout: u32) -> Result<()> {
        self.0.borrow_mut().timeouts.push(timeout);
        Ok(())
    }

    fn SetTransactionTimeout(&self, timeout: u32) -> Result<()> {
        let mut world = self.0.borrow_mut();
        world.timeouts.push(timeout);
        world.refuses.get("SetTransactionTimeout").map_or(Ok(()), |code| Err((*code).into()))
    }

    lacks! {
        fn AutoSetFocus() -> BOOL;
        fn ConnectionTimeout() -> u32;
        fn TransactionTimeout() -> u32;
    }
}

impl IUIAutomation_Impl for Automation_Impl {
    fn ElementFromHandleBuildCache(
        &self,
        _: HWND,
        request: Ref<'_, IUIAutomationCacheRequest>,
    ) -> Result<IUIAutomationElement> {
        self.0.borrow_mut().pass("ElementFromHandleBuildCache", 0)?;
        Ok(Element::of(&self.0, 0, Some(cache(&request)?)))
    }

    fn ElementFromHandle(&self, _: HWND) -> Result<IUIAutomationElement> {
        self.0.borrow_mut().pass("ElementFromHandle", 0)?;
        Ok(Element::of(&self.0, 0, None))
    }

    fn ElementFromPointBuildCache(
        &self,
        _: &POINT,
        request: Ref<'_, IUIAutomationCacheRequest>,
    ) -> Result<IUIAutomationElement> {
        let here = self.0.borrow().here.unwrap_or(0);
        self.0.borrow_mut().pass("ElementFromPointBuildCache", here)?;
        Ok(Element::of(&self.0, here, Some(cache(&request)?)))
    }

    fn GetFocusedElementBuildCache(
        &self,
        request: Ref<'_, IUIAutomationCacheRequest>,
    ) -> Result<IUIAutomationElement> {
        let here = self.0.borrow().here.unwrap_or(0);
        self.0.borrow_mut().pass("GetFocusedElementBuildCache", here)?;
        Ok(Element::of(&self.0, here, Some(cache(&request)?)))
    }

    fn CreateTreeWalker(&self, _: Ref<'_, IUIAutomationCondition>) -> Result<IUIAutomationTreeWalker> {
        Ok(Walker(Rc::clone(&self.0)).into())
    }

    fn ControlViewCondition(&self) -> Result<IUIAutomationCondition> {
        Ok(Condition(None).into())
    }

    fn CreateCacheRequest(&self) -> Result<IUIAutomationCacheRequest> {
        let world = Rc::clone(&self.0);
        Ok(Request { world, properties: RefCell::default(), whole: Cell::default() }.into())
    }

    fn CreatePropertyCondition(
        &self,
        property: UIA_PROPERTY_ID,
        value: &VARIANT,
    ) -> Result<IUIAutomationCondition> {
        if let Some(code) = self.0.borrow().refuses.get("CreatePropertyCondition") {
            return Err((*code).into());
        }
        let id = variant::ints(value).filter(|_| property == UIA_RuntimeIdPropertyId);
        Ok(Condition(Some(id.ok_or(E_INVALIDARG)?)).into())
    }

    fn AddStructureChangedEventHandler(
        &self,
        _: Ref<'_, IUIAutomationElement>,
        _: TreeScope,
        _: Ref<'_, IUIAutomationCacheRequest>,
        handler: Ref<'_, IUIAutomationStructureChangedEventHandler>,
    ) -> Result<()> {
        let mut world = self.0.borrow_mut();
        world.pass("AddStructureChangedEventHandler", 0)?;
        world.structure = Some(handler.ok()?.clone());
        Ok(())
    }

    fn RemoveStructureChangedEventHandler(
        &self,
        _: Ref<'_, IUIAutomationElement>,
        _: Ref<'_, IUIAutomationStructureChangedEventHandler>,
    ) -> Result<()> {
        self.0.borrow_mut().structure = None;
        Ok(())
    }

    fn AddPropertyChangedEventHandlerNativeArray(
        &self,
        _: Ref<'_, IUIAutomationElement>,
        _: TreeScope,
        _: Ref<'_, IUIAutomationCacheRequest>,
        handler: Ref<'_, IUIAutomationPropertyChangedEventHandler>,
        _: *const UIA_PROPERTY_ID,
        _: i32,
    ) -> Result<()> {
        let mut world = self.0.borrow_mut();
        world.pass("AddPropertyChangedEventHandlerNativeArray", 0)?;
        world.property = Some(handler.ok()?.clone());
        Ok(())
    }

    fn RemovePropertyChangedEventHandler(
        &self,
        _: Ref<'_, IUIAutomationElement>,
        _: Ref<'_, IUIAutomationPropertyChangedEventHandler>,
    ) -> Result<()> {
        self.0.borrow_mut().property = None;
        Ok(())
    }

    lacks! {
        fn CompareElements(Ref<'_, IUIAutomationElement>, Ref<'_, IUIAutomationElement>) -> BOOL;
        fn CompareRuntimeIds(*const SAFEARRAY, *const SAFEARRAY) -> BOOL;
        fn GetRootElement() -> IUIAutomationElement;
        fn ElementFromPoint(&POINT) -> IUIAutomationElement;
        fn GetFocusedElement() -> IUIAutomationElement;
        fn GetRootElementBuildCache(Ref<'_, IUIAutomationCacheRequest>) -> IUIAutomationElement;
        fn ControlViewWalker() -> IUIAutomationTreeWalker;
        fn ContentViewWalker() -> IUIAutomationTreeWalker;
        fn RawViewWalker() -> IUIAutomationTreeWalker;
        fn RawViewCondition() -> IUIAutomationCondition;
        fn ContentViewCondition() -> IUIAutomationCondition;
        fn CreateTrueCondition() -> IUIAutomationCondition;
        fn CreateFalseCondition() -> IUIAutomationCondition;
        fn CreatePropertyConditionEx(UIA_PROPERTY_ID, &VARIANT, PropertyConditionFlags) -> IUIAutomationCondition;
        fn CreateAndCondition(Ref<'_, IUIAutomationCondition>, Ref<'_, IUIAutomationCondition>) -> IUIAutomationCondition;
        fn CreateAndConditionFromArray(*const SAFEARRAY) -> IUIAutomationCondition;
        fn CreateAndConditionFromNativeArray(*const Option<IUIAutomationCondition>, i32) -> IUIAutomationCondition;
        fn CreateOrCondition(Ref<'_, IUIAutomationCondition>, Ref<'_, IUIAutomationCondition>) -> IUIAutomationCondition;
        fn CreateOrConditionFromArray(*const SAFEARRAY) -> IUIAutomationCondition;
        fn CreateOrConditionFromNativeArray(*const Option<IUIAutomationCondition>, i32) -> IUIAutomationCondition;
        fn CreateNotCondition(Ref<'_, IUIAutomationCondition>) -> IUIAutomationCondition;
        fn AddAutomationEventHandler(UIA_EVENT_ID, Ref<'_, IUIAutomationElement>, TreeScope, Ref<'_, IUIAutomationCacheRequest>, Ref<'_, IUIAutomationEventHandler>) -> ();
        fn RemoveAutomationEventHandler(UIA_EVENT_ID, Ref<'_, IUIAutomationElement>, Ref<'_, IUIAutomationEventHandler>) -> ();
        fn AddPropertyChangedEventHandler(Ref<'_, IUIAutomationElement>, TreeScope, Ref<'_, IUIAutomationCacheRequest>, Ref<'_, IUIAutomationPropertyChangedEventHandler>, *const SAFEARRAY) -> ();
        fn AddFocusChangedEventHandler(Ref<'_, IUIAutomationCacheRequest>, Ref<'_, IUIAutomationFocusChangedEventHandler>) -> ();
        fn RemoveFocusChangedEventHandler(Ref<'_, IUIAutomationFocusChangedEventHandler>) -> ();
        fn RemoveAllEventHandlers() -> ();
        fn IntNativeArrayToSafeArray(*const i32, i32) -> *mut SAFEARRAY;
        fn IntSafeArrayToNativeArray(*const SAFEARRAY, *mut *mut i32) -> i32;
        fn RectToVariant(&RECT) -> VARIANT;
        fn VariantToRect(&VARIANT) -> RECT;
        fn SafeArrayToRectNativeArray(*const SAFEARRAY, *mut *mut RECT) -> i32;
        fn CreateProxyFactoryEntry(Ref<'_, IUIAutomationProxyFactory>) -> IUIAutomationProxyFactoryEntry;
        fn ProxyFactoryMapping() -> IUIAutomationProxyFactoryMapping;
        fn GetPropertyProgrammaticName(UIA_PROPERTY_ID) -> BSTR;
        fn GetPatternProgrammaticName(UIA_PATTERN_ID) -> BSTR;
        fn PollForPotentialSupportedPatterns(Ref<'_, IUIAutomationElement>, *mut *mut SAFEARRAY, *mut *mut SAFEARRAY) -> ();
        fn PollForPotentialSupportedProperties(Ref<'_, IUIAutomationElement>, *mut *mut SAFEARRAY, *mut *mut SAFEARRAY) -> ();
        fn CheckNotSupported(&VARIANT) -> BOOL;
        fn ReservedNotSupportedValue() -> IUnknown;
        fn ReservedMixedAttributeValue() -> IUnknown;
        fn ElementFromIAccessible(Ref<'_, IAccessible>, i32) -> IUIAutomationElement;
        fn ElementFromIAccessibleBuildCache(Ref<'_, IAccessible>, i32, Ref<'_, IUIAutomationCacheRequest>) -> IUIAutomationElement;
    }
}
