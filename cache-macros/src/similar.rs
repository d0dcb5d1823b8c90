//! What a misspelt word was meant to be.

/// The word among these that was probably meant: the same but for case and underscores, or two slips away at the most.
pub(crate) fn meant<'a>(written: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| word.replace('_', "").to_ascii_lowercase();
    let written = plain(written);
    let slips = words.into_iter().map(|word| (slips(&written, &plain(word)), word));
    let near = slips.filter(|(slips, word)| *slips <= 2 && 2 * slips < word.len());
    near.min_by_key(|(slips, _)| *slips).map(|(_, word)| word)
}

/// By how many slips two words differ: letters that are missing, too many, others, or swapped.
fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // The slips up to each letter of `b`, for this letter of `a` and the two before it.
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let other = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = other.min(row[j - 1] + 1).min(rows[i - 1][j] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_near() {
        let words = ["ttl", "alias", "allow_stale", "per_tenant", "invalidate_on", "key", "on"];
        for (written, word) in [
            ("tll", "ttl"),
            ("TTL", "ttl"),
            ("Alias", "alias"),
            ("allowstale", "allow_stale"),
            ("perTenant", "per_tenant"),
            ("per_tennant", "per_tenant"),
            ("invalidates_on", "invalidate_on"),
            ("keys", "key"),
        ] {
            assert_eq!(meant(written, words), Some(word), "{written}");
        }
        for written in ["size", "x", "tags", "timeout", "of", ""] {
            assert_eq!(meant(written, words), None, "{written}");
        }
    }

    #[test]
    fn slips_are_counted() {
        for (a, b, count) in [("", "", 0), ("", "ab", 2), ("ab", "ba", 1), ("ab", "abc", 1), ("ab", "cd", 2)]
        {
            assert_eq!((slips(a, b), slips(b, a)), (count, count), "{a} {b}");
        }
    }
}
