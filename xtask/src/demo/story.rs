//! The job: write a note, save it through the menu and the dialog, read it back, take a picture, be refused.

use std::{fs, path::Path};

use e2e::Reply;
use serde_json::{Value, json};

use super::{
    Place,
    narrator::{Narrator, line, say},
};
use crate::fault::{Fault, OnFile};

/// What is written: Latin, Greek, Cyrillic, Hebrew (right to left), Japanese, and a pair of surrogates.
pub const NOTE: &str = "Shopping: bread, jam, crème fraîche, φέτα, чай, לחם, お茶, 🍎";

/// Where Windows has its Notepad, in every version.
const NOTEPAD: &str = r"C:\windows\system32\notepad.exe";

/// Plays it.
///
/// # Errors
/// The first call that did not go as told.
pub fn play(agent: &mut Narrator, place: &Place) -> Result<(), Fault> {
    say(
        "   The person's settings let the agent start and use Notepad (profile `workspace`); other programs would ask.",
    );
    say("1. The agent looks around.");
    agent.call("status", json!({}))?;
    let windows = agent.call("window_list", json!({}))?;
    let notepad = open_notepad(agent, place, &windows)?;

    say("2. It looks at the window as text: a line for each element, with a ref.");
    let seen = agent.call("snapshot", json!({"window": notepad}))?;
    let field = seen.element(&["Edit", "Document"], "")?;

    say("3. It types, in six scripts. The reply says whether the field then holds the text.");
    agent.call("type_text", json!({"element": field, "text": NOTE, "mode": "replace"}))?;

    save(agent, place, &notepad)?;

    say("6. It reads back what stands in the window.");
    let read = agent.call("read_text", json!({"element": field}))?;
    if !read.text.contains(NOTE) {
        return Err(Fault::check("the window does not hold what was typed"));
    }
    if let Some(file) = &place.note {
        on_disk(file)?;
    }

    say("7. It takes a picture.");
    let shot = agent.call("screenshot", json!({}))?;
    keep_picture(&shot, &place.folder)?;

    refusals(agent, place)?;

    say("9. It closes the window.");
    agent.call("window_control", json!({"window": notepad, "action": "close"}))?;
    Ok(())
}

fn open_notepad(agent: &mut Narrator, place: &Place, windows: &Reply) -> Result<String, Fault> {
    if place.simulated {
        return Ok(windows.window("Notepad")?);
    }
    say("   It starts Notepad: by its full path, with a list of arguments, without a shell.");
    let started = agent.call("app_launch", json!({"executable": NOTEPAD, "arguments": []}))?;
    if let Ok(window) = started.window("opened:") {
        return Ok(window);
    }
    Ok(agent.call("window_list", json!({}))?.window("Notepad")?)
}

fn save(agent: &mut Narrator, place: &Place, notepad: &str) -> Result<(), Fault> {
    if place.simulated {
        say("4. It uses the menu.");
        agent
            .call("click", json!({"find": {"window": notepad, "role": "MenuItem", "name": "Save As..."}}))?;
    } else {
        say("4. It uses the menu by its access keys: File, Save As.");
        agent.call("press_keys", json!({"keys": "Alt+F A", "window": notepad}))?;
    }
    let dialog = json!({"condition": "window_appears", "window": "Save As", "timeout_ms": 10_000});
    let dialog = agent.call("wait_for", dialog)?.window("Save As")?;

    say("5. It fills in the dialog, and presses its button by what it is, not by where it is.");
    let seen = agent.call("snapshot", json!({"window": dialog}))?;
    if let Ok(encoding) = seen.element(&["ComboBox"], "\"Encoding\" =\"ANSI") {
        say("   Six scripts need Unicode, so it chooses that.");
        agent.call("element_action", json!({"element": encoding, "action": "expand"}))?;
        let unicode = json!({"window": dialog, "role": "ListItem", "name": "UTF-8"});
        let unicode = agent.call("find", unicode)?.element(&["ListItem"], "UTF-8")?;
        agent.call("element_action", json!({"element": unicode, "action": "select"}))?;
        agent.call("element_action", json!({"element": encoding, "action": "collapse"}))?;
    }
    let name = seen.element(&["Edit", "ComboBox"], "File name")?;
    agent.call("type_text", json!({"element": name, "text": place.note_as_seen, "mode": "replace"}))?;
    agent.call("click", json!({"find": {"window": dialog, "role": "Button", "name": "Save"}}))?;
    agent.call("wait_for", json!({"condition": "window_gone", "window": dialog, "timeout_ms": 10_000}))?;
    Ok(())
}

fn refusals(agent: &mut Narrator, place: &Place) -> Result<(), Fault> {
    say(
        "8. It is refused: a program by a relative path, which could be any program of that name; the keys that lock \
         the machine.",
    );
    agent.refused("app_launch", json!({"executable": r"tools\notepad.exe"}), "FORBIDDEN_PATH")?;
    agent.refused("press_keys", json!({"keys": "Win+L"}), "FORBIDDEN_KEYS")?;
    if place.simulated {
        say("   And a window whose program is elevated, while winwarden is not.");
        let target: Value =
            json!({"find": {"window": "Device Manager", "role": "Button", "name": "Uninstall device"}});
        agent.refused("click", target, "ELEVATED_TARGET")?;
    }
    Ok(())
}

/// Compares the saved file with what was typed.
fn on_disk(file: &Path) -> Result<(), Fault> {
    let bytes = fs::read(file).doing("read", file)?;
    let text = decoded(&bytes);
    if !text.contains(NOTE) {
        return Err(Fault::check(format!("`{}` does not hold the note: {text:?}", file.display())));
    }
    line(&format!("    (on disk: {} holds the same {} characters)", file.display(), NOTE.chars().count()));
    Ok(())
}

/// Text as Notepad saves it: UTF-8, or UTF-16 with a mark before it.
fn decoded(bytes: &[u8]) -> String {
    let Some(units) = bytes.strip_prefix(b"\xff\xfe") else {
        return String::from_utf8_lossy(bytes).into_owned();
    };
    let (pairs, _) = units.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}

fn keep_picture(shot: &Reply, folder: &Path) -> Result<(), Fault> {
    let picture = shot.picture.as_ref().ok_or_else(|| Fault::check("`screenshot` gave no picture"))?;
    let ending = picture.mime.rsplit('/').next().unwrap_or("bin").replace("jpeg", "jpg");
    let file = folder.join(format!("picture.{ending}"));
    fs::write(&file, &picture.bytes).doing("write", &file)?;
    line(&format!("    ({} KB, kept as {})", picture.bytes.len() / 1000, file.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_note_is_read_in_either_encoding() {
        let wide: Vec<u8> =
            [0xfeff].into_iter().chain(NOTE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&wide), NOTE);
        assert_eq!(decoded(NOTE.as_bytes()), NOTE);
    }
}
