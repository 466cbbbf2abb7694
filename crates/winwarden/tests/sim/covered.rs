//! What pictures do not show: windows that may not be read, and secrets in those that may.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use super::stage::{Stage, world};

const GREY: Rgb<u8> = Rgb([96; 3]);
const TOKEN: &str = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

/// The usual machine with these windows in front of all others.
fn with(windows: &[Value]) -> Value {
    let mut world = world();
    let vault =
        json!({"pid": 600, "name": "KeePass.exe", "path": r"C:\Tools\KeePass.exe", "user": r"DESK\ann"});
    world["processes"].as_array_mut().unwrap().push(vault);
    let all = world["windows"].as_array_mut().unwrap();
    all[0].as_object_mut().unwrap().remove("foreground");
    all.splice(0..0, windows.iter().cloned());
    world
}

fn vault() -> Value {
    json!({"title": "Database.kdbx - KeePass", "class": "KeePass", "pid": 600, "rect": [300, 200, 700, 400],
           "foreground": true, "tree": {"role": "Window", "name": "Database", "children": [
               {"role": "Button", "name": "Copy password"}]}})
}

fn note(value: &str) -> Value {
    json!({"title": "Note", "class": "Note", "pid": 200, "rect": [200, 200, 800, 500], "foreground": true,
           "tree": {"role": "Window", "name": "Note", "children": [
               {"role": "Edit", "name": "Text", "rect": [220, 260, 700, 300], "value": value},
               {"role": "Edit", "name": "PIN", "rect": [220, 320, 700, 360], "value": "1", "password": true},
               {"role": "Edit", "name": "Other", "rect": [220, 380, 700, 420], "value": "nothing to hide"}]}})
}

/// A picture of the whole display, exact, and what is told with it.
fn take(world: &Value, options: &[&str], marks: bool) -> (RgbImage, String) {
    let mut stage = Stage::of(world, options);
    let result = stage.result("screenshot", json!({"format": "png", "max_bytes": 5_000_000, "marks": marks}));
    let content = &result["content"];
    let file = STANDARD.decode(content[1]["data"].as_str().unwrap()).unwrap();
    let picture = image::load_from_memory_with_format(&file, ImageFormat::Png).unwrap();
    (picture.to_rgb8(), content[0]["text"].as_str().unwrap().to_owned())
}

/// Whether all of a rectangle is painted over.
fn is_hidden(picture: &RgbImage, [left, top, right, bottom]: [u32; 4]) -> bool {
    (left..right).all(|x| (top..bottom).all(|y| *picture.get_pixel(x, y) == GREY))
}

const ASSISTANT: &[&str] = &["--profile", "assistant"];
const LAB: &[&str] = &["--profile", "lab"];

#[test]
fn a_password_manager_is_painted_over_unless_the_policy_lets_it_be_read() {
    let world = with(&[vault()]);
    let place = [300, 200, 700, 400];
    let (picture, told) = take(&world, ASSISTANT, false);
    assert!(is_hidden(&picture, place), "something of it shows");
    assert!(told.contains("windows that may not be shown painted over: 2"), "{told}"); // the other one hangs
    let (picture, told) = take(&world, LAB, false);
    assert!(!is_hidden(&picture, [310, 240, 690, 390]) && !told.contains("may not be shown"), "{told}");
}

#[test]
fn marks_give_no_names_out_of_a_window_that_is_painted_over() {
    let (_, told) = take(&with(&[vault()]), ASSISTANT, true);
    assert!(!told.contains("Copy password"), "{told}");
    let (_, told) = take(&with(&[vault()]), LAB, true);
    assert!(told.contains("Copy password"), "{told}");
}

#[test]
fn secrets_and_password_fields_are_painted_over_and_the_rest_is_not() {
    let (token, pin, other) = ([220, 260, 700, 300], [220, 320, 700, 360], [220, 380, 700, 420]);
    let world = with(&[note(TOKEN)]);
    let (picture, told) = take(&world, ASSISTANT, false);
    assert!(is_hidden(&picture, token) && is_hidden(&picture, pin), "a secret shows");
    assert!(!is_hidden(&picture, other), "more than the secrets is painted over");
    assert!(told.contains("passwords and other secrets painted over"), "{told}");
    let (plain, _) = take(&with(&[note("nothing")]), ASSISTANT, false);
    assert!(!is_hidden(&plain, token), "what is no secret is painted over");
    let (shown, told) = take(&world, LAB, false);
    assert!(!is_hidden(&shown, token) && !told.contains("painted over: 2"), "{told}");
}

#[test]
fn a_window_that_does_not_answer_is_painted_over() {
    let stuck = [100, 550, 400, 800];
    assert!(is_hidden(&take(&world(), ASSISTANT, false).0, stuck), "it may show anything");
    assert!(!is_hidden(&take(&world(), LAB, false).0, stuck));
}

#[test]
fn a_policy_of_ones_own_keeps_a_program_out_of_pictures() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("policies");
    std::fs::create_dir(&folder).unwrap();
    let text = r#"@id("no-options") @reason("not the options")
        forbid (principal, action in Action::"read", resource)
        when { context has process && context.process.path like "*\\options.exe" };"#;
    std::fs::write(folder.join("own.cedar"), text).unwrap();
    let config = home.path().join("winwarden.toml");
    std::fs::write(&config, "").unwrap();
    let options = ["--profile", "assistant", "--config", config.to_str().unwrap()];
    let (picture, _) = take(&world(), &options, false);
    assert!(is_hidden(&picture, [950, 20, 1700, 800]), "it shows");
}
