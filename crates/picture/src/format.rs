//! Pixels into files.

use image::{
    ExtendedColorType, ImageEncoder,
    codecs::{
        png::{CompressionType, FilterType, PngEncoder},
        webp::WebPEncoder,
    },
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use model::{Code, Fault, PictureFormat};

use crate::shot::Pixels;

/// Writes `pixels` as a file; `quality`, 1 to 100, matters to JPEG alone.
pub(crate) fn write(pixels: &Pixels, format: PictureFormat, quality: u8) -> Result<Vec<u8>, Fault> {
    let failed = |error: &dyn std::fmt::Display| {
        Fault::new(Code::CaptureFailed, format!("the picture cannot be written as {format:?}: {error}"))
    };
    let size = |length| u32::try_from(length).map_err(|error| failed(&error));
    let (width, height) = (size(pixels.width)?, size(pixels.height)?);
    let mut file = Vec::with_capacity(pixels.rgb.len() / 8 + 1024);
    match format {
        PictureFormat::Png => {
            PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive)
                .write_image(&pixels.rgb, width, height, ExtendedColorType::Rgb8)
                .map_err(|error| failed(&error))?;
        }
        PictureFormat::Webp => WebPEncoder::new_lossless(&mut file)
            .write_image(&pixels.rgb, width, height, ExtendedColorType::Rgb8)
            .map_err(|error| failed(&error))?,
        PictureFormat::Jpeg => {
            let side = |length| u16::try_from(length).map_err(|error| failed(&error));
            let mut encoder = Encoder::new(&mut file, quality);
            encoder.set_sampling_factor(SamplingFactor::F_2_2);
            encoder
                .encode(&pixels.rgb, side(width)?, side(height)?, ColorType::Rgb)
                .map_err(|error| failed(&error))?;
        }
    }
    Ok(file)
}
