//! Months of the calendar.

use std::fmt;
use std::str::FromStr;

use cache_core::CacheKey;

/// A month, written as `2025-03`.
#[derive(CacheKey, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month {
    year: u16,
    number: u8,
}

impl Month {
    /// The twelve months that end with this one.
    pub fn year_until(self) -> Vec<Month> {
        let mut months: Vec<_> = std::iter::successors(Some(self), |month| month.before()).take(12).collect();
        months.reverse();
        months
    }

    /// From the one to the other, no more than five years.
    pub fn range(from: Month, to: Month) -> Vec<Month> {
        let back = std::iter::successors(Some(to), |month| month.before());
        let mut months: Vec<_> = back.take_while(|month| *month >= from).take(60).collect();
        months.reverse();
        months
    }

    fn before(&self) -> Option<Month> {
        match *self {
            Month { year, number: 1 } => Some(Month { year: year.checked_sub(1)?, number: 12 }),
            Month { year, number } => Some(Month { year, number: number - 1 }),
        }
    }

    /// As text that sorts before all its days, and after those of the month before.
    pub fn first_day(self) -> String {
        format!("{self}-01")
    }

    /// As text that sorts after all its days.
    pub fn last_day(self) -> String {
        format!("{self}-31")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.number)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Month, String> {
        let wrong = || format!("`{text}` is no month, such as `2025-03`");
        let (year, number) = text.split_once('-').ok_or_else(wrong)?;
        let month =
            Month { year: year.parse().map_err(|_| wrong())?, number: number.parse().map_err(|_| wrong())? };
        let is_month = (1..=12).contains(&month.number) && month.to_string() == text;
        if is_month { Ok(month) } else { Err(wrong()) }
    }
}

/// The month of a day, such as `2025-03-14`.
pub fn month_of(day: &str) -> Result<Month, String> {
    let wrong = || format!("`{day}` is no day, such as `2025-03-14`");
    let (month, of_month) = day.rsplit_once('-').ok_or_else(wrong)?;
    let is_day = of_month.len() == 2 && of_month.parse().is_ok_and(|day: u8| (1..=31).contains(&day));
    if is_day { month.parse().map_err(|_| wrong()) } else { Err(wrong()) }
}
