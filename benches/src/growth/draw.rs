//! Charts as SVG: figures from zero, sizes on a logarithmic axis if they span decades.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::curve::Chart;

const COLOURS: [RGBColor; 3] =
    [RGBColor(0x1f, 0x6f, 0xb4), RGBColor(0xd9, 0x6c, 0x06), RGBColor(0x6b, 0x6b, 0x6b)];
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const FONT: &str = "sans-serif";

pub(super) fn draw(chart: &Chart, folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = folder.join(chart.name).with_extension("svg");
    let area = SVGBackend::new(&path, (760, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let (smallest, largest) = chart.sizes();
    match largest / smallest > 99.0 {
        true => draw_on(&area, chart, (smallest * 0.7..largest * 1.4).log_scale())?,
        false => draw_on(&area, chart, 0.0..largest * 1.1)?,
    }
    area.present()?;
    Ok(())
}

fn draw_on<X>(area: &Area<'_>, chart: &Chart, sizes: X) -> Result<(), Box<dyn Error>>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
{
    let mut context = ChartBuilder::on(area)
        .caption(chart.title, (FONT, 20))
        .margin(16)
        .x_label_area_size(48)
        .y_label_area_size(72)
        // Room for the legend above the curves.
        .build_cartesian_2d(sizes, 0.0..chart.highest() * 1.45)?;
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
        // Each point with its figure above.
        let style = (FONT, 13).into_font().color(&colour).pos(Pos::new(HPos::Center, VPos::Bottom));
        context.draw_series(points().map(|point| {
            EmptyElement::at(point)
                + Circle::new((0, 0), 4, colour.filled())
                + Text::new(grouped(point.1), (0, -7), style.clone())
        }))?;
    }
    context
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE)
        .label_font((FONT, 14))
        .draw()?;
    Ok(())
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
