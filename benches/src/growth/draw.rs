//! Charts as SVG: sizes on a logarithmic axis, figures from zero.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use super::curve::{Chart, Curve};

const COLOURS: [RGBColor; 3] =
    [RGBColor(0x1f, 0x6f, 0xb4), RGBColor(0xd9, 0x6c, 0x06), RGBColor(0x6b, 0x6b, 0x6b)];
const FONT: &str = "sans-serif";

pub(super) fn draw(chart: &Chart, folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = folder.join(chart.name).with_extension("svg");
    let area = SVGBackend::new(&path, (760, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let (smallest, largest) = chart.sizes();
    let mut context = ChartBuilder::on(&area)
        .caption(chart.title, (FONT, 20))
        .margin(16)
        .margin_right(32)
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d(
            (smallest * 0.8..largest * 1.25).log_scale(),
            // Room for the legend above the curves.
            0.0..chart.highest() * 1.3,
        )?;
    context
        .configure_mesh()
        .x_desc(chart.size)
        .y_desc(chart.figure)
        .x_label_formatter(&|size| grouped(*size))
        .y_label_formatter(&|figure| grouped(*figure))
        .label_style((FONT, 14))
        .axis_desc_style((FONT, 15))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (curve, colour) in chart.curves.iter().zip(COLOURS) {
        let points = || curve.points.iter().map(|point| (point.size, point.figure));
        context
            .draw_series(LineSeries::new(points(), colour.stroke_width(2)))?
            .label(curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
        context.draw_series(points().map(|point| Circle::new(point, 4, colour.filled())))?;
        context.draw_series(values(curve, colour))?;
    }
    if chart.curves.len() > 1 {
        context
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.9))
            .label_font((FONT, 14))
            .draw()?;
    }
    area.present()?;
    Ok(())
}

/// What is measured, beside its point.
fn values(curve: &Curve, colour: RGBColor) -> impl Iterator<Item = Text<'static, (f64, f64), String>> {
    let style = (FONT, 12).into_font().color(&colour);
    curve
        .points
        .iter()
        .map(move |point| Text::new(grouped(point.figure), (point.size, point.figure), style.clone()))
}

/// A number, its thousands grouped: `1,000,000`.
fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    if number != 0.0 && number.abs() < 10.0 && number.fract() != 0.0 {
        return format!("{number}");
    }
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(0.0), "0");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(1_000.0), "1,000");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(4.25), "4.25");
    }
}
