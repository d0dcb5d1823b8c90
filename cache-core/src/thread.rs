//! Whether this thread can still use what belongs to threads: where it is about to end, that may be gone already.

use std::cell::Cell;
use std::panic::catch_unwind;
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
    // First theirs, then ours: locals are dropped in the opposite order, so ours is gone before theirs is. Where the program
    // has used the same library and theirs is gone already, it panics; and where the thread is ending, ours can't be set up.
    let theirs = catch_unwind(|| drop(ANY.enter()));
    let runs = theirs.is_ok() && END.try_with(|_| ()).is_ok();
    STATE.set(if runs { State::Running } else { State::Ending });
    runs
}

/// A thread that is inside of a map, by its number: small, and no other thread's while it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader(pub(crate) usize);
