//! The lines of windows and elements.

use std::fmt::Write as _;

use model::{
    Rect, WindowInfo, WindowState,
    ui::{Node, escape, line, push_visible, quote},
};

/// A window in short: ref, title, program.
pub(crate) fn window_brief(window: &WindowInfo) -> String {
    let mut text = String::new();
    if let Some(reference) = window.reference {
        let _ = write!(text, "{reference} ");
    }
    text.push_str(&quote(&window.title));
    if !window.process.is_empty() {
        let _ = write!(text, " {}", escape(&window.process, 60));
    }
    text
}

/// A window with its place and state.
pub(crate) fn window_line(window: &WindowInfo) -> String {
    let mut text = window_brief(window);
    match window.state {
        WindowState::Minimized => text.push_str(" minimized"),
        WindowState::Maximized => {
            let _ = write!(text, " {} maximized", size(window.rect));
        }
        WindowState::Normal => {
            let _ = write!(text, " {}", size(window.rect));
        }
    }
    for (is_so, word) in [(window.foreground, " foreground"), (!window.responding, " not responding")] {
        if is_so {
            text.push_str(word);
        }
    }
    text
}

/// A rectangle: `640x480 at 10,20`.
pub(crate) fn size(rect: Rect) -> String {
    format!("{}x{} at {},{}", rect.width(), rect.height(), rect.left, rect.top)
}

/// An element without its value: what was typed into it is never given back.
pub(crate) fn brief(node: &Node) -> String {
    let mut node = node.clone();
    node.value = None;
    line(&node)
}

/// `1 window`, `3 windows`.
pub(crate) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Words of ours that may hold a name from the screen: without line breaks and the like, at most 2,000 characters.
pub(crate) fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(2_000));
    // Quotes and backslashes can do no harm between our own words.
    text.chars().take(2_000).for_each(|c| push_visible(&mut shown, c));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_as_they_are_and_on_one_line() {
        assert_eq!(one_line(r#"menu of "C:\a""#), r#"menu of "C:\a""#);
        assert_eq!(one_line("a\nb\u{202e}"), r"a\nb\u{202e}");
        assert_eq!(one_line(""), "");
    }
}
