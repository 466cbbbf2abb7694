//! Where elements are that their author gave no place: in rows, bars side by side, menus below what opens them.

use model::{Rect, WindowState, ui::Role};

use super::WORK_AREA;
use crate::world::{Element, Window};

/// Height of a title bar.
pub(super) const TITLE_BAR: i32 = 30;
/// Between elements, and around them.
const GAP: i32 = 6;
/// Height of a row.
const ROW: i32 = 26;
/// Height of what shows much at once.
const TALL: i32 = 120;
/// Width of an element of a bar.
const BAR_ITEM: i32 = 90;
/// Width of a menu or drop-down list.
const DROP_DOWN: i32 = 200;

/// A rectangle moved to the right and down.
pub(super) const fn moved(rect: Rect, x: i32, y: i32) -> Rect {
    Rect::new(
        rect.left.saturating_add(x),
        rect.top.saturating_add(y),
        rect.right.saturating_add(x),
        rect.bottom.saturating_add(y),
    )
}

/// Places a window as it is shown, and its elements.
pub(super) fn arrange(window: &mut Window) {
    let own = window.rect.unwrap_or(WORK_AREA);
    window.place = match window.state {
        WindowState::Maximized => WORK_AREA,
        WindowState::Normal | WindowState::Minimized => own,
    };
    let place = window.place;
    window.tree.place = place;
    let inside = Rect::new(place.left, place.top + TITLE_BAR, place.right, place.bottom);
    fill(&mut window.tree.children, inset(inside));
}

fn inset(rect: Rect) -> Rect {
    Rect::new(rect.left + GAP, rect.top + GAP, rect.right - GAP, rect.bottom - GAP)
}

const fn is_bar(role: Role) -> bool {
    matches!(role, Role::MenuBar | Role::ToolBar | Role::StatusBar | Role::Header | Role::Tab)
}

/// The height an element would like to have.
fn height(element: &Element) -> i32 {
    let rows: i32 =
        element.children.iter().filter(|child| child.rect.is_none()).map(|c| height(c) + GAP).sum();
    match element.role {
        Role::Document | Role::List | Role::Tree | Role::DataGrid | Role::Table if rows == 0 => TALL,
        role if is_bar(role) || element.drops_down() || rows == 0 => ROW,
        _ => rows + GAP + caption(element),
    }
}

/// The height that the name of a container takes.
const fn caption(element: &Element) -> i32 {
    if element.name.is_empty() { 0 } else { ROW / 2 + GAP }
}

/// Gives an element its place and what is in it places inside.
fn place(element: &mut Element, place: Rect) {
    element.place = element.rect.unwrap_or(place);
    let own = element.place;
    if element.drops_down() {
        drop_down(element);
    } else if is_bar(element.role) {
        side_by_side(&mut element.children, own);
    } else {
        let inside = Rect::new(own.left, own.top + caption(element), own.right, own.bottom);
        fill(&mut element.children, inset(inside));
    }
}

/// Items below an element; those of a menu in a menu beside it.
fn drop_down(element: &mut Element) {
    let own = element.place;
    let beside = element.role == Role::MenuItem && own.width().cast_signed() == DROP_DOWN;
    let (left, mut top) = if beside { (own.right, own.top) } else { (own.left, own.bottom) };
    for child in &mut element.children {
        place(child, Rect::new(left, top, left + DROP_DOWN, top + ROW));
        top += ROW;
    }
}

fn side_by_side(children: &mut [Element], area: Rect) {
    let count = i32::try_from(children.len()).unwrap_or(i32::MAX).max(1);
    let width = (area.width().cast_signed() / count).clamp(1, BAR_ITEM);
    let mut left = area.left;
    for child in children {
        place(child, Rect::new(left, area.top, left + width, area.bottom));
        left = left.saturating_add(width);
    }
}

/// One below the other; where they do not fit, in columns of equal cells.
fn fill(children: &mut [Element], area: Rect) {
    let heights: Vec<i32> =
        children.iter().map(|child| if child.rect.is_some() { 0 } else { height(child) + GAP }).collect();
    let total: i32 = heights.iter().sum();
    let room = area.height().cast_signed();
    if total > room {
        return grid(children, area);
    }
    let grows = |child: &Element| matches!(child.role, Role::Document | Role::List | Role::Tree | Role::Pane);
    let tall = children.iter().position(|child| child.rect.is_none() && grows(child));
    let mut top = area.top;
    for (index, (child, height)) in children.iter_mut().zip(heights).enumerate() {
        let extra = if Some(index) == tall { room - total } else { 0 };
        place(child, Rect::new(area.left, top, area.right, top + (height - GAP + extra).max(1)));
        top += if child.rect.is_some() { 0 } else { height + extra };
    }
}

fn grid(children: &mut [Element], area: Rect) {
    let count = i32::try_from(children.len()).unwrap_or(i32::MAX).max(1);
    let rows = (area.height().cast_signed() / (ROW + GAP)).clamp(1, count);
    let columns = count.saturating_add(rows - 1) / rows;
    let width = (area.width().cast_signed() / columns).max(1);
    let height = (area.height().cast_signed() / rows).max(1);
    let (mut column, mut row) = (0, 0);
    for child in children {
        let (left, top) = (area.left + column * width, area.top + row * height);
        place(child, Rect::new(left, top, left + width, top + (height - GAP).max(1)));
        row += 1;
        if row == rows {
            (column, row) = (column + 1, 0);
        }
    }
}
