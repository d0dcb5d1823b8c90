//! Readable text: the canonical bytes as a person reads them, and as a shared tier will store them.
//!
//! ```text
//! erp:permissions:org=7:rbac::effective_permissions@v2:user_id=5
//! ```
//!
//! Namespace, alias, scope (if any), function and version, named arguments. Every delimiter in a value is
//! percent-encoded, braces too: a `{` would put keys into one slot of a Redis Cluster.

use std::fmt::Write;

use super::bytes::code;

/// Text beyond this many bytes keeps its head and ends in a digest.
const LONGEST: usize = 200;
/// The head of such a text: the rest of `LONGEST` is `~` and 32 hexadecimal digits.
const HEAD: usize = LONGEST - 33;

/// The parts of a key, as the text joins them.
pub(crate) struct Parts<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) alias: &'a str,
    pub(crate) function: &'a str,
    pub(crate) version: u32,
    /// Of the stored type, where what is stored leaves the process; or 0.
    pub(crate) fingerprint: u64,
    pub(crate) arguments: &'a [&'a str],
    /// The scope and the arguments in canonical bytes.
    pub(crate) key: &'a [u8],
}

impl Parts<'_> {
    /// The key as text, at most 200 bytes.
    pub(crate) fn render(&self) -> String {
        let (key, cut) = match self.key {
            [code::DIGESTED, rest @ ..] => (&rest[rest.len().min(40)..], true),
            key => (key, false),
        };
        let mut out = String::with_capacity(LONGEST);
        out.push_str(self.namespace);
        out.push(':');
        out.push_str(self.alias);
        let mut reader = Reader { rest: key, out, arguments: self.arguments };
        // A digested key ends in the middle of a value: what can be read of it is its head.
        let _ = reader.scope();
        reader.out.push(':');
        reader.out.push_str(self.function);
        if self.version > 0 {
            reader.out.push_str("@v");
            decimal(&mut reader.out, self.version.into());
        }
        if self.fingerprint > 0 {
            reader.out.push('@');
            hexadecimal(&mut reader.out, &self.fingerprint.to_be_bytes()[..4]);
        }
        let _ = reader.arguments();
        let text = reader.out;
        if cut || text.len() > LONGEST { self.digested(text) } else { text }
    }

    fn digested(&self, mut text: String) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in [self.namespace, self.alias, self.function] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.update(&self.version.to_le_bytes());
        hasher.update(&self.fingerprint.to_le_bytes());
        for argument in self.arguments {
            hasher.update(&(argument.len() as u64).to_le_bytes());
            hasher.update(argument.as_bytes());
        }
        hasher.update(self.key);
        let mut end = HEAD.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        let _ = write!(text, "~{}", &hasher.finalize().to_hex()[..32]);
        text
    }
}

/// A value by itself, an id say, as it stands in keys.
pub(crate) fn value(bytes: &[u8]) -> String {
    let mut reader = Reader { rest: bytes, out: String::new(), arguments: &[] };
    // A digested value ends in the middle: what can be read of it is its head.
    let _ = reader.values();
    reader.out
}

/// The bytes ended within a value.
struct Cut;

struct Reader<'a> {
    rest: &'a [u8],
    out: String,
    arguments: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn byte(&mut self) -> Result<u8, Cut> {
        let (&first, rest) = self.rest.split_first().ok_or(Cut)?;
        self.rest = rest;
        Ok(first)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Cut> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            // The head of a digested key: show what there is.
            let taken = std::mem::take(&mut self.rest);
            encode(&mut self.out, taken);
            return Err(Cut);
        };
        self.rest = rest;
        Ok(taken)
    }

    fn word(&mut self) -> Result<[u8; 8], Cut> {
        let (&word, rest) = self.rest.split_first_chunk().ok_or(Cut)?;
        self.rest = rest;
        Ok(word)
    }

    fn wide(&mut self) -> Result<[u8; 16], Cut> {
        let (&word, rest) = self.rest.split_first_chunk().ok_or(Cut)?;
        self.rest = rest;
        Ok(word)
    }

    fn name(&mut self) -> Result<(), Cut> {
        match self.byte()? {
            code::LONG_NAME => self.digest()?,
            length => {
                let name = self.take(usize::from(length))?;
                encode(&mut self.out, name);
            }
        }
        Ok(())
    }

    /// What stands for more than there is room for.
    fn digest(&mut self) -> Result<(), Cut> {
        self.out.push('!');
        let digest = self.take(32)?;
        hexadecimal(&mut self.out, digest);
        Ok(())
    }

    /// `:org=7/client=5`, then `:user=9`.
    fn scope(&mut self) -> Result<(), Cut> {
        let mut before = ':';
        while let Some(kind @ (code::TENANT | code::USER)) = self.peek() {
            self.byte()?;
            self.out.push(if kind == code::USER { ':' } else { before });
            before = '/';
            self.name()?;
            self.out.push('=');
            self.values()?;
            self.byte()?;
        }
        Ok(())
    }

    /// `:user_id=5:page=2`.
    fn arguments(&mut self) -> Result<(), Cut> {
        while self.peek() == Some(code::ARGUMENT) {
            self.byte()?;
            let position = self.byte()?;
            self.out.push(':');
            match self.arguments.get(usize::from(position)) {
                Some(name) => encode(&mut self.out, name.as_bytes()),
                None => decimal(&mut self.out, position.into()),
            }
            self.out.push('=');
            self.values()?;
        }
        Ok(())
    }

    /// The values up to the next delimiter: one as a rule, joined by `+` where an implementation wrote several.
    fn values(&mut self) -> Result<(), Cut> {
        let mut first = true;
        while let Some(next) = self.peek() {
            if matches!(next, code::ITEM | code::VALUE | code::FIELD | code::END | code::ARGUMENT) {
                break;
            }
            if !std::mem::take(&mut first) {
                self.out.push('+');
            }
            self.value()?;
        }
        if first {
            // An implementation that wrote nothing.
            self.out.push('*');
        }
        Ok(())
    }

    fn value(&mut self) -> Result<(), Cut> {
        match self.byte()? {
            code::FALSE => self.out.push_str("false"),
            code::TRUE => self.out.push_str("true"),
            code::NONE => self.out.push_str("None"),
            code::SOME => {
                self.out.push_str("Some(");
                self.values()?;
                self.byte()?;
                self.out.push(')');
            }
            code::UINT => {
                let value = u64::from_le_bytes(self.word()?);
                decimal(&mut self.out, value);
            }
            code::NEGATIVE => {
                let value = i64::from_le_bytes(self.word()?);
                let _ = write!(self.out, "{value}");
            }
            code::UINT_WIDE => {
                let value = u128::from_le_bytes(self.wide()?);
                let _ = write!(self.out, "{value}");
            }
            code::NEGATIVE_WIDE => {
                let value = i128::from_le_bytes(self.wide()?);
                let _ = write!(self.out, "{value}");
            }
            code::TEXT => {
                let length = self.byte()? as usize;
                self.text(length)?;
            }
            code::TEXT_LONG => {
                let length = u64::from_le_bytes(self.word()?);
                self.text(usize::try_from(length).unwrap_or(usize::MAX))?;
            }
            code::BYTES => {
                let length = u64::from_le_bytes(self.word()?);
                self.out.push_str("0x");
                let length = usize::try_from(length).unwrap_or(usize::MAX).min(self.rest.len());
                let bytes = self.take(length)?;
                hexadecimal(&mut self.out, bytes);
            }
            code::DIGEST => self.digest()?,
            code::SEQUENCE => self.items('[', ']')?,
            code::TUPLE => self.items('(', ')')?,
            code::MAP => self.map()?,
            code::RECORD => self.record()?,
            code::VARIANT => {
                self.out.push('.');
                self.name()?;
                self.content()?;
                self.byte()?;
            }
            _ => return Err(Cut),
        }
        Ok(())
    }

    fn items(&mut self, open: char, close: char) -> Result<(), Cut> {
        self.out.push(open);
        let mut first = true;
        while self.byte()? == code::ITEM {
            if !std::mem::take(&mut first) {
                self.out.push(',');
            }
            self.values()?;
        }
        self.out.push(close);
        Ok(())
    }

    fn map(&mut self) -> Result<(), Cut> {
        self.out.push('[');
        let mut first = true;
        while self.byte()? == code::ITEM {
            if !std::mem::take(&mut first) {
                self.out.push(',');
            }
            self.values()?;
            self.byte()?;
            self.out.push('=');
            self.values()?;
        }
        // An empty map is `[=]`, for `[]` is an empty sequence.
        self.out.push_str(if first { "=]" } else { "]" });
        Ok(())
    }

    fn record(&mut self) -> Result<(), Cut> {
        self.out.push('(');
        let mut first = true;
        while self.byte()? == code::FIELD {
            if !std::mem::take(&mut first) {
                self.out.push(',');
            }
            self.name()?;
            self.out.push('=');
            self.values()?;
        }
        self.out.push_str(if first { "=)" } else { ")" });
        Ok(())
    }

    /// What a variant holds: a tuple or a record as it is, anything else in angle brackets, so that the name ends
    /// somewhere.
    fn content(&mut self) -> Result<(), Cut> {
        if self.peek() == Some(code::END) {
            return Ok(());
        }
        let bracketed = matches!(self.peek(), Some(code::TUPLE | code::RECORD));
        let mark = self.out.len();
        self.value()?;
        if bracketed && self.peek() == Some(code::END) {
            return Ok(());
        }
        self.out.insert(mark, '<');
        if self.peek() != Some(code::END) {
            self.out.push('+');
            self.values()?;
        }
        self.out.push('>');
        Ok(())
    }

    /// Text stands bare where it can't be taken for another value; otherwise an apostrophe goes before it.
    fn text(&mut self, length: usize) -> Result<(), Cut> {
        let mark = self.out.len();
        let text = self.take(length)?;
        let bare = matches!(text.first(), Some(first) if first.is_ascii_alphabetic() || *first == b'_')
            && !matches!(text, b"true" | b"false" | b"None");
        if !bare {
            self.out.insert(mark, '\'');
        }
        encode(&mut self.out, text);
        Ok(())
    }
}

/// Letters, digits, `_`, `-` and `.` as they are, all else as `%` and two hexadecimal digits.
pub(crate) fn encode(out: &mut String, bytes: &[u8]) {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| !is_plain(byte)) {
        let [high, low] = digits(rest[end], b"0123456789ABCDEF");
        ascii(out, &rest[..end]);
        ascii(out, &[b'%', high, low]);
        rest = &rest[end + 1..];
    }
    ascii(out, rest);
}

// Not by way of `fmt`, nor character by character: a key's text is made by each hit of a shared tier.

fn hexadecimal(out: &mut String, bytes: &[u8]) {
    for few in bytes.chunks(8) {
        let mut text = [0; 16];
        for (text, byte) in text.chunks_exact_mut(2).zip(few) {
            text.copy_from_slice(&digits(*byte, b"0123456789abcdef"));
        }
        ascii(out, &text[..2 * few.len()]);
    }
}

fn digits(byte: u8, digits: &[u8; 16]) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| digits[usize::from(digit)])
}

fn ascii(out: &mut String, text: &[u8]) {
    out.push_str(std::str::from_utf8(text).expect("nothing else is written"));
}

fn decimal(out: &mut String, mut number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    ascii(out, &digits[start..]);
}
