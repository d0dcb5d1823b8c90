//! Figures of several rounds.

/// The middle one; of an even number, the mean of the two in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() % 2 {
        1 => figures[middle],
        _ => f64::midpoint(figures[middle - 1], figures[middle]),
    }
}

/// The sum divided by the number.
pub(crate) fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / figures.len() as f64
}

/// As many digits as mean something: three, and all before the point.
pub(crate) fn rounded(figure: f64) -> f64 {
    if figure == 0.0 {
        return figure;
    }
    let places = (2 - figure.abs().log10().floor() as i32).max(0);
    let scale = 10f64.powi(places);
    (figure * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn the_mean_is_the_sum_divided() {
        assert_eq!(mean(&[1.0, 2.0, 6.0]), 3.0);
    }

    #[test]
    fn a_figure_keeps_the_digits_that_mean_something() {
        assert_eq!(rounded(1234.56), 1235.0);
        assert_eq!(rounded(45.678), 45.7);
        assert_eq!(rounded(0.45678), 0.457);
        assert_eq!(rounded(0.000_123_44), 0.000_123);
        assert_eq!(rounded(0.0), 0.0);
    }
}
