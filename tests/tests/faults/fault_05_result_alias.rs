//! Others: an alias of `Result` gets its errors cached, for the attribute knows types by their spelling.

use cache_core::{Outcome, cached};
use tests::Source;

type Answer<T> = std::result::Result<T, String>;

/// A wrapper of the author's own.
struct Reply<T>(Result<T, u16>);

impl<T> Outcome for Reply<T> {
    type Value = T;
    type Error = u16;

    fn as_result(&self) -> Result<&T, &u16> {
        self.0.as_ref()
    }

    fn from_result(result: Result<T, u16>) -> Self {
        Reply(result)
    }
}

/// Not `Result`, whatever it is called.
mod own {
    #[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
    pub(super) enum Result {
        Err(u64),
    }
}

#[cached]
async fn alias(source: &Source) -> Answer<u64> {
    Err(format!("no. {}", source.read().await))
}

#[cached]
async fn io(source: &Source) -> std::io::Result<u64> {
    source.read().await;
    Err(std::io::Error::other("down"))
}

#[cached]
async fn wrapper(source: &Source) -> Reply<u64> {
    Reply(Err(u16::try_from(source.read().await).unwrap()))
}

#[cached]
async fn by_name_only(source: &Source) -> own::Result {
    own::Result::Err(source.read().await)
}

#[cache_core::test]
async fn errors_are_not_stored_however_they_are_spelled() {
    let source = Source::new(404);
    for _ in 0..2 {
        alias(&source).await.unwrap_err();
        io(&source).await.unwrap_err();
        assert_eq!(wrapper(&source).await.0, Err(404));
    }
    assert_eq!(source.reads(), 6);
}

#[cache_core::test]
async fn what_is_only_called_an_error_is_stored() {
    let source = Source::new(1);
    for _ in 0..2 {
        assert_eq!(by_name_only(&source).await, own::Result::Err(1));
    }
    assert_eq!(source.reads(), 1);
}
