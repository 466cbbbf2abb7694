//! Patterns: one object that has them all, and writes down what was done.

use std::rc::Rc;

use windows::{
    Win32::{
        Foundation::POINT,
        System::{Com::SAFEARRAY, Variant::VARIANT},
        UI::Accessibility::*,
    },
    core::{BOOL, BSTR, IUnknown, PCWSTR, Ref, Result, implement},
};

use super::{Shared, lacks};

#[implement(
    IUIAutomationInvokePattern,
    IUIAutomationTogglePattern,
    IUIAutomationExpandCollapsePattern,
    IUIAutomationSelectionItemPattern,
    IUIAutomationValuePattern,
    IUIAutomationRangeValuePattern,
    IUIAutomationScrollItemPattern,
    IUIAutomationScrollPattern,
    IUIAutomationLegacyIAccessiblePattern,
    IUIAutomationTextPattern,
    IUIAutomationTextRange
)]
struct Patterns {
    world: Shared,
    place: usize,
}

/// The patterns of the element at `place`.
pub(super) fn of(world: &Shared, place: usize) -> IUnknown {
    let patterns: IUIAutomationInvokePattern = Patterns { world: Rc::clone(world), place }.into();
    patterns.into()
}

impl Patterns {
    fn does(&self, method: &'static str) -> Result<()> {
        self.world.borrow_mut().pass(method, self.place)
    }
}

impl IUIAutomationInvokePattern_Impl for Patterns_Impl {
    fn Invoke(&self) -> Result<()> {
        self.does("Invoke")
    }
}

impl IUIAutomationScrollItemPattern_Impl for Patterns_Impl {
    fn ScrollIntoView(&self) -> Result<()> {
        self.does("ScrollIntoView")
    }
}

impl IUIAutomationTogglePattern_Impl for Patterns_Impl {
    fn Toggle(&self) -> Result<()> {
        self.does("Toggle")
    }

    lacks! {
        fn CurrentToggleState() -> ToggleState;
        fn CachedToggleState() -> ToggleState;
    }
}

impl IUIAutomationExpandCollapsePattern_Impl for Patterns_Impl {
    fn Expand(&self) -> Result<()> {
        self.does("Expand")
    }

    fn Collapse(&self) -> Result<()> {
        self.does("Collapse")
    }

    lacks! {
        fn CurrentExpandCollapseState() -> ExpandCollapseState;
        fn CachedExpandCollapseState() -> ExpandCollapseState;
    }
}

impl IUIAutomationSelectionItemPattern_Impl for Patterns_Impl {
    fn Select(&self) -> Result<()> {
        self.does("Select")
    }

    lacks! {
        fn AddToSelection() -> ();
        fn RemoveFromSelection() -> ();
        fn CurrentIsSelected() -> BOOL;
        fn CurrentSelectionContainer() -> IUIAutomationElement;
        fn CachedIsSelected() -> BOOL;
        fn CachedSelectionContainer() -> IUIAutomationElement;
    }
}

impl IUIAutomationValuePattern_Impl for Patterns_Impl {
    fn SetValue(&self, value: &BSTR) -> Result<()> {
        self.does("SetValue")?;
        self.world.borrow_mut().log.push(format!("value={value}"));
        Ok(())
    }

    lacks! {
        fn CurrentValue() -> BSTR;
        fn CurrentIsReadOnly() -> BOOL;
        fn CachedValue() -> BSTR;
        fn CachedIsReadOnly() -> BOOL;
    }
}

impl IUIAutomationRangeValuePattern_Impl for Patterns_Impl {
    fn SetValue(&self, value: f64) -> Result<()> {
        self.does("SetValue")?;
        self.world.borrow_mut().log.push(format!("number={value}"));
        Ok(())
    }

    lacks! {
        fn CurrentValue() -> f64;
        fn CurrentIsReadOnly() -> BOOL;
        fn CurrentMaximum() -> f64;
        fn CurrentMinimum() -> f64;
        fn CurrentLargeChange() -> f64;
        fn CurrentSmallChange() -> f64;
        fn CachedValue() -> f64;
        fn CachedIsReadOnly() -> BOOL;
        fn CachedMaximum() -> f64;
        fn CachedMinimum() -> f64;
        fn CachedLargeChange() -> f64;
        fn CachedSmallChange() -> f64;
    }
}

impl IUIAutomationScrollPattern_Impl for Patterns_Impl {
    fn Scroll(&self, across: ScrollAmount, down: ScrollAmount) -> Result<()> {
        self.does("Scroll")?;
        self.world.borrow_mut().log.push(format!("by={},{}", across.0, down.0));
        Ok(())
    }

    lacks! {
        fn SetScrollPercent(f64, f64) -> ();
        fn CurrentHorizontalScrollPercent() -> f64;
        fn CurrentVerticalScrollPercent() -> f64;
        fn CurrentHorizontalViewSize() -> f64;
        fn CurrentVerticalViewSize() -> f64;
        fn CurrentHorizontallyScrollable() -> BOOL;
        fn CurrentVerticallyScrollable() -> BOOL;
        fn CachedHorizontalScrollPercent() -> f64;
        fn CachedVerticalScrollPercent() -> f64;
        fn CachedHorizontalViewSize() -> f64;
        fn CachedVerticalViewSize() -> f64;
        fn CachedHorizontallyScrollable() -> BOOL;
        fn CachedVerticallyScrollable() -> BOOL;
    }
}

impl IUIAutomationLegacyIAccessiblePattern_Impl for Patterns_Impl {
    fn DoDefaultAction(&self) -> Result<()> {
        self.does("DoDefaultAction")
    }

    lacks! {
        fn Select(i32) -> ();
        fn SetValue(&PCWSTR) -> ();
        fn CurrentChildId() -> i32;
        fn CurrentName() -> BSTR;
        fn CurrentValue() -> BSTR;
        fn CurrentDescription() -> BSTR;
        fn CurrentRole() -> u32;
        fn CurrentState() -> u32;
        fn CurrentHelp() -> BSTR;
        fn CurrentKeyboardShortcut() -> BSTR;
        fn GetCurrentSelection() -> IUIAutomationElementArray;
        fn CurrentDefaultAction() -> BSTR;
        fn CachedChildId() -> i32;
        fn CachedName() -> BSTR;
        fn CachedValue() -> BSTR;
        fn CachedDescription() -> BSTR;
        fn CachedRole() -> u32;
        fn CachedState() -> u32;
        fn CachedHelp() -> BSTR;
        fn CachedKeyboardShortcut() -> BSTR;
        fn GetCachedSelection() -> IUIAutomationElementArray;
        fn CachedDefaultAction() -> BSTR;
        fn GetIAccessible() -> IAccessible;
    }
}

impl IUIAutomationTextPattern_Impl for Patterns_Impl {
    fn DocumentRange(&self) -> Result<IUIAutomationTextRange> {
        Ok(Patterns { world: Rc::clone(&self.world), place: self.place }.into())
    }

    lacks! {
        fn RangeFromPoint(&POINT) -> IUIAutomationTextRange;
        fn RangeFromChild(Ref<'_, IUIAutomationElement>) -> IUIAutomationTextRange;
        fn GetSelection() -> IUIAutomationTextRangeArray;
        fn GetVisibleRanges() -> IUIAutomationTextRangeArray;
        fn SupportedTextSelection() -> SupportedTextSelection;
    }
}

impl IUIAutomationTextRange_Impl for Patterns_Impl {
    fn GetText(&self, most: i32) -> Result<BSTR> {
        self.does("GetText")?;
        Ok(BSTR::from(format!("at most {most}")))
    }

    lacks! {
        fn Clone() -> IUIAutomationTextRange;
        fn Compare(Ref<'_, IUIAutomationTextRange>) -> BOOL;
        fn CompareEndpoints(TextPatternRangeEndpoint, Ref<'_, IUIAutomationTextRange>, TextPatternRangeEndpoint) -> i32;
        fn ExpandToEnclosingUnit(TextUnit) -> ();
        fn FindAttribute(UIA_TEXTATTRIBUTE_ID, &VARIANT, BOOL) -> IUIAutomationTextRange;
        fn FindText(&BSTR, BOOL, BOOL) -> IUIAutomationTextRange;
        fn GetAttributeValue(UIA_TEXTATTRIBUTE_ID) -> VARIANT;
        fn GetBoundingRectangles() -> *mut SAFEARRAY;
        fn GetEnclosingElement() -> IUIAutomationElement;
        fn Move(TextUnit, i32) -> i32;
        fn MoveEndpointByUnit(TextPatternRangeEndpoint, TextUnit, i32) -> i32;
        fn MoveEndpointByRange(TextPatternRangeEndpoint, Ref<'_, IUIAutomationTextRange>, TextPatternRangeEndpoint) -> ();
        fn Select() -> ();
        fn AddToSelection() -> ();
        fn RemoveFromSelection() -> ();
        fn ScrollIntoView(BOOL) -> ();
        fn GetChildren() -> IUIAutomationElementArray;
    }
}
