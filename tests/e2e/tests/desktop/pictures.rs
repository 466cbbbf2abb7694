//! Pictures: their size, formats, marks, and pointing with their pixels.

use e2e::{Desk, Program, Reply, Session, Trouble};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::json;
use zune_jpeg::zune_core::bytestream::ZCursor;

use crate::stage::{entry, middle, rect};

/// The most that a picture has where nothing is asked for, in bytes.
const USUAL: usize = 716_800;

/// The picture of a reply, decoded and kept for someone to look at.
fn decoded(reply: &Reply, name: &str, format: ImageFormat) -> Result<RgbImage, Trouble> {
    let picture = reply.picture.as_ref().unwrap_or_else(|| panic!("no picture: {}", reply.text));
    assert_eq!(picture.mime, format.to_mime_type());
    let extension = format.extensions_str().first().copied().unwrap_or("bin");
    Desk::get().keep(&format!("e2e-{name}.{extension}"), &picture.bytes)?;
    assert!(picture.bytes.len() <= USUAL, "{} bytes", picture.bytes.len());
    if format == ImageFormat::Jpeg {
        let mut decoder = zune_jpeg::JpegDecoder::new(ZCursor::new(&picture.bytes));
        let pixels = decoder.decode().unwrap();
        let (width, height) = decoder.dimensions().unwrap();
        let size = (u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
        return Ok(RgbImage::from_raw(size.0, size.1, pixels).unwrap());
    }
    Ok(image::load_from_memory_with_format(&picture.bytes, format).unwrap().to_rgb8())
}

/// The id that the text of a picture begins with.
fn id(reply: &Reply) -> &str {
    reply.text.split(':').next().unwrap_or_default()
}

/// Whether a colour is near to another.
fn near(Rgb(a): Rgb<u8>, b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 40)
}

#[test]
fn a_picture_of_nothing_in_particular_is_the_primary_display_as_jpeg() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let _program = Program::start("form", &[])?;
    let shot = session.call("screenshot", json!({}))?.done()?;
    let picture = decoded(&shot, "display", ImageFormat::Jpeg)?;
    let displays = session.call("display_list", json!({}))?.done()?;
    let primary = &displays.structured["displays"][0];
    let [left, top, right, bottom] = rect(primary);
    let whole = (i64::from(picture.width()), i64::from(picture.height()));
    assert_eq!(whole, (right - left, bottom - top), "{}", shot.text);
    assert!(shot.text.contains(&format!("{}x{} jpeg", picture.width(), picture.height())), "{}", shot.text);

    let small = session.call("screenshot", json!({"max_width": 320}))?.done()?;
    assert_eq!(decoded(&small, "display-320", ImageFormat::Jpeg)?.width(), 320);
    let tight = session.call("screenshot", json!({"max_bytes": 12_000}))?.done()?;
    assert!(tight.picture.as_ref().is_some_and(|picture| picture.bytes.len() <= 12_000), "{}", tight.text);
    decoded(&tight, "display-12k", ImageFormat::Jpeg)?;
    assert_eq!(session.call("screenshot", json!({"display": 9}))?.refused()?, "NOT_FOUND");
    Ok(())
}

#[test]
fn a_window_and_a_region_are_shown_in_every_format_with_their_own_pixels() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let _canvas = Program::start("canvas", &["--title", "Four colours", "--at", "60,60"])?;
    let listed = session.call("window_list", json!({}))?.done()?;
    let window = listed.window("\"Four colours\"")?;
    let place = rect(entry(&listed, "windows", &window));
    let colours = [[0xD0, 0x20, 0x20], [0x20, 0xA0, 0x20], [0x20, 0x40, 0xD0], [0xE0, 0xD0, 0x20]];
    for (name, format) in
        [("png", ImageFormat::Png), ("webp", ImageFormat::WebP), ("jpeg", ImageFormat::Jpeg)]
    {
        let shot = session.call("screenshot", json!({"window": window, "format": name}))?.done()?;
        let picture = decoded(&shot, "window", format)?;
        let size = (i64::from(picture.width()), i64::from(picture.height()));
        assert_eq!(size, (place[2] - place[0], place[3] - place[1]), "{}", shot.text);
        for colour in colours {
            let amount = picture.pixels().filter(|pixel| near(**pixel, colour)).count();
            assert!(amount > 10_000, "{name}: {amount} pixels of {colour:x?}");
        }
    }
    let (x, y) = middle(&json!({"rect": place}));
    let region = json!({"left": x - 20, "top": y - 10, "right": x + 20, "bottom": y + 10});
    let shot = session.call("screenshot", json!({"region": region, "format": "png"}))?.done()?;
    let picture = decoded(&shot, "region", ImageFormat::Png)?;
    assert_eq!((picture.width(), picture.height()), (40, 20));
    let empty = json!({"region": {"left": 5, "top": 5, "right": 5, "bottom": 9}});
    assert_eq!(session.call("screenshot", empty)?.refused()?, "INVALID_ARGUMENT");
    Ok(())
}

#[test]
fn the_pixels_of_a_picture_can_be_clicked_even_where_it_is_scaled() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut canvas = Program::start("canvas", &["--title", "Pointed at", "--at", "100,80"])?;
    for (arguments, name) in [
        (json!({"window": "Pointed at", "format": "png", "max_width": 200}), "pointed-window"),
        (json!({"format": "png", "max_width": 640}), "pointed-display"),
    ] {
        let shot = session.call("screenshot", arguments)?.done()?;
        let pixels = decoded(&shot, name, ImageFormat::Png)?;
        for (area, colour) in [("blue", [0x20, 0x40, 0xD0]), ("yellow", [0xE0, 0xD0, 0x20])] {
            let of_it: Vec<(u32, u32)> = pixels
                .enumerate_pixels()
                .filter(|(.., pixel)| near(**pixel, colour))
                .map(|(x, y, _)| (x, y))
                .collect();
            let (x, y) = of_it.get(of_it.len() / 2).copied().unwrap_or_else(|| panic!("no {area} in {name}"));
            let at = json!({"x": x, "y": y, "picture": id(&shot)});
            session.call("click", json!({"at": at, "expect_window": "Pointed at"}))?.done()?;
            let reported = canvas.event("clicked")?;
            assert_eq!(reported["area"], json!(area), "{name}: {reported}");
        }
    }
    let unknown = json!({"at": {"x": 1, "y": 1, "picture": "p999"}, "expect_window": "Pointed at"});
    assert_eq!(session.call("click", unknown)?.refused()?, "UNKNOWN_PICTURE");
    Ok(())
}

#[test]
fn marks_name_what_can_be_operated_by_refs_that_work() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut form = Program::start("form", &["--title", "Marked form", "--at", "10,10"])?;
    let plain = session.call("screenshot", json!({"window": "Marked form", "format": "png"}))?.done()?;
    let arguments = json!({"window": "Marked form", "marks": true, "format": "png"});
    let shot = session.call("screenshot", arguments)?.done()?;
    let (before, marked) =
        (decoded(&plain, "unmarked", ImageFormat::Png)?, decoded(&shot, "marked", ImageFormat::Png)?);
    let differing = before.pixels().zip(marked.pixels()).filter(|(a, b)| a != b).count();
    assert!(differing > 500, "only {differing} pixels are marked");
    let submit = shot.element(&["Button"], "\"Submit\"")?;
    assert!(!shot.text.contains("\"Hidden\""), "{}", shot.text);
    session.call("click", json!({"element": submit}))?.done()?;
    crate::stage::clicked(&mut form, testapps::ids::form::SUBMIT)?;
    Ok(())
}

#[test]
fn without_pictures_there_is_no_way_to_get_one() -> Result<(), Trouble> {
    let mut session = Session::start(&["--no-pictures"])?;
    let tools = session.request("tools/list", json!({}))?;
    let names: Vec<&str> =
        tools["tools"].as_array().into_iter().flatten().filter_map(|tool| tool["name"].as_str()).collect();
    assert!(names.contains(&"snapshot") && !names.contains(&"screenshot"), "{names:?}");
    let refused = session.call("screenshot", json!({}));
    assert!(matches!(refused, Err(Trouble::Protocol { code: -32602, .. })), "{refused:?}");
    Ok(())
}
