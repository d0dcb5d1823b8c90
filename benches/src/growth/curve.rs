//! What a chart shows: figures by sizes.

use serde::Serialize;

use crate::statistics::rounded;

#[derive(Serialize)]
pub(super) struct Curve {
    pub(super) name: &'static str,
    pub(super) points: Vec<Point>,
}

#[derive(Clone, Copy, Serialize)]
pub(super) struct Point {
    pub(super) size: f64,
    pub(super) figure: f64,
}

impl Curve {
    pub(super) fn new(name: &'static str) -> Self {
        Curve { name, points: Vec::new() }
    }
}

impl Point {
    pub(super) fn new(size: f64, figure: f64) -> Self {
        Point { size, figure: rounded(figure) }
    }
}

/// Curves with the same axes.
#[derive(Serialize)]
pub(super) struct Chart {
    /// Of its file.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) size: &'static str,
    pub(super) figure: &'static str,
    pub(super) curves: Vec<Curve>,
}

impl Chart {
    pub(super) fn highest(&self) -> f64 {
        self.points().map(|point| point.figure).fold(0.0, f64::max)
    }

    /// The smallest size and the largest.
    pub(super) fn sizes(&self) -> (f64, f64) {
        let sizes = || self.points().map(|point| point.size);
        (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max))
    }

    fn points(&self) -> impl Iterator<Item = &Point> {
        self.curves.iter().flat_map(|curve| &curve.points)
    }
}
