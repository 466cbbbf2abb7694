//! Pictures: that they can be decoded, what they show, how large they are, and that there may be none.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::stage::{Stage, middle};

/// The most that a picture has where nothing is asked for, in bytes.
const USUAL: usize = 716_800;

fn file(result: &Value, mime: &str) -> Vec<u8> {
    let picture = &result["content"][1];
    assert_eq!(
        (&picture["type"], &picture["mimeType"]),
        (&json!("image"), &json!(mime)),
        "{}",
        result["content"][0]
    );
    STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
}

/// Takes a picture as PNG, which is exact.
fn take(stage: &mut Stage, mut arguments: Value) -> RgbImage {
    arguments["format"] = json!("png");
    let bytes = file(&stage.result("screenshot", arguments), "image/png");
    image::load_from_memory_with_format(&bytes, ImageFormat::Png).unwrap().to_rgb8()
}

#[test]
fn the_usual_picture_is_a_jpeg_of_the_display_within_its_budget() {
    let mut stage = Stage::new();
    let result = stage.result("screenshot", json!({}));
    let bytes = file(&result, "image/jpeg");
    assert!((2_000..USUAL).contains(&bytes.len()), "{} bytes", bytes.len());
    assert!(bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.ends_with(&[0xff, 0xd9]), "no whole JPEG");
    let told = result["content"][0]["text"].as_str().unwrap();
    assert!(told.starts_with("p1: 1920x1080 jpeg of the primary display (1920x1080 at 0,0), 1:1"), "{told}");
    let webp = file(&stage.result("screenshot", json!({"format": "webp"})), "image/webp");
    let webp = image::load_from_memory_with_format(&webp, ImageFormat::WebP).unwrap();
    assert_eq!((webp.width(), webp.height()), (1920, 1080));
}

#[test]
fn a_picture_shows_what_is_there_and_what_changed() {
    let mut stage = Stage::new();
    let before = take(&mut stage, json!({"window": "note.txt - Notepad"}));
    assert_eq!(before.dimensions(), (800, 400));
    stage.done("type_text", json!({"text": "HELLO"}));
    let after = take(&mut stage, json!({"window": "note.txt - Notepad"}));
    assert_ne!(before, after, "typed text does not show");
    let region = take(&mut stage, json!({"region": {"left": 100, "top": 100, "right": 900, "bottom": 500}}));
    assert_eq!(region, after, "the region of the window in front is the window");
    let marked = take(&mut stage, json!({"window": "note.txt - Notepad", "marks": true}));
    assert_ne!(marked, after, "marks do not show");
}

#[test]
fn a_password_and_winwardens_own_windows_do_not_show() {
    let mut world = super::stage::world();
    let mut one = Stage::of(&world, &[]);
    let own = take(&mut one, json!({"region": {"left": 960, "top": 860, "right": 1290, "bottom": 990}}));
    let first = own.get_pixel(0, 0);
    assert!(own.pixels().all(|pixel| pixel == first), "something shows of the window that is painted over");
    let seen = take(&mut one, json!({"window": "Options"}));
    let options = world["windows"][1]["tree"]["children"].as_array_mut().unwrap();
    let pin = options.iter_mut().find(|element| element["automation_id"] == "pin").unwrap();
    pin["value"] = json!("another pw 9");
    let other = take(&mut Stage::of(&world, &[]), json!({"window": "Options"}));
    assert_eq!(seen, other, "two passwords of one length look different");
    one.refused("screenshot", json!({"window": "Approval"}), "OWN_WINDOW");
}

#[test]
fn a_point_of_a_scaled_picture_is_a_point_of_the_screen() {
    let mut stage = Stage::new();
    let apply = stage.element("Options", "Button", "Apply");
    let scaled = stage.done("screenshot", json!({"max_width": 960}));
    assert!(scaled.contains("960x540") && scaled.contains("scaled to 50%"), "{scaled}");
    let mut point = middle(stage.rect_of(&apply).map(|side| side / 2));
    point["picture"] = json!("p1");
    let clicked = stage.done("click", json!({"at": point, "expect_window": "Options"}));
    assert!(clicked.contains("Button \"Apply\""), "{clicked}");
}

#[test]
fn without_pictures_there_is_no_way_to_get_one() {
    let mut stage = Stage::of(&super::stage::world(), &["--no-pictures"]);
    let reply = stage.0.request("tools/call", json!({"name": "screenshot", "arguments": {}}));
    assert_eq!(reply["error"]["code"], -32_602, "{reply}");
    for (tool, arguments) in
        [("snapshot", json!({"structured": true})), ("status", json!({})), ("window_list", json!({}))]
    {
        let result = stage.result(tool, arguments);
        let content = result["content"].as_array().unwrap();
        assert!(content.iter().all(|part| part["type"] == "text"), "{result}");
    }
}
