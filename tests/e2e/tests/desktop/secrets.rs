//! Passwords, typed text and clipboard text: in no file, not on stderr.

use e2e::{Program, Reply, Session, Trouble};
use serde_json::json;
use testapps::ids::form;

use crate::stage::look;

const PASSWORD: &str = "pw-Schlüssel-7301";
const TYPED: &str = "typed-Geheimnis-4482";
const VALUE: &str = "value-Geheimnis-9937";
const COPIED: &str = "clip-Geheimnis-1156";
const NEW_PASSWORD: &str = "new-Schlüssel-2264";

/// The secret as a file may hold it: as it is, in UTF-16, in base64 or hexadecimal.
fn forms(secret: &str) -> Vec<String> {
    let wide: String = secret.chars().flat_map(|c| [c, '\0']).collect();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::to_string(secret).unwrap_or_default().trim_matches('"').to_owned();
    vec![secret.to_owned(), wide, hex.clone(), hex.to_uppercase(), json]
}

#[test]
fn no_secret_is_written_logged_or_given_back() -> Result<(), Trouble> {
    let mut session = Session::start(&["--log-level", "trace"])?;
    let mut program = Program::start("form", &["--password", PASSWORD, "--title", "Keeps secrets"])?;
    let field = |id: u16| json!({"window": "Keeps secrets", "automation_id": id.to_string()});
    let password = json!({"find": field(form::PASSWORD)});
    let mut replies: Vec<Reply> = Vec::new();

    let seen = look(&mut session, "Keeps secrets")?;
    assert!(seen.text.contains("Edit \"Password\" password"), "{}", seen.text);
    replies.push(seen);
    replies.push(session.call("find", json!({"window": "Keeps secrets", "role": "Edit"}))?.done()?);
    replies.push(session.call("read_text", json!({"window": "Keeps secrets"}))?.done()?);
    let refused = session.call("read_text", password.clone())?;
    assert_eq!(refused.refused()?, "NOT_SUPPORTED_BY_TARGET", "{}", refused.text);
    replies.push(refused);

    let typed = |find: serde_json::Value, text: &str| json!({"find": find, "text": text, "mode": "replace"});
    let into_password = session.call("type_text", typed(field(form::PASSWORD), NEW_PASSWORD))?.done()?;
    assert!(
        into_password.text.contains("a password field, so nothing was read back"),
        "{}",
        into_password.text
    );
    replies.push(into_password);
    program.wait_for("the new password", |line| line["text"] == NEW_PASSWORD)?;
    replies.push(session.call("type_text", typed(field(form::NAME), TYPED))?.done()?);
    program.wait_for("the typed text", |line| line["text"] == TYPED)?;
    let set = json!({"find": field(form::NAME), "action": "set_value", "value": VALUE});
    replies.push(session.call("element_action", set)?.done()?);
    program.wait_for("the value", |line| line["text"] == VALUE)?;
    replies.push(session.call("clipboard_write", json!({"text": COPIED}))?.done()?);

    // Failures too: a field that takes no text, one that is not there, arguments of the wrong type.
    for arguments in [
        typed(field(form::READ_ONLY), TYPED),
        json!({"find": {"window": "Keeps secrets", "name": "nowhere"}, "text": TYPED}),
        json!({"find": field(form::NAME), "text": [TYPED]}),
    ] {
        let failed = session.call("type_text", arguments)?;
        failed.refused()?;
        replies.push(failed);
    }
    for reply in &replies {
        for secret in [PASSWORD, NEW_PASSWORD, TYPED, VALUE, COPIED] {
            assert!(!reply.text.contains(secret), "{} gives `{secret}` back: {}", reply.tool, reply.text);
            assert!(!reply.structured.to_string().contains(secret), "{} gives `{secret}` back", reply.tool);
        }
    }
    assert_eq!(session.call("clipboard_read", json!({}))?.done()?.text, COPIED);

    let files = session.written()?;
    assert!(
        files.iter().any(|(path, text)| path.ends_with(".jsonl") && text.contains("type_text")),
        "{files:#?}"
    );
    let said = session.stderr();
    for secret in [PASSWORD, NEW_PASSWORD, TYPED, VALUE, COPIED] {
        for form in forms(secret) {
            let holds = files.iter().find(|(_, text)| text.contains(&form));
            assert_eq!(holds.map(|(path, _)| path), None, "holds `{secret}`");
            assert!(!said.contains(&form), "`{secret}` is on stderr");
        }
    }
    Ok(())
}
