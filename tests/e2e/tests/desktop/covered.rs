//! What pictures do not show: secrets that stand in windows, and windows that do not answer.

use e2e::{Program, Reply, Session, Trouble};
use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use testapps::ids::form;

use crate::stage::{entry, rect};

const GREY: Rgb<u8> = Rgb([96; 3]);

/// Whether all of a place on the screen is painted over in a picture of a window.
fn is_hidden(picture: &RgbImage, window: [i64; 4], place: [i64; 4]) -> bool {
    let pixel = |x: i64, y: i64| {
        let at = |from: i64, side: i64| u32::try_from(side - from).unwrap_or(u32::MAX);
        picture.get_pixel_checked(at(window[0], x), at(window[1], y))
    };
    (place[0]..place[2]).all(|x| (place[1]..place[3]).all(|y| pixel(x, y) == Some(&GREY)))
}

fn shot(session: &mut Session, window: &str) -> Result<(Reply, RgbImage), Trouble> {
    let arguments = json!({"window": window, "format": "png", "max_bytes": 5_000_000});
    let reply = session.call("screenshot", arguments)?.done()?;
    let picture = reply.picture.as_ref().unwrap_or_else(|| panic!("no picture: {}", reply.text));
    let picture = image::load_from_memory(&picture.bytes).unwrap_or_default().to_rgb8();
    Ok((reply, picture))
}

fn place(session: &mut Session, id: u16) -> Result<[i64; 4], Trouble> {
    let found =
        session.call("find", json!({"window": "Holds a token", "automation_id": id.to_string()}))?.done()?;
    Ok(rect(found.structured["elements"].get(0).unwrap_or(&Value::Null)))
}

#[test]
fn a_token_and_a_password_field_are_painted_over() -> Result<(), Trouble> {
    let token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    let _program =
        Program::start("form", &["--title", "Holds a token", "--password", "pw-1", "--at", "20,20"])?;
    let mut hidden = Vec::new();
    for start in [Session::asking, || Session::start(&[])] {
        let mut session = start()?;
        let name = json!({"window": "Holds a token", "automation_id": form::NAME.to_string()});
        session.call("type_text", json!({"find": name, "text": token, "mode": "replace"}))?.done()?;
        let (reply, picture) = shot(&mut session, "Holds a token")?;
        let listed = session.call("window_list", json!({}))?.done()?;
        let window = rect(entry(&listed, "windows", &listed.window("\"Holds a token\"")?));
        let [name, password, notes] =
            [form::NAME, form::PASSWORD, form::NOTES].map(|id| place(&mut session, id));
        hidden.push((
            is_hidden(&picture, window, name?),
            is_hidden(&picture, window, password?),
            is_hidden(&picture, window, notes?),
            reply.text.contains("secrets painted over: 2"),
        ));
    }
    assert_eq!(hidden, [(true, true, false, true), (false, false, false, false)]);
    Ok(())
}

#[test]
fn a_window_that_does_not_answer_is_painted_over() -> Result<(), Trouble> {
    let mut session = Session::asking()?;
    let _program = Program::start("hang", &["--title", "Hangs", "--hang-after", "1", "--at", "20,20"])?;
    let listed = session.call("window_list", json!({}))?.done()?;
    let window = rect(entry(&listed, "windows", &listed.window("\"Hangs\"")?));
    let (reply, picture) = shot(&mut session, "Hangs")?;
    assert!(is_hidden(&picture, window, window), "{}", reply.text);
    assert!(reply.text.contains("may not be shown painted over: 1"), "{}", reply.text);
    Ok(())
}
