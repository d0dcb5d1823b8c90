//! What differs between two texts, line by line: for one in a stable order, of which little changes at a time.

use std::fmt::Write;

/// A line, and in which text it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line<'a> {
    Both(&'a str),
    Old(&'a str),
    New(&'a str),
}

/// Beyond so many pairs of lines that could be compared, all of the old ones are shown before all of the new.
const MOST_PAIRS: usize = 4_000_000;

/// The lines that differ, each group under the thing that it belongs to (the nearest `"name"` above); empty if there are
/// none.
pub(super) fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let (mut text, mut name, mut shown) = (String::new(), "", "");
    for line in compared(&old, &new) {
        let (sign, content) = match line {
            Line::Both(content) => (' ', content),
            Line::Old(content) => ('-', content),
            Line::New(content) => ('+', content),
        };
        if content.trim_start().starts_with("\"name\":") {
            name = content;
        }
        if sign == ' ' {
            continue;
        }
        if name != shown && name != content {
            let _ = writeln!(text, "  {name}");
        }
        shown = name;
        let _ = writeln!(text, "{sign} {content}");
    }
    text
}

/// The fewest changes that lead from one to the other.
fn compared<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let rest = (&old[start..], &new[start..]);
    let end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(old, new)| old == new).count();
    let (changed_old, changed_new) = (&rest.0[..rest.0.len() - end], &rest.1[..rest.1.len() - end]);

    let mut lines: Vec<_> = old[..start].iter().map(|line| Line::Both(line)).collect();
    lines.extend(middle(changed_old, changed_new));
    lines.extend(old[old.len() - end..].iter().map(|line| Line::Both(line)));
    lines
}

fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        return old
            .iter()
            .map(|line| Line::Old(line))
            .chain(new.iter().map(|line| Line::New(line)))
            .collect();
    }
    // How many lines the rests of both from there on have in common.
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = match old[i] == new[j] {
                true => common[(i + 1) * width + j + 1] + 1,
                false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let is_old =
            j == new.len() || i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1];
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(Line::Both(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if is_old {
            lines.push(Line::Old(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_shown_under_its_name() {
        let text = |ttl: &str| {
            format!(
                "[\n  {{\n    \"name\": \"a\",\n    \"ttl\": \"1m\",\n    \"x\": 1\n  }},\n  {{\n    \"name\": \"b\",\n    \"ttl\": \"{ttl}\",\n    \"x\": 1\n  }}\n]\n"
            )
        };
        assert_eq!(
            diff(&text("5m"), &text("6m")),
            "      \"name\": \"b\",\n-     \"ttl\": \"5m\",\n+     \"ttl\": \"6m\",\n"
        );
        assert_eq!(diff(&text("5m"), &text("5m")), "");
        assert_eq!(diff("a\r\nb\r\n", "a\nb\n"), "", "git may have changed the ends of lines");
    }

    #[test]
    fn what_is_added_brings_its_own_name() {
        let old = "{\n\"name\": \"a\"\n}\n{\n\"name\": \"c\"\n}\n";
        let new = "{\n\"name\": \"a\"\n}\n{\n\"name\": \"b\"\n}\n{\n\"name\": \"c\"\n}\n";
        let changes = diff(old, new);
        assert_eq!(changes.matches("\"b\"").count(), 1, "{changes}");
        assert_eq!((changes.matches('+').count(), changes.matches('-').count()), (3, 0), "{changes}");
    }

    proptest::proptest! {
        /// Without the new lines it is the old text, without the old ones the new.
        #[test]
        fn nothing_is_lost(old in proptest::collection::vec("[ab]", 0..12), new in proptest::collection::vec("[ab]", 0..12)) {
            let (old, new): (Vec<&str>, Vec<&str>) = (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let lines = compared(&old, &new);
            let of = |with: fn(&Line<'_>) -> bool| -> Vec<&str> {
                let lines = lines.iter().filter(|line| with(line));
                lines.map(|(Line::Both(line) | Line::Old(line) | Line::New(line))| *line).collect()
            };
            proptest::prop_assert_eq!(of(|line| !matches!(line, Line::New(_))), old.clone());
            proptest::prop_assert_eq!(of(|line| !matches!(line, Line::Old(_))), new.clone());
            let changes = lines.iter().filter(|line| !matches!(line, Line::Both(_))).count();
            if old == new {
                proptest::prop_assert_eq!(changes, 0);
            }
        }
    }
}
