//! A file that fits: quality, then scale, go down until it does.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{
    Code, ElementRef, Fault, Picture, PictureFormat, PictureFrame, PictureId, Rect, ScreenshotRequest,
};

use crate::{format, marks, scale, shot::Shot};

/// JPEG qualities from the first tried to the last, with the size of a file relative to the first (measured on
/// screens full of text; a guess that saves tries, no promise).
const QUALITIES: [(u8, f64); 5] = [(80, 1.0), (70, 0.82), (60, 0.69), (50, 0.60), (40, 0.51)];

/// At most so many files are made.
const TRIES: u32 = 12;

/// Narrower pictures are not made.
const NARROWEST: usize = 16;

/// One way to write the file.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Attempt {
    /// Index into [`QUALITIES`].
    quality: usize,
    /// Picture width in pixels.
    width: usize,
}

/// Makes the file that `request` asks for: scaled to its width, with `marks` (in physical pixels of the virtual
/// desktop) drawn in, in its format and within its number of bytes.
///
/// The same input always gives the same file. The picture's id is `p1` until the gate gives it another.
///
/// # Errors
/// `LIMIT_EXCEEDED` where nothing fits, `CAPTURE_FAILED` where the format cannot hold the picture.
pub fn encode(
    shot: &Shot,
    request: &ScreenshotRequest,
    marks: &[(ElementRef, Rect)],
) -> Result<Picture, Fault> {
    let limit = request.max_bytes as usize;
    let first = Attempt { quality: 0, width: first_width(shot, request) };
    let mut attempt = first;
    for _ in 0..TRIES {
        let mut scaled = scale::to_width(shot.pixels(), attempt.width);
        let left_out = if marks.is_empty() { 0 } else { marks::draw(scaled.to_mut(), shot.area(), marks) };
        let (quality, _) = QUALITIES.get(attempt.quality).copied().unwrap_or((40, 0.0));
        let file = format::write(&scaled, request.format, quality)?;
        if file.len() <= limit {
            let size = (scaled.width, scaled.height);
            return Ok(picture(
                shot.area(),
                size,
                request.format,
                &file,
                notes(limit, first, attempt, left_out),
            ));
        }
        let Some(next) = next(attempt, request.format, file.len(), limit) else { break };
        attempt = next;
    }
    let message = format!("no picture of this area fits into `max_bytes` {limit}");
    Err(Fault::new(Code::LimitExceeded, message).hint("ask for a smaller area, JPEG, or more bytes"))
}

/// The width to begin with: that of the shot, unless the caller or the format wants less.
fn first_width(shot: &Shot, request: &ScreenshotRequest) -> usize {
    let (width, height) = (shot.pixels().width, shot.pixels().height);
    let longest_side = match request.format {
        PictureFormat::Png | PictureFormat::Jpeg => 65_535,
        PictureFormat::Webp => 16_383,
    };
    let wanted = request.max_width.map_or(width, |wanted| (wanted as usize).max(NARROWEST));
    let tall = if height > longest_side { width * longest_side / height } else { width };
    wanted.min(width).min(longest_side).min(tall).max(1)
}

/// What to try after a file of `size` bytes; nothing where the picture cannot become smaller.
fn next(tried: Attempt, format: PictureFormat, size: usize, limit: usize) -> Option<Attempt> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate of file sizes")]
    let wanted = limit as f64 / size.max(1) as f64;
    let expected = |quality: usize| QUALITIES.get(quality).map_or(1.0, |(_, relative)| *relative);
    let last = match format {
        PictureFormat::Jpeg => QUALITIES.len() - 1,
        PictureFormat::Png | PictureFormat::Webp => 0,
    };
    let relative = |quality: usize| expected(quality) / expected(tried.quality);
    if let Some(quality) = (tried.quality + 1..=last).find(|quality| relative(*quality) <= wanted * 0.98) {
        return Some(Attempt { quality, ..tried });
    }
    let shrink = (wanted / relative(last)).sqrt().min(1.0) * 0.94;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a width below 65,536"
    )]
    let width = ((tried.width as f64 * shrink) as usize).max(NARROWEST);
    (width < tried.width).then_some(Attempt { quality: last, width })
}

/// What the caller should know of how the file was made.
fn notes(limit: usize, first: Attempt, made: Attempt, left_out: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if made.width < first.width {
        notes.push(format!("scaled down to fit into {limit} bytes"));
    } else if made.quality > first.quality {
        notes.push(format!("quality lowered to fit into {limit} bytes"));
    }
    if left_out > 0 {
        notes.push(format!("{left_out} labels left out for lack of room"));
    }
    notes
}

fn picture(
    area: Rect,
    (width, height): (usize, usize),
    format: PictureFormat,
    file: &[u8],
    notes: Vec<String>,
) -> Picture {
    let side = |length| u32::try_from(length).unwrap_or(u32::MAX);
    let frame = PictureFrame { id: PictureId::new(1), area, width: side(width), height: side(height) };
    Picture { frame, format, base64: STANDARD.encode(file), marks: Vec::new(), notes }
}

#[cfg(test)]
mod tests {
    use model::{Area, WindowSelector};

    use super::*;

    fn request(format: PictureFormat, max_bytes: u32) -> ScreenshotRequest {
        let area = Area::Window(WindowSelector::Title("x".into()));
        ScreenshotRequest { area, format, max_bytes, max_width: None, marks: false }
    }

    /// Pixels that no format can make small.
    fn noise(width: i32, height: i32) -> Shot {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let rgb = (0..width * height * 3).map(|_| random()).collect();
        Shot::new(Rect::new(0, 0, width, height), rgb).unwrap()
    }

    fn decoded(picture: &Picture) -> (u32, u32) {
        let file = STANDARD.decode(&picture.base64).unwrap();
        match picture.format {
            PictureFormat::Jpeg => {
                // The frame header: FF C0, length, precision, height, width.
                let at = file.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
                let side = |at: usize| u32::from(u16::from_be_bytes([file[at], file[at + 1]]));
                (side(at + 7), side(at + 5))
            }
            PictureFormat::Png | PictureFormat::Webp => {
                let image = image::load_from_memory(&file).unwrap();
                (image.width(), image.height())
            }
        }
    }

    #[test]
    fn every_format_holds_what_the_frame_says() {
        let shot = Shot::filled(Rect::new(-40, 10, 60, 85), [20, 90, 200]).unwrap();
        for format in [PictureFormat::Png, PictureFormat::Jpeg, PictureFormat::Webp] {
            let picture = encode(&shot, &request(format, 700_000), &[]).unwrap();
            assert_eq!((picture.frame.width, picture.frame.height), (100, 75));
            assert_eq!(decoded(&picture), (100, 75), "{format:?}");
            assert_eq!(picture.frame.area, shot.area());
            assert!(picture.notes.is_empty());
        }
    }

    #[test]
    fn lossless_pictures_give_back_every_pixel() {
        let shot = noise(33, 17);
        for format in [PictureFormat::Png, PictureFormat::Webp] {
            let picture = encode(&shot, &request(format, 700_000), &[]).unwrap();
            let image = image::load_from_memory(&STANDARD.decode(&picture.base64).unwrap()).unwrap();
            assert_eq!(image.to_rgb8().into_raw(), shot.pixels().rgb, "{format:?}");
        }
    }

    #[test]
    fn the_worst_picture_fits_into_the_smallest_budget_and_says_so() {
        for format in [PictureFormat::Png, PictureFormat::Jpeg, PictureFormat::Webp] {
            let picture = encode(&noise(1280, 800), &request(format, 10_000), &[]).unwrap();
            let bytes = STANDARD.decode(&picture.base64).unwrap().len();
            assert!((2_000..=10_000).contains(&bytes), "{format:?}: {bytes}");
            assert_eq!(decoded(&picture), (picture.frame.width, picture.frame.height));
            assert_eq!(picture.notes, ["scaled down to fit into 10000 bytes"]);
        }
    }

    #[test]
    fn quality_goes_down_before_the_size_does() {
        let shot = noise(640, 400);
        let best =
            STANDARD.decode(encode(&shot, &request(PictureFormat::Jpeg, 5_000_000), &[]).unwrap().base64);
        let limit = u32::try_from(best.unwrap().len() * 3 / 4).unwrap();
        let picture = encode(&shot, &request(PictureFormat::Jpeg, limit), &[]).unwrap();
        assert_eq!(picture.frame.width, 640);
        assert_eq!(picture.notes, [format!("quality lowered to fit into {limit} bytes")]);
    }

    #[test]
    fn the_same_input_gives_the_same_file() {
        let (shot, request) = (noise(300, 300), request(PictureFormat::Jpeg, 20_000));
        assert_eq!(encode(&shot, &request, &[]).unwrap(), encode(&shot, &request, &[]).unwrap());
    }

    #[test]
    fn the_width_asked_for_is_kept_to_and_never_scaled_up_to() {
        let shot = Shot::filled(Rect::new(0, 0, 1000, 500), [1, 2, 3]).unwrap();
        let sized = |width| {
            let request =
                ScreenshotRequest { max_width: Some(width), ..request(PictureFormat::Png, 700_000) };
            let frame = encode(&shot, &request, &[]).unwrap().frame;
            (frame.width, frame.height)
        };
        assert_eq!(sized(250), (250, 125));
        assert_eq!(sized(5000), (1000, 500));
    }

    #[test]
    fn a_side_longer_than_the_format_allows_is_scaled_down() {
        let shot = Shot::filled(Rect::new(0, 0, 17_000, 20), [1, 2, 3]).unwrap();
        let picture = encode(&shot, &request(PictureFormat::Webp, 700_000), &[]).unwrap();
        assert_eq!(decoded(&picture), (16_383, 19));
    }

    #[test]
    fn nothing_is_tried_for_ever() {
        let mut attempt = Attempt { quality: 0, width: 60_000 };
        let mut tries = 0;
        while let Some(smaller) = next(attempt, PictureFormat::Jpeg, usize::MAX, 1) {
            assert!(smaller.width < attempt.width);
            attempt = smaller;
            tries += 1;
        }
        assert_eq!((attempt.width, tries), (NARROWEST, 1));
    }
}
