//! Values as UI Automation passes them.

use std::ffi::c_void;

use model::Rect;
use windows::Win32::System::{
    Com::SAFEARRAY,
    Ole::{
        SafeArrayAccessData, SafeArrayGetDim, SafeArrayGetLBound, SafeArrayGetUBound, SafeArrayUnaccessData,
    },
    Variant::{VARENUM, VARIANT, VT_ARRAY, VT_BOOL, VT_BSTR, VT_I4, VT_R8},
};

/// A truth value; nothing where it is of another type.
pub(super) fn flag(value: &VARIANT) -> Option<bool> {
    // SAFETY: the type says which field is set.
    (value.vt() == VT_BOOL).then(|| unsafe { value.Anonymous.Anonymous.Anonymous.boolVal }.as_bool())
}

/// A whole number.
pub(super) fn int(value: &VARIANT) -> Option<i32> {
    // SAFETY: the type says which field is set.
    (value.vt() == VT_I4).then(|| unsafe { value.Anonymous.Anonymous.Anonymous.lVal })
}

/// A number.
pub(super) fn number(value: &VARIANT) -> Option<f64> {
    // SAFETY: the type says which field is set.
    (value.vt() == VT_R8).then(|| unsafe { value.Anonymous.Anonymous.Anonymous.dblVal })
}

/// The first `most` UTF-16 units of a text.
pub(super) fn text(value: &VARIANT, most: usize) -> Option<String> {
    let units = units(value)?;
    Some(String::from_utf16_lossy(units.get(..most).unwrap_or(units)))
}

/// How many UTF-16 units a text has; none where it is of another type.
pub(super) fn length(value: &VARIANT) -> usize {
    units(value).map_or(0, <[u16]>::len)
}

fn units(value: &VARIANT) -> Option<&[u16]> {
    // SAFETY: the type says which field is set; the text lives as long as `value`.
    (value.vt() == VT_BSTR).then(|| unsafe { &**value.Anonymous.Anonymous.Anonymous.bstrVal })
}

/// Whole numbers, at most 64.
pub(super) fn ints(value: &VARIANT) -> Option<Vec<i32>> {
    array(value, VT_I4)
}

/// A rectangle, given as left, top, width and height.
pub(super) fn rect(value: &VARIANT) -> Option<Rect> {
    let sides: Vec<f64> = array(value, VT_R8)?;
    let &[left, top, width, height] = sides.as_slice() else { return None };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast to i32 takes the nearest value it has; NaN is 0"
    )]
    let side = |side: f64| side.round() as i32;
    Some(Rect::new(side(left), side(top), side(left + width), side(top + height)))
}

/// The members of a one-dimensional array; nothing where `value` is none of `T`s, or has over 64.
fn array<T: Copy>(value: &VARIANT, of: VARENUM) -> Option<Vec<T>> {
    if value.vt() != VARENUM(VT_ARRAY.0 | of.0) {
        return None;
    }
    // SAFETY: the type says which field is set.
    let array: *mut SAFEARRAY = unsafe { value.Anonymous.Anonymous.Anonymous.parray };
    // SAFETY: the array is live and belongs to `value`.
    if array.is_null() || unsafe { SafeArrayGetDim(array) } != 1 {
        return None;
    }
    // SAFETY: as above.
    let (low, high) = unsafe { (SafeArrayGetLBound(array, 1).ok()?, SafeArrayGetUBound(array, 1).ok()?) };
    let length = usize::try_from(i64::from(high) - i64::from(low) + 1).ok().filter(|length| *length <= 64)?;
    let mut data: *mut c_void = std::ptr::null_mut();
    // SAFETY: the array is live; `data` lives through the call. The lock is given back below.
    unsafe { SafeArrayAccessData(array, &raw mut data) }.ok()?;
    let members = if length == 0 || data.is_null() {
        Vec::new()
    } else {
        // SAFETY: the locked array holds `length` members of the type that `of` names, aligned for it.
        unsafe { std::slice::from_raw_parts(data.cast::<T>(), length) }.to_vec()
    };
    // SAFETY: gives the lock of above back.
    let _ = unsafe { SafeArrayUnaccessData(array) };
    Some(members)
}
