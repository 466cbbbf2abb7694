//! What lies at a point of the screen.

use model::Point;
use windows::Win32::{
    Foundation::{HWND, POINT},
    Graphics::Gdi::ScreenToClient,
    UI::WindowsAndMessaging::{CWP_SKIPINVISIBLE, ChildWindowFromPointEx, WindowFromPoint},
};

use super::{
    control::{self, Control},
    kind::Kind,
    view::owner_of_part,
};
use crate::input::handle;

/// Windows lie in one another at most so deep.
const DEEP: usize = 64;
/// At most so many controls are looked through for one behind a group box.
const MANY: usize = 5000;

/// The innermost control at a point, and 0 where there is no window.
pub(super) fn innermost(point: Point) -> u64 {
    let place = POINT { x: point.x, y: point.y };
    // SAFETY: takes any point; asks no other thread.
    let mut found = control::value(unsafe { WindowFromPoint(place) });
    // The system passes by what is disabled.
    for _ in 0..DEEP {
        let inner = child_at(found, place);
        if inner == 0 || inner == found {
            break;
        }
        found = inner;
    }
    owner_of_part(behind_group_box(found, point))
}

fn child_at(window: u64, place: POINT) -> u64 {
    if window == 0 || Control::look(window).is_some_and(|control| is_leaf(control.kind)) {
        return 0;
    }
    let mut inner = place;
    // SAFETY: takes any value for a window; `inner` lives through the call.
    if !unsafe { ScreenToClient(handle(window), &raw mut inner) }.as_bool() {
        return 0;
    }
    // SAFETY: takes any value for a window.
    let child: HWND = unsafe { ChildWindowFromPointEx(handle(window), inner, CWP_SKIPINVISIBLE) };
    control::value(child)
}

/// Whether nothing lies in such a control that would be told apart.
const fn is_leaf(kind: Kind) -> bool {
    !matches!(kind, Kind::Pane | Kind::Other | Kind::Tab | Kind::ListView | Kind::ToolBar)
}

/// A group box lies in front of what it holds, but not in its way.
fn behind_group_box(window: u64, point: Point) -> u64 {
    let Some(outer) = Control::look(window).filter(|control| control.kind == Kind::GroupBox) else {
        return window;
    };
    let parent = control::parent(window);
    let mut best = outer;
    for other in control::inside(parent, MANY) {
        let holds = control::rect(other).is_some_and(|rect| rect.contains(point));
        if !holds || control::parent(other) != parent {
            continue;
        }
        let Some(other) = Control::look(other).filter(Control::is_visible) else { continue };
        let area = |control: &Control| u64::from(control.rect.width()) * u64::from(control.rect.height());
        if other.kind != Kind::GroupBox {
            return other.handle;
        }
        if area(&other) < area(&best) {
            best = other;
        }
    }
    best.handle
}
