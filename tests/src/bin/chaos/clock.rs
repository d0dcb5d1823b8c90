//! The clock that all processes of a machine have in common.

use std::time::Duration;

/// Nanoseconds of `CLOCK_MONOTONIC`.
pub fn now() -> u64 {
    nanoseconds(libc::CLOCK_MONOTONIC)
}

/// How far the coarse clock, by which the cache says what time it is, may lag behind: one of its ticks.
pub fn tick() -> Duration {
    let mut tick = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    #[expect(unsafe_code, reason = "the standard library doesn't tell a clock's resolution")]
    // SAFETY: it writes to `tick`, which is there.
    let known = unsafe { libc::clock_getres(libc::CLOCK_MONOTONIC_COARSE, &raw mut tick) } == 0;
    assert!(known, "the kernel has a coarse clock");
    Duration::from_nanos(u64::try_from(tick.tv_nsec).expect("a part of a second"))
}

fn nanoseconds(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    #[expect(unsafe_code, reason = "the standard library's clock can't be compared between processes")]
    // SAFETY: it writes to `time`, which is there.
    let known = unsafe { libc::clock_gettime(clock, &raw mut time) } == 0;
    assert!(known, "the kernel has a clock");
    let (seconds, rest) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.expect("after its start") * 1_000_000_000 + rest.expect("after its start")
}
