//! Two barriers that go together: one that is passed all the time and costs next to nothing, and one that is passed seldom.
//!
//! Of two threads, one of which writes, passes `light` and reads, while the other writes, passes `heavy` and reads, at least one
//! reads what the other has written. Where the kernel can have all running threads pass a barrier, `light` is none.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering, compiler_fence, fence};

/// Whether the kernel does it. Settled before the first thread passes.
static BY_KERNEL: AtomicBool = AtomicBool::new(false);

/// Before a thread passes `light` for the first time.
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| BY_KERNEL.store(kernel::register(), Ordering::Relaxed));
}

#[inline]
pub(crate) fn light() {
    if BY_KERNEL.load(Ordering::Relaxed) {
        compiler_fence(Ordering::SeqCst);
    } else {
        fence(Ordering::SeqCst);
    }
}

/// By a thread that has passed a fence, and knows of who passes `light` that he has passed `prepare`. Says whether it could.
#[must_use]
pub(crate) fn heavy() -> bool {
    !BY_KERNEL.load(Ordering::Relaxed) || kernel::barrier()
}

#[cfg(all(target_os = "linux", not(miri)))]
#[expect(unsafe_code, reason = "there is no safe form of this system call that is maintained")]
mod kernel {
    fn membarrier(command: libc::c_int) -> bool {
        // SAFETY: it takes integers, and touches no memory of the process.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    pub(super) fn register() -> bool {
        membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
    }

    /// A child of the process may have to register anew.
    pub(super) fn barrier() -> bool {
        let barrier = || membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED);
        barrier() || register() && barrier()
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod kernel {
    pub(super) fn register() -> bool {
        false
    }

    pub(super) fn barrier() -> bool {
        false
    }
}
