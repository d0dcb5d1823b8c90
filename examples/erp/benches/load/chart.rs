//! The chart: medians and 99th percentiles by what is asked for, on a logarithmic scale.

use std::fmt::Write;

use crate::figures::{Figures, Took};

const SHOWN: [&str; 8] =
    ["dashboard", "report", "trend", "product list", "categories", "projects", "permissions", "write order"];
const LEFT: f64 = 130.0;
const WIDTH: f64 = 560.0;
const ROW: f64 = 46.0;

pub(crate) fn draw(figures: &Figures) -> String {
    let rows: Vec<_> = SHOWN
        .iter()
        .filter_map(|name| Some((*name, *figures.without.took.get(*name)?, *figures.with.took.get(*name)?)))
        .collect();
    let height = 70.0 + ROW * rows.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        LEFT + WIDTH + 30.0,
        height + 10.0
    );
    for power in 2..=6 {
        let (at, label) =
            (x(10_f64.powi(power)), ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s"][power as usize - 2]);
        let _ = writeln!(svg, "<path d=\"M{at} 34V{height}\" stroke=\"#dddddd\"/>");
        let _ =
            writeln!(svg, "<text x=\"{at}\" y=\"26\" text-anchor=\"middle\" fill=\"#666666\">{label}</text>");
    }
    for (number, (name, without, with)) in (0_u32..).zip(&rows) {
        let top = 44.0 + ROW * f64::from(number);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>",
            LEFT - 10.0,
            top + 21.0
        );
        bar(&mut svg, top, without, "#c0504d");
        bar(&mut svg, top + 16.0, with, "#2e75b6");
    }
    for (at, colour, label) in [(LEFT, "#c0504d", "without the cache"), (LEFT + 170.0, "#2e75b6", "with it")]
    {
        let _ = writeln!(
            svg,
            "<rect x=\"{at}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{colour}\"/>",
            height - 8.0
        );
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{label}</text>", at + 18.0, height + 3.0);
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" fill=\"#666666\">bar: median; line: 99th percentile</text>\n</svg>",
        LEFT + 270.0,
        height + 3.0
    );
    svg
}

/// Where so many microseconds are: from 50 µs to a second.
fn x(microseconds: f64) -> f64 {
    let (least, most) = (50_f64.ln(), 1e6_f64.ln());
    LEFT + WIDTH * ((microseconds.max(50.0).ln() - least) / (most - least)).min(1.0)
}

fn bar(svg: &mut String, top: f64, took: &Took, colour: &str) {
    let (median, tail, middle) = (x(took.p50 as f64), x(took.p99 as f64), top + 7.0);
    let _ = writeln!(
        svg,
        "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{:.1}\" height=\"14\" fill=\"{colour}\"/>",
        median - LEFT
    );
    let _ =
        writeln!(svg, "<path d=\"M{median:.1} {middle}H{tail:.1}\" stroke=\"{colour}\" stroke-width=\"2\"/>");
}
