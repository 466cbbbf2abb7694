//! Mouse and keyboard, as programs receive them.

use std::time::Duration;

use e2e::{Program, Session, Trouble, eventually};
use serde_json::{Value, json};
use testapps::ids;

use crate::stage::{clicked, clicks, entry, middle};

/// A place inside a program's first window, counted from its left top corner.
fn inside(session: &mut Session, title: &str, x: i64, y: i64) -> Result<Value, Trouble> {
    let listed = session.call("window_list", json!({}))?.done()?;
    let window = listed.window(&format!("\"{title}\""))?;
    let [left, top, ..] = crate::stage::rect(entry(&listed, "windows", &window));
    Ok(json!({"x": left + x, "y": top + y}))
}

fn of_kind<'a>(seen: &'a [Value], event: &str, kind: &str) -> Vec<&'a Value> {
    seen.iter().filter(|line| line["event"] == event && line["kind"] == kind).collect()
}

/// Everything that `keys` reported, once it is idle; then nothing may be held down.
fn all_released(program: &mut Program) -> Result<Vec<Value>, Trouble> {
    let seen = eventually("idle program", || {
        let seen = program.reports(Duration::from_millis(500));
        seen.last().is_some_and(|last| last["event"] == "idle").then(|| seen.to_vec())
    })?;
    assert_eq!(seen.last().map(|idle| &idle["held"]), Some(&json!([])), "keys or buttons stay down");
    Ok(seen)
}

#[test]
fn an_element_is_clicked_by_its_ref_by_a_description_and_by_a_place() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut form = Program::start("form", &["--title", "Clicked form"])?;
    let seen = session.seen(json!({"window": "Clicked form"}))?;
    let window = seen.window("\"Clicked form\"")?;
    let submit = seen.element(&["Button"], "\"Submit\"")?;
    session.call("click", json!({"element": submit}))?.done()?;
    clicked(&mut form, ids::form::SUBMIT)?;

    let by_name = json!({"window": window, "role": "Button", "name": "submit"});
    session.call("click", json!({"find": by_name}))?.done()?;
    clicked(&mut form, ids::form::SUBMIT)?;

    let (x, y) = middle(entry(&seen, "elements", &submit));
    let at = json!({"at": {"x": x, "y": y}, "expect_window": "Clicked form"});
    let done = session.call("click", at)?.done()?;
    assert!(
        done.text.contains(&format!("{submit} Button \"Submit\"")),
        "it says what lies there: {}",
        done.text
    );
    assert!(done.text.contains("(by input)"), "{}", done.text);
    clicked(&mut form, ids::form::SUBMIT)?;

    let disabled = json!({"find": {"window": window, "name": "Not now"}});
    assert_eq!(session.call("click", disabled)?.refused()?, "ELEMENT_DISABLED");
    let missing = session.call("click", json!({"find": {"window": window, "name": "Submitt"}}))?;
    assert_eq!(missing.refused()?, "NOT_FOUND");
    assert!(missing.text.contains("\"Submit\""), "it says what is near: {}", missing.text);
    assert_eq!(session.call("click", json!({"element": "e999999"}))?.refused()?, "UNKNOWN_REF");
    assert_eq!(clicks(&mut form, ids::form::SUBMIT), 3);
    Ok(())
}

#[test]
fn check_boxes_lists_and_trees_are_operated_by_their_own_messages() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut form = Program::start("form", &["--title", "Operated form"])?;
    let find = |role: &str, name: &str| json!({"window": "Operated form", "role": role, "name": name});
    let act = |find: Value, action: &str| json!({"find": find, "action": action});
    let subscribe = find("CheckBox", "Subscribe");
    let toggled = session.call("element_action", act(subscribe.clone(), "toggle"))?.done()?;
    assert!(!toggled.text.contains(" checked"), "{}", toggled.text);
    assert_eq!(clicked(&mut form, ids::form::SUBSCRIBE)?["checked"], json!(0));
    session.call("click", json!({"find": subscribe}))?.done()?;
    assert_eq!(clicked(&mut form, ids::form::SUBSCRIBE)?["checked"], json!(1));

    session.call("click", json!({"find": find("RadioButton", "Large")}))?.done()?;
    clicked(&mut form, ids::form::LARGE)?;
    session.call("element_action", act(find("ListItem", "Fig"), "select"))?.done()?;
    form.wait_for("choice", |line| line["event"] == "selected" && line["id"] == json!(ids::form::FRUIT))?;
    session.call("element_action", act(find("TreeItem", "Documents"), "expand"))?.done()?;
    form.wait_for("expansion", |line| line["event"] == "expanded" && line["name"] == "Documents")?;
    let letters = session.call("find", json!({"window": "Operated form", "name": "Letters"}))?.done()?;
    letters.element(&["TreeItem"], "Letters")?;
    session.call("click", json!({"find": find("TabItem", "Security")}))?.done()?;
    form.wait_for("tab", |line| line["event"] == "selected" && line["id"] == json!(ids::form::PAGES))?;
    let slider =
        json!({"find": {"window": "Operated form", "role": "Slider"}, "action": "set_value", "value": "70"});
    let set = session.call("element_action", slider)?.done()?;
    assert!(set.text.contains("holds"), "{}", set.text);
    form.wait_for("value", |line| line["event"] == "value" && line["value"] == json!(70))?;
    let country = json!({"window": "Operated form", "automation_id": ids::form::COUNTRY.to_string()});
    let choose = json!({"find": country, "action": "set_value", "value": "Österreich"});
    session.call("element_action", choose)?.done()?;
    form.wait_for("country", |line| line["event"] == "selected" && line["id"] == json!(ids::form::COUNTRY))?;

    let button = find("Button", "Submit");
    let refused = session.call("element_action", act(button, "expand"))?;
    assert_eq!(refused.refused()?, "NOT_SUPPORTED_BY_TARGET", "{}", refused.text);
    Ok(())
}

#[test]
fn a_place_in_another_window_and_one_under_a_cover_are_refused() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let arguments = ["--title", "Covered", "--cover", "200,20,160,100", "--at", "40,40"];
    let mut canvas = Program::start("canvas", &arguments)?;
    let _other = Program::start("form", &["--title", "Elsewhere", "--at", "500,200"])?;
    let elsewhere = inside(&mut session, "Elsewhere", 100, 100)?;
    let refused = session.call("click", json!({"at": elsewhere, "expect_window": "Covered"}))?;
    assert_eq!(refused.refused()?, "WRONG_WINDOW", "{}", refused.text);
    assert!(refused.text.contains("Elsewhere"), "it names what lies there: {}", refused.text);

    let cover = canvas.wait_for("cover", |line| line["cover"] == json!(true))?;
    let (x, y) = middle(&cover);
    let under = json!({"at": {"x": x, "y": y}, "expect_window": "Covered"});
    let refused = session.call("click", under)?;
    assert_eq!(refused.refused()?, "WRONG_WINDOW", "{}", refused.text);
    assert!(refused.text.contains("Cover"), "{}", refused.text);
    let seen = canvas.reports(Duration::from_millis(300));
    let reached = seen.iter().filter(|line| line["event"] == "clicked" || line["event"] == "cover_clicked");
    assert_eq!(reached.count(), 0, "{seen:?}");
    Ok(())
}

#[test]
fn an_element_that_is_covered_is_not_clicked_by_the_pointer() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut twins = Program::start("twins", &["--title", "Below", "--count", "1", "--at", "200,200"])?;
    // The cover is topmost, as a notification would be, and lies over the whole window below.
    let mut canvas =
        Program::start("canvas", &["--title", "Above", "--cover", "0,0,700,500", "--at", "150,150"])?;
    canvas.wait_for("cover", |line| line["cover"] == json!(true))?;
    let press = json!({"find": {"window": "Below", "name": "Press"}, "button": "right"});
    let refused = session.call("click", press)?;
    assert_eq!(refused.refused()?, "OBSCURED", "{}", refused.text);
    assert!(refused.text.contains("Cover"), "it names what lies in front: {}", refused.text);
    assert_eq!(clicks(&mut twins, ids::SUBJECT), 0);
    Ok(())
}

#[test]
fn buttons_counts_modifiers_wheel_and_drag_arrive_as_asked() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut keys = Program::start("keys", &["--title", "Receives", "--idle", "200"])?;
    let place = inside(&mut session, "Receives", 150, 150)?;
    let at = |extra: Value| {
        let mut call = json!({"at": place, "expect_window": "Receives"});
        call.as_object_mut().unwrap().extend(extra.as_object().cloned().unwrap_or_default());
        call
    };
    session.call("click", at(json!({"count": 2})))?.done()?;
    let double = keys.wait_for("double click", |line| line["kind"] == "double")?;
    assert_eq!(double["screen"], json!([place["x"], place["y"]]));
    session.call("click", at(json!({"button": "middle", "modifiers": ["ctrl", "shift"]})))?.done()?;
    let pressed =
        keys.wait_for("middle button", |line| line["kind"] == "down" && line["button"] == "middle")?;
    assert_eq!(pressed["modifiers"], json!(["shift", "ctrl"]));
    all_released(&mut keys)?;

    session.call("scroll", at(json!({"direction": "down", "amount": 4})))?.done()?;
    session.call("scroll", at(json!({"direction": "left", "amount": 2})))?.done()?;
    let to = inside(&mut session, "Receives", 300, 220)?;
    let end = json!({"at": to, "expect_window": "Receives"});
    session.call("drag", json!({"from": at(json!({})), "to": end}))?.done()?;
    let seen = all_released(&mut keys)?;
    let turned = |kind: &str| -> i64 {
        of_kind(&seen, "mouse", kind).iter().filter_map(|line| line["delta"].as_i64()).sum()
    };
    assert_eq!((turned("wheel"), turned("horizontal_wheel")), (-480, -240));
    let ups = of_kind(&seen, "mouse", "up");
    assert_eq!(ups.last().map(|up| &up["screen"]), Some(&json!([to["x"], to["y"]])));
    assert!(of_kind(&seen, "mouse", "move").len() >= 4, "a drag moves in steps");
    Ok(())
}

#[test]
fn key_combinations_arrive_with_what_is_held_and_forbidden_ones_do_not() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut keys = Program::start("keys", &["--title", "Receives keys", "--idle", "200"])?;
    let press = |keys: &str| json!({"window": "Receives keys", "keys": keys});
    session.call("press_keys", press("Ctrl+Shift+S F5 Alt+Delete a Left Plus"))?.done()?;
    let seen = all_released(&mut keys)?;
    let down = |line: &&Value| line["kind"] == "down" || line["kind"] == "sys_down";
    let codes: Vec<u64> = seen.iter().filter(down).filter_map(|line| line["vk"].as_u64()).collect();
    let wanted = [0x11, 0x10, 0x53, 0x74, 0x12, 0x2E, 0x41, 0x25];
    assert_eq!(codes.get(..wanted.len()), Some(&wanted[..]), "{codes:x?}");
    let typed: Vec<u64> =
        of_kind(&seen, "key", "char").iter().filter_map(|line| line["code"].as_u64()).collect();
    assert_eq!(typed.last(), Some(&u64::from(b'+')), "{typed:?}");

    for forbidden in ["Win+L", "Ctrl+Alt+Delete", "win + l", "Ctrl+Alt+Del", "a Win+L"] {
        let refused = session.call("press_keys", press(forbidden))?;
        assert_eq!(refused.refused()?, "FORBIDDEN_KEYS", "{forbidden}: {}", refused.text);
    }
    let wrong = session.call("press_keys", press("Ctrl+Nonsense Hyper+S Enterr"))?;
    assert_eq!(wrong.refused()?, "INVALID_ARGUMENT");
    assert_eq!(wrong.text.matches("combination ").count(), 3, "every fault at once: {}", wrong.text);
    let after = keys.reports(Duration::from_millis(300)).len();
    assert_eq!(after, seen.len(), "what was refused reached the program");
    Ok(())
}

#[test]
fn a_cancel_in_the_middle_of_typing_lets_at_most_one_chunk_arrive_and_leaves_no_key_down()
-> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut keys = Program::start("keys", &["--title", "Slow to type", "--delay", "4", "--idle", "200"])?;
    session.call("window_control", json!({"window": "Slow to type", "action": "focus"}))?.done()?;
    let typing = session.begin_call("type_text", json!({"text": "x".repeat(1000), "timeout_ms": 60_000}))?;
    // In the middle of the fourth chunk of 32.
    for _ in 0..3 * 32 + 10 {
        keys.wait_for("character", |line| line["kind"] == "char")?;
    }
    session.cancel(typing)?;
    let seen = all_released(&mut keys)?;
    let arrived = of_kind(&seen, "key", "char").len();
    assert_eq!(arrived, 4 * 32, "the chunk that was on its way, and no other");

    // Nothing is left behind: the next text arrives whole, with no key of the last one held.
    session.call("type_text", json!({"text": "Zoë 😀"}))?.done()?;
    let seen = all_released(&mut keys)?;
    let units: Vec<u64> =
        of_kind(&seen, "key", "char").iter().skip(arrived).filter_map(|line| line["code"].as_u64()).collect();
    assert_eq!(units, "Zoë 😀".encode_utf16().map(u64::from).collect::<Vec<_>>());
    let records = session.audit()?;
    assert!(records.iter().any(|record| record["code"] == "CANCELLED"), "{records:#?}");
    Ok(())
}
