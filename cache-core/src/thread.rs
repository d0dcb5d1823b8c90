//! Whether this thread can still use what belongs to threads: where it is about to end, that may be gone already.

use std::cell::Cell;
use std::sync::LazyLock;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Running,
    Ending,
}

thread_local! {
    // Without a destructor: it can be read to the very end.
    static STATE: Cell<State> = const { Cell::new(State::New) };
    static END: End = const { End };
}

/// What is dropped when the thread ends.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        STATE.set(State::Ending);
    }
}

/// Whether the thread isn't ending: whether a map may be entered. It panics on a thread whose locals are being dropped, and
/// a value of the program's that is dropped then may call a cached function.
#[inline]
pub(crate) fn is_running() -> bool {
    match STATE.get() {
        State::Running => true,
        State::New => begin(),
        State::Ending => false,
    }
}

#[cold]
fn begin() -> bool {
    static ANY: LazyLock<seize::Collector> = LazyLock::new(seize::Collector::new);
    // First theirs, then ours: locals are dropped in the opposite order, so ours is gone before theirs is.
    drop(ANY.enter());
    STATE.set(State::Running);
    // On a thread that is ending already there is nothing left to be dropped.
    if END.try_with(|_| ()).is_err() {
        STATE.set(State::Ending);
    }
    STATE.get() == State::Running
}

/// A thread that is inside of a map, by its number: small, and no other thread's while it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader(pub(crate) usize);
