//! Which keys an operator means.

/// A pattern of keys: `*` stands for any text, none too, and everything else for itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// Of that text.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Pattern(text.into())
    }

    /// What stands between the stars: one part more than there are stars.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('*')
    }

    /// Whether it means this key.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        let mut parts = self.parts();
        let Some(mut rest) = parts.next().and_then(|first| key.strip_prefix(first)) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        // Each at its first place leaves most to those that follow.
        for part in parts {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text_and_all_else_is_itself() {
        for (pattern, key, is_meant) in [
            ("erp:*:report:*", "erp:sales:report:5", true),
            ("erp:*:report:*", "erp::report:", true),
            ("erp:*:report:*", "erp:report:5", false),
            ("erp:*:report:*", "shop:sales:report:5", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ba", false),
            ("*a", "ab", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "aab", false),
            ("a**b", "ab", true),
            ("*aab", "aaab", true),
            ("?[a-z]\\", "?[a-z]\\", true),
            ("?", "a", false),
            ("[a]", "a", false),
            ("ä*ö", "äüö", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(key), is_meant, "{pattern} {key}");
        }
    }
}
