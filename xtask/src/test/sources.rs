//! The files of the checkout, as the checks read them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::fault::{Fault, OnFile};

/// Every file below `folder` whose name ends so, in order. Target folders and hidden ones are passed over.
///
/// # Errors
/// A folder cannot be read.
pub fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).doing("read", &folder)? {
            let path = entry.doing("read", &folder)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                let passed = name.starts_with('.') || name == "node_modules" || is_target(&path);
                folders.extend((!passed).then_some(path));
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Cargo marks its target folders, where it has made them itself.
fn is_target(folder: &Path) -> bool {
    folder.join("CACHEDIR.TAG").is_file() || folder.file_name().is_some_and(|name| name == "target")
}

/// A file's text.
///
/// # Errors
/// It cannot be read.
pub fn text(file: &Path) -> Result<String, Fault> {
    fs::read_to_string(file).doing("read", file)
}

/// A path as seen from the checkout, with `/` on every system.
pub fn short(project: &Path, file: &Path) -> String {
    file.strip_prefix(project).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

/// What stands between single backticks in a Markdown text, outside of fenced blocks.
pub fn code_spans(markdown: &str) -> Vec<String> {
    let mut spans = Vec::new();
    let mut fenced = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_are_read_outside_of_fences_only() {
        let markdown = "use `click` or `find: {x}`\n```sh\n`not`\n```\nthen `wait_for`";
        assert_eq!(code_spans(markdown), ["click", "find: {x}", "wait_for"]);
    }
}
