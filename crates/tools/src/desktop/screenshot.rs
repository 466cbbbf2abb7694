//! `screenshot`: a picture of a display, a window or a region.

use std::fmt::Write as _;

use model::{
    Area, Operation, Outcome, Picture, PictureFormat, Rect, ScreenshotRequest,
    tool::{Plan, Reply},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Number;

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_PROGRAMS, Native},
    schema::one_of,
    target::{coordinate, pixel, window},
    words::{brief, count, one_line, size},
};

pub(crate) struct Screenshot;

/// What fits the usual limits of clients.
const MAX_BYTES: u32 = 716_800;

/// Marks that are told in words.
const TOLD_MARKS: usize = 40;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// Number; default: primary
    #[schemars(range(min = 1, max = 64))]
    display: Option<u32>,
    #[schemars(length(min = 1, max = 500))]
    window: Option<String>,
    region: Option<RegionArguments>,
    #[serde(default)]
    #[schemars(schema_with = "formats", extend("default" = "jpeg"))]
    format: Option<PictureFormat>,
    #[schemars(range(min = 10_000, max = 5_000_000), extend("default" = MAX_BYTES))]
    max_bytes: Option<u32>,
    #[schemars(range(min = 64, max = 8_192))]
    max_width: Option<u32>,
    /// Draw refs in
    marks: Option<bool>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

// No words here: they would stand in the schema.
#[derive(Deserialize, JsonSchema)]
struct RegionArguments {
    #[schemars(required, schema_with = "pixel")]
    left: Option<Number>,
    #[schemars(required, schema_with = "pixel")]
    top: Option<Number>,
    #[schemars(required, schema_with = "pixel")]
    right: Option<Number>,
    #[schemars(required, schema_with = "pixel")]
    bottom: Option<Number>,
}

fn formats(_: &mut SchemaGenerator) -> Schema {
    one_of(&["jpeg", "png", "webp"])
}

impl Native for Screenshot {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "screenshot",
        title: "Take a picture",
        description: "A picture of a display, window or region. Use it for what has no elements: drawings, games, layout. With its id \
                      `at` takes its pixels.",
        toolset: "desktop",
        hints: LOOKS_AT_PROGRAMS,
        gives_pictures: true,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let Arguments { display, window: place, region, format, max_bytes, max_width, marks, timeout_ms } =
            arguments;
        let given: Vec<&str> =
            [("display", display.is_some()), ("window", place.is_some()), ("region", region.is_some())]
                .into_iter()
                .filter_map(|(name, is)| (is || check.is_faulty(name)).then_some(name))
                .collect();
        if given.len() > 1 {
            check.refuse(format!("`{}` are given; a picture shows one of them", given.join("` and `")));
        }
        let region = region.map(|region| region.plan(check));
        let area = match (region, window(place)) {
            (Some(region), _) => Area::Region(region?),
            (None, Some(window)) => Area::Window(window),
            (None, None) => Area::Display(display),
        };
        let request = ScreenshotRequest {
            area,
            format: format.unwrap_or(PictureFormat::Jpeg),
            max_bytes: max_bytes.unwrap_or(MAX_BYTES),
            max_width,
            marks: marks.unwrap_or(false),
        };
        Some(Plan::new(Operation::Screenshot(request), timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::Screenshot(request), Outcome::Picture(picture)) = (operation, outcome) else {
            return None;
        };
        let text = words(request, picture);
        Some(Reply { text, picture: Some((picture.format.mime(), picture.base64.clone())), structured: None })
    }
}

impl RegionArguments {
    fn plan(self, check: &mut Check) -> Option<Rect> {
        let left = coordinate(self.left.as_ref(), "region.left", check);
        let top = coordinate(self.top.as_ref(), "region.top", check);
        let right = coordinate(self.right.as_ref(), "region.right", check);
        let bottom = coordinate(self.bottom.as_ref(), "region.bottom", check);
        for ((less, less_name), (more, more_name)) in
            [((left, "left"), (right, "right")), ((top, "top"), (bottom, "bottom"))]
        {
            if let (Some(less), Some(more)) = (less, more)
                && less >= more
            {
                check.refuse(format!(
                    "`region.{less_name}` is {less} and `region.{more_name}` is {more}; accepted: {more_name} greater than {less_name}"
                ));
            }
        }
        Some(Rect::new(left?, top?, right?, bottom?))
    }
}

/// `p2: 1280x800 jpeg of display 1, 1:1; its pixels can be given as at: {x, y, picture: "p2"}`
fn words(request: &ScreenshotRequest, picture: &Picture) -> String {
    let frame = picture.frame;
    let what = match &request.area {
        Area::Display(None) => "the primary display".into(),
        Area::Display(Some(number)) => format!("display {number}"),
        Area::Window(window) => format!("window {}", one_line(&window.to_string())),
        Area::Region(_) => "the region".into(),
    };
    let scale = if frame.width == frame.area.width() {
        "1:1".into()
    } else {
        format!("scaled to {}%", u64::from(frame.width) * 100 / u64::from(frame.area.width().max(1)))
    };
    let format = picture.format.mime().trim_start_matches("image/");
    let mut text = format!(
        "{id}: {width}x{height} {format} of {what} ({area}), {scale}; point with its pixels by at: {{x, y, picture: \"{id}\"}}",
        id = frame.id,
        width = frame.width,
        height = frame.height,
        area = size(frame.area),
    );
    if !picture.marks.is_empty() {
        let _ = write!(text, "\n{} marked:", count(picture.marks.len(), "ref"));
        for mark in picture.marks.iter().take(TOLD_MARKS) {
            let _ = write!(text, "\n {}", brief(mark));
        }
        let rest = picture.marks.len().saturating_sub(TOLD_MARKS);
        if rest > 0 {
            let _ = write!(text, "\n and {rest} more");
        }
    }
    for note in &picture.notes {
        let _ = write!(text, "\nnote: {}", one_line(note));
    }
    text
}
