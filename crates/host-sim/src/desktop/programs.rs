//! The windows that programs open when they are started.

use model::ui::Role;

use crate::world::{Element, File, Files, OnInvoke, Window};

/// The automation id of Notepad's text, as on Windows.
const TEXT_ID: &str = "15";

/// The first window of a program, started with these arguments.
pub(super) fn first_window(path: &str, arguments: &[String], files: &Files) -> Window {
    let file = path.rsplit('\\').next().unwrap_or_default();
    match stem(file).to_lowercase().as_str() {
        "notepad" => notepad(arguments, files),
        _ => {
            let title = stem(file);
            Window::new(title, "SimulatedWindow", Element::new(Role::Window, title))
        }
    }
}

/// A file's name without `.exe`.
pub(super) fn stem(file: &str) -> &str {
    let end = file.len().saturating_sub(4);
    match (file.get(..end), file.get(end..)) {
        (Some(stem), Some(ending)) if ending.eq_ignore_ascii_case(".exe") => stem,
        _ => file,
    }
}

/// Notepad with the file that its first argument names, if there is one.
fn notepad(arguments: &[String], files: &Files) -> Window {
    let opened = arguments.first().and_then(|wanted| {
        let (path, file) = files.iter().find(|(path, _)| path.eq_ignore_ascii_case(wanted))?;
        match file {
            File::Text(text) => Some((path.rsplit('\\').next().unwrap_or_default(), text.as_str())),
            File::Bytes(_) | File::Folder | File::Link(_) => None,
        }
    });
    let (name, text) = opened.unwrap_or(("Untitled", ""));
    let title = format!("{name} - Notepad");
    let document = Element {
        automation_id: TEXT_ID.to_owned(),
        value: Some(text.to_owned()),
        focused: true,
        ..Element::new(Role::Document, "Text editor")
    };
    let emptied = OnInvoke { set: Some((TEXT_ID.to_owned(), String::new())), ..OnInvoke::default() };
    let saved = OnInvoke { open: Some(Box::new(save_dialog())), ..OnInvoke::default() };
    let ended = OnInvoke { close: true, ..OnInvoke::default() };
    let about = OnInvoke { open: Some(Box::new(about_dialog())), ..OnInvoke::default() };
    let bar = Element {
        children: vec![
            menu(
                "&File",
                [("&New\tCtrl+N", emptied), ("Save &As...\tCtrl+Shift+S", saved), ("E&xit", ended)],
            ),
            menu("&Help", [("&About Notepad", about)]),
        ],
        ..Element::new(Role::MenuBar, "Application")
    };
    let tree = Element { children: vec![bar, document], ..Element::new(Role::Window, &title) };
    Window::new(&title, "Notepad", tree)
}

fn menu<const N: usize>(name: &str, commands: [(&str, OnInvoke); N]) -> Element {
    let command =
        |(name, on_invoke)| Element { on_invoke: Some(on_invoke), ..Element::new(Role::MenuItem, name) };
    Element { children: commands.into_iter().map(command).collect(), ..Element::new(Role::MenuItem, name) }
}

fn button(id: &str, name: &str) -> Element {
    let on_invoke = Some(OnInvoke { close: true, ..OnInvoke::default() });
    Element { automation_id: id.to_owned(), on_invoke, ..Element::new(Role::Button, name) }
}

/// A dialog that takes a name and closes: no file is written.
fn save_dialog() -> Window {
    let name = Element {
        automation_id: "1001".to_owned(),
        value: Some("*.txt".to_owned()),
        focused: true,
        ..Element::new(Role::Edit, "File name:")
    };
    let tree = Element {
        children: vec![name, button("1", "&Save"), button("2", "Cancel")],
        ..Element::new(Role::Window, "Save As")
    };
    Window::new("Save As", "#32770", tree)
}

fn about_dialog() -> Window {
    let tree = Element {
        children: vec![Element::new(Role::Text, "Simulated Notepad"), button("1", "OK")],
        ..Element::new(Role::Window, "About Notepad")
    };
    Window::new("About Notepad", "#32770", tree)
}
