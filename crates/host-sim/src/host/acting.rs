//! Acting on the desktop, as a hand would, and telling what that changed.
//!
//! Untrusted: the facts' age; the desktop may have changed since they were judged.
//! Guarantees: each target is found again and compared first; winwarden's own windows and elevated ones are refused
//! here a second time; the pointer presses only what is in front.
//! Does not: judge anything.

use model::{
    Acted, Bars, Button, ClickRequest, Code, DragRequest, ElementActionRequest, ElementVerb, Elevation,
    Facts, Fault, Means, Operation, Point, ReadBack, Rect, ScrollRequest, TypeMode, WindowInfo, WindowState,
    WindowVerb,
    ui::{Node, Role, escape},
};

use super::{
    find::{self, Found, Trouble, answers, name_of, number},
    typing,
};
use crate::desktop::{Desktop, Target};

/// What is acted on, found again just now.
#[derive(Debug, Clone)]
pub(super) struct Aim {
    pub(super) info: WindowInfo,
    pub(super) node: Option<Node>,
    pub(super) point: Option<Point>,
    /// What was done on the way to what was asked for, which a fault says.
    pub(super) steps: Vec<String>,
}

impl Aim {
    fn of(desktop: &Desktop, found: &Found<'_>) -> Self {
        let info = desktop.info(found.window);
        Self { info, node: found.node(), point: found.point, steps: Vec::new() }
    }

    pub(super) const fn window(&self) -> u64 {
        self.info.key.handle
    }

    pub(super) fn title(&self) -> String {
        format!("`{}`", escape(&self.info.title, 80))
    }

    /// The element, by its numbers.
    pub(super) fn target(&self) -> Option<Target> {
        let number = number(&self.node.as_ref()?.key)?;
        Some(Target { window: self.window(), number })
    }

    /// Refuses an element that cannot be operated.
    pub(super) fn refuse_disabled(&self) -> Result<(), Fault> {
        match &self.node {
            Some(node) if node.states.disabled => {
                Err(Fault::new(Code::ElementDisabled, format!("{} is disabled", name_of(node)))
                    .hint("wait_for element_enabled, or do what enables it")
                    .elements(vec![node.clone()]))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// What was done.
#[derive(Debug)]
pub(super) struct Done {
    means: Means,
    verb: Option<ElementVerb>,
    point: Option<Point>,
    read_back: Option<ReadBack>,
    pid: Option<u32>,
    clipboard: Option<u32>,
    pub(super) notes: Vec<String>,
}

impl Done {
    pub(super) const fn by(means: Means) -> Self {
        Self {
            means,
            verb: None,
            point: None,
            read_back: None,
            pid: None,
            clipboard: None,
            notes: Vec::new(),
        }
    }

    fn at(point: Point) -> Self {
        Self { point: Some(point), ..Self::by(Means::Input) }
    }

    pub(super) fn read_back(self, read_back: ReadBack) -> Self {
        Self { read_back: Some(read_back), ..self }
    }
}

/// Does what was judged and tells what changed.
pub(super) fn act(desktop: &mut Desktop, operation: &Operation, facts: &Facts) -> Result<Acted, Trouble> {
    let mut aims = Vec::new();
    for judged in &facts.targets {
        let found = find::again(desktop, judged)?;
        refuse_forbidden(desktop, &found)?;
        if !only_moves(operation) {
            answers(desktop, found.window)?;
        }
        aims.push(Aim::of(desktop, &found));
    }
    let before = Before::look(desktop, aims.first());
    match carry_out(desktop, operation, facts, &mut aims) {
        Ok(done) => Ok(before.acted(desktop, aims.first(), done)),
        Err(fault) => Err(fault.after(aims.first().map_or(&[], |aim| aim.steps.as_slice())).into()),
    }
}

/// Does it; what was done before a fault stands in the steps of the first of `aims`.
fn carry_out(
    desktop: &mut Desktop,
    operation: &Operation,
    facts: &Facts,
    aims: &mut [Aim],
) -> Result<Done, Fault> {
    let missing = || Fault::new(Code::Internal, "the target is missing from the facts");
    let (aim, others) =
        aims.split_first_mut().map_or((None, &mut [][..]), |(aim, others)| (Some(aim), others));
    let aim = aim.ok_or_else(missing);
    match operation {
        Operation::Click(request) => click(desktop, aim?, request),
        Operation::TypeText(request) => typing::type_text(desktop, aim?, request),
        Operation::PressKeys(request) => typing::press_keys(desktop, aim?, &request.keys),
        Operation::Scroll(request) => scroll(desktop, aim?, request),
        Operation::Drag(request) => drag(desktop, aim?, others.first().ok_or_else(missing)?, request),
        Operation::MovePointer(_) => {
            let aim = aim?;
            aim.refuse_disabled()?;
            let notes = come_forward(desktop, aim);
            let point = own_point(desktop, aim)?;
            desktop.pointer = point;
            Ok(Done { notes, ..Done::at(point) })
        }
        Operation::ElementAction(request) => element_action(desktop, aim?, request),
        Operation::WindowControl(request) => window_control(desktop, aim?, request.verb),
        Operation::AppLaunch(request) => {
            let (pid, _) = desktop.launch(request, facts.launch.as_ref().ok_or_else(missing)?)?;
            Ok(Done { pid: Some(pid), ..Done::by(Means::System) })
        }
        Operation::ClipboardWrite(request) => {
            desktop.clipboard.put(request.text.expose());
            Ok(Done { clipboard: Some(desktop.clipboard.sequence), ..Done::by(Means::System) })
        }
        Operation::Status(_)
        | Operation::WindowList(_)
        | Operation::DisplayList(_)
        | Operation::AppList(_)
        | Operation::Snapshot(_)
        | Operation::Find(_)
        | Operation::ReadText(_)
        | Operation::Screenshot(_)
        | Operation::WaitFor(_)
        | Operation::ClipboardRead(_)
        | Operation::RegistryRead(_)
        | Operation::RegistryList(_)
        | Operation::RegistrySearch(_)
        | Operation::RegistryExport(_)
        | Operation::RegistryWait(_)
        | Operation::RegistryWrite(_)
        | Operation::RegistryImport(_)
        | Operation::RegistryDelete(_) => Err(Fault::new(Code::Internal, "this is no act")),
    }
}

/// Whether an operation needs no answer of the window.
const fn only_moves(operation: &Operation) -> bool {
    match operation {
        Operation::WindowControl(request) => matches!(request.verb, WindowVerb::Focus),
        _ => false,
    }
}

/// The second lock: whom nothing is ever done to, whatever was judged before.
fn refuse_forbidden(desktop: &Desktop, found: &Found<'_>) -> Result<(), Fault> {
    let process = desktop.facts(found.window).process;
    let title = escape(&found.window.title, 80);
    if process.own {
        return Err(Fault::new(Code::OwnWindow, format!("window `{title}` belongs to winwarden itself")));
    }
    match process.elevation {
        Elevation::Same => Ok(()),
        Elevation::Higher | Elevation::Unknown => {
            Err(Fault::new(Code::ElevatedTarget, format!("window `{title}` belongs to an elevated process"))
                .hint("winwarden never operates programs that run with more rights than it has"))
        }
    }
}

fn foreground(desktop: &Desktop) -> Option<u64> {
    desktop.foreground().map(|window| window.handle)
}

/// What has the keyboard in the window that is acted on, if that is in front.
fn focused(desktop: &Desktop, aim: Option<&Aim>) -> Option<Node> {
    let own = aim.map(Aim::window);
    let front = desktop.foreground().filter(|window| own.is_none_or(|own| own == window.handle))?;
    if front.hangs || desktop.is_own(front) {
        return None;
    }
    Some(Desktop::node(front, &front.seen_focused()?))
}

/// The desktop before an act.
struct Before {
    foreground: Option<u64>,
    focused: Option<Node>,
    windows: Vec<WindowInfo>,
}

impl Before {
    fn look(desktop: &Desktop, aim: Option<&Aim>) -> Self {
        Self { foreground: foreground(desktop), focused: focused(desktop, aim), windows: desktop.infos() }
    }

    fn acted(self, desktop: &Desktop, aim: Option<&Aim>, done: Done) -> Acted {
        let were = |handle| self.windows.iter().any(|window| window.key.handle == handle);
        let opened = desktop.infos().into_iter().filter(|window| !were(window.key.handle)).collect();
        let front = desktop.foreground();
        let had = self.focused.map(|node| node.key);
        let is_news = |node: &Node| done.verb == Some(ElementVerb::Focus) || had.as_ref() != Some(&node.key);
        let element = aim.and_then(|aim| {
            let target = aim.target()?;
            let window = desktop.window(target.window);
            let now =
                window.and_then(|window| Some(Desktop::node(window, &window.seen_number(target.number)?)));
            now.or_else(|| aim.node.clone())
        });
        let is_gone = |window: &WindowInfo| desktop.window(window.key.handle).is_none();
        Acted {
            means: done.means,
            element,
            verb: done.verb,
            point: done.point,
            foreground: front.map(|window| desktop.info(window)),
            foreground_changed: front.map(|window| window.handle) != self.foreground,
            focused: focused(desktop, aim).filter(is_news),
            opened,
            closed: self.windows.iter().filter(|window| is_gone(window)).cloned().collect(),
            read_back: done.read_back,
            clipboard: done.clipboard,
            pid: done.pid,
            notes: done.notes,
        }
    }
}

/// Brings the judged window to the foreground; what the caller should know of that.
pub(super) fn come_forward(desktop: &mut Desktop, aim: &mut Aim) -> Vec<String> {
    let was_front = foreground(desktop) == Some(aim.window());
    desktop.bring_forward(aim.window());
    let minimized = aim.info.state == WindowState::Minimized;
    let how = match (minimized, was_front) {
        (true, true) => "restored",
        (true, false) => "restored and brought to the front",
        (false, false) => "brought to the front",
        (false, true) => return Vec::new(),
    };
    aim.steps.push(format!("window {} had been {how}", aim.title()));
    minimized.then(|| "the window was minimized and has been restored".to_owned()).into_iter().collect()
}

/// A point of the target that can be pressed: the caller's own, or one of the element's visible part.
fn own_point(desktop: &Desktop, aim: &Aim) -> Result<Point, Fault> {
    let gone = || Fault::new(Code::StaleElement, format!("window {} is gone", aim.title()));
    let window = desktop.window(aim.window()).ok_or_else(gone)?;
    let Some(target) = aim.target().filter(|_| aim.point.is_none()) else {
        let point = aim.point.unwrap_or_else(|| window.place.center());
        return match desktop.window_at(point) {
            Some(there) if there.handle == aim.window() => Ok(point),
            there => {
                let windows = there.map(|window| desktop.info(window)).into_iter().collect();
                let message =
                    format!("window {} is not what lies at ({}, {})", aim.title(), point.x, point.y);
                Err(Fault::new(Code::WrongWindow, message).windows(windows))
            }
        };
    };
    let seen = window.seen_number(target.number).ok_or_else(gone)?;
    let node = Desktop::node(window, &seen);
    let visible = window.visible(seen.element);
    if node.states.offscreen || visible.is_empty() {
        return Err(Fault::new(Code::Obscured, format!("{} is not on the screen", name_of(&node)))
            .hint("open what it lies in, or enlarge its window")
            .elements(vec![node]));
    }
    let is_own = |point: &Point| {
        desktop.window_at(*point).is_some_and(|there| there.handle == window.handle)
            && window.seen_at(*point).is_some_and(|there| seen.element.find(there.element.number).is_some())
    };
    points(visible).find(is_own).ok_or_else(|| {
        let in_front = window.seen_at(visible.center());
        let by = in_front
            .map_or_else(|| "another window".to_owned(), |there| name_of(&Desktop::node(window, &there)));
        Fault::new(Code::Obscured, format!("{by} lies in front of {}", name_of(&node)))
    })
}

/// Points to try in a visible part: its middle, then points halfway and near its corners.
fn points(part: Rect) -> impl Iterator<Item = Point> {
    const TWELFTHS: [(i32, i32); 9] =
        [(6, 6), (3, 6), (9, 6), (6, 3), (6, 9), (1, 1), (11, 1), (1, 11), (11, 11)];
    let (width, height) = (part.width().cast_signed(), part.height().cast_signed());
    TWELFTHS
        .into_iter()
        .map(move |(x, y)| Point { x: part.left + width * x / 12, y: part.top + height * y / 12 })
}

/// A plain click on an element goes by its own pattern, anything else by the pointer.
fn click(desktop: &mut Desktop, aim: &mut Aim, request: &ClickRequest) -> Result<Done, Fault> {
    aim.refuse_disabled()?;
    let ClickRequest { button, count, modifiers, .. } = request;
    let plain = *button == Button::Left && *count == 1 && *modifiers == model::keys::Modifiers::default();
    if let (true, None, Some(target)) = (plain, aim.point, aim.target())
        && aim.node.as_ref().is_some_and(clicks_by_itself)
    {
        desktop.press(target);
        return Ok(Done::by(Means::Pattern));
    }
    let notes = come_forward(desktop, aim);
    let point = own_point(desktop, aim)?;
    desktop.pointer = point;
    let hit = desktop.window(aim.window()).and_then(|window| window.seen_at(point));
    let hit = hit.map(|seen| (seen.element.number, seen.element.role));
    if let Some((number, role)) = hit {
        let target = Target { window: aim.window(), number };
        if role != Role::MenuItem {
            desktop.close_menus(aim.window());
        }
        desktop.focus_if_possible(target);
        let presses = match (button, role) {
            (Button::Right | Button::Middle, _) => 0,
            (Button::Left, Role::Button | Role::CheckBox) => *count,
            (Button::Left, _) => 1,
        };
        for _ in 0..presses {
            desktop.press(target);
        }
        if let Some(field) = desktop.element_mut(target)
            && *count > 1
            && field.takes_text()
        {
            field.select_all();
        }
    }
    Ok(Done { notes, ..Done::at(point) })
}

/// Whether an element can do by itself what a click does.
const fn clicks_by_itself(node: &Node) -> bool {
    let patterns = node.patterns;
    let opens = matches!(node.role, Role::ComboBox | Role::MenuItem | Role::SplitButton);
    patterns.invoke || patterns.toggle || patterns.select || (patterns.expand_collapse && opens)
}

/// Nothing moves here, but what can be scrolled by itself needs no pointer.
fn scroll(desktop: &mut Desktop, aim: &mut Aim, _: &ScrollRequest) -> Result<Done, Fault> {
    aim.refuse_disabled()?;
    if aim.point.is_none() && aim.node.as_ref().is_some_and(|node| node.patterns.scroll) {
        return Ok(Done::by(Means::Pattern));
    }
    let notes = come_forward(desktop, aim);
    let point = own_point(desktop, aim)?;
    desktop.pointer = point;
    Ok(Done { notes, ..Done::at(point) })
}

/// Nothing is carried along here: the pointer goes from the one place to the other.
fn drag(desktop: &mut Desktop, from: &mut Aim, to: &Aim, _: &DragRequest) -> Result<Done, Fault> {
    from.refuse_disabled()?;
    let notes = come_forward(desktop, from);
    own_point(desktop, from)?;
    let end = own_point(desktop, to)?;
    desktop.pointer = end;
    Ok(Done { notes, ..Done::at(end) })
}

/// Whether an element has the pattern for it.
const fn can(node: &Node, verb: ElementVerb) -> bool {
    let patterns = node.patterns;
    match verb {
        ElementVerb::Invoke => patterns.invoke,
        ElementVerb::Toggle => patterns.toggle,
        ElementVerb::Expand | ElementVerb::Collapse => patterns.expand_collapse,
        ElementVerb::Select => patterns.select,
        ElementVerb::SetValue => patterns.value,
        ElementVerb::ScrollIntoView => patterns.scroll_into_view,
        ElementVerb::Focus => true,
    }
}

/// What an element would refuse.
pub(super) fn bars(node: &Node) -> Bars {
    let lacks = ElementVerb::ALL.iter().copied().filter(|verb| !can(node, *verb)).collect();
    Bars { disabled: node.states.disabled, read_only: node.states.read_only, lacks }
}

/// Uses the element's own pattern.
fn element_action(
    desktop: &mut Desktop,
    aim: &mut Aim,
    request: &ElementActionRequest,
) -> Result<Done, Fault> {
    let (Some(node), Some(target)) = (&aim.node, aim.target()) else {
        return Err(Fault::new(Code::NotFound, "there is no element to operate"));
    };
    let verb = request.action;
    if verb != ElementVerb::ScrollIntoView {
        aim.refuse_disabled()?;
    }
    if !can(node, verb) {
        let message = format!("{} cannot {}", name_of(node), verb.name());
        return Err(Fault::new(Code::NotSupportedByTarget, message)
            .hint("click it, or use keys")
            .elements(vec![node.clone()]));
    }
    let mut done = Done { verb: Some(verb), ..Done::by(Means::Pattern) };
    match (verb, &request.value) {
        (ElementVerb::Invoke, _) => desktop.invoke(target),
        (ElementVerb::Toggle, _) => {
            desktop.toggle(target);
            desktop.invoke(target);
        }
        (ElementVerb::Expand, _) => desktop.expand(target, true),
        (ElementVerb::Collapse, _) => desktop.expand(target, false),
        (ElementVerb::Select, _) => {
            desktop.select(target);
            desktop.invoke(target);
        }
        (ElementVerb::SetValue, Some(value)) => {
            done.read_back = Some(typing::put(desktop, target, value, TypeMode::Replace));
        }
        (ElementVerb::SetValue, None) => {
            return Err(Fault::new(Code::InvalidArgument, "`set_value` needs `value`"));
        }
        (ElementVerb::ScrollIntoView, _) => {}
        (ElementVerb::Focus, _) => {
            done.notes = typing::take_keyboard(desktop, aim)?;
            done.means = Means::System;
        }
    }
    Ok(done)
}

fn window_control(desktop: &mut Desktop, aim: &Aim, verb: WindowVerb) -> Result<Done, Fault> {
    let handle = aim.window();
    let own = desktop.window(handle).and_then(|window| window.rect).unwrap_or(aim.info.rect);
    match verb {
        WindowVerb::Focus => desktop.bring_forward(handle),
        WindowVerb::Minimize => desktop.show(handle, WindowState::Minimized),
        WindowVerb::Maximize => desktop.show(handle, WindowState::Maximized),
        WindowVerb::Restore => desktop.show(handle, WindowState::Normal),
        WindowVerb::Close => desktop.close(handle),
        WindowVerb::Move { .. } | WindowVerb::Resize { .. } if aim.info.state != WindowState::Normal => {
            let how = if aim.info.state == WindowState::Minimized { "minimized" } else { "maximized" };
            let message = format!("window {} is {how}", aim.title());
            return Err(Fault::new(Code::NotSupportedByTarget, message).hint("restore it first"));
        }
        WindowVerb::Move { x, y } => {
            let (width, height) = (own.width().cast_signed(), own.height().cast_signed());
            let moved = Rect::new(x, y, x.saturating_add(width), y.saturating_add(height));
            desktop.put(handle, moved);
        }
        WindowVerb::Resize { width, height } => {
            let (width, height) = (i32::try_from(width), i32::try_from(height));
            let side = |start: i32, length: Result<i32, _>| start.saturating_add(length.unwrap_or(i32::MAX));
            desktop.put(handle, Rect::new(own.left, own.top, side(own.left, width), side(own.top, height)));
        }
    }
    Ok(Done::by(Means::System))
}
