//! Time: a coarse monotonic clock that costs nanoseconds to read, and that tests can move.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::sync::lock;

/// A point in time of one process, in units of 2⁻³² seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Instant(u64);

/// A duration in the units of [`Instant`]: to be added without a multiplication.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Ticks(u64);

impl Ticks {
    pub(crate) const FOREVER: Ticks = Ticks(u64::MAX);

    /// As a number: what is kept of it where there is little room.
    pub(crate) const fn count(self) -> u64 {
        self.0
    }

    pub(crate) const fn from_count(ticks: u64) -> Ticks {
        Ticks(ticks)
    }

    pub(crate) fn of(duration: Duration) -> Ticks {
        Ticks(Instant(0).plus(duration).0)
    }
}

impl Instant {
    #[inline]
    pub(crate) fn later(self, ticks: Ticks) -> Instant {
        Instant(self.0.saturating_add(ticks.0))
    }

    pub(crate) fn earlier(self, ticks: Ticks) -> Instant {
        Instant(self.0.saturating_sub(ticks.0))
    }

    /// Later than all others.
    pub(crate) const NEVER: Instant = Instant(u64::MAX);

    /// As a number, to be kept where threads share it.
    #[inline]
    pub(crate) const fn ticks(self) -> u64 {
        self.0
    }

    #[inline]
    pub(crate) const fn from_ticks(ticks: u64) -> Instant {
        Instant(ticks)
    }

    /// How long before this that was; nothing if it was later.
    pub(crate) fn since(self, earlier: Instant) -> Duration {
        let ticks = self.0.saturating_sub(earlier.0);
        Duration::new(ticks >> 32, (((ticks & 0xffff_ffff) * 1_000_000_000) >> 32) as u32)
    }

    pub(crate) fn plus(self, duration: Duration) -> Instant {
        let ticks = (u128::from(duration.as_secs()) << 32)
            + (u128::from(duration.subsec_nanos()) << 32) / 1_000_000_000;
        Instant(self.0.saturating_add(u64::try_from(ticks).unwrap_or(u64::MAX)))
    }
}

/// Tells the time: the kernel's, or a test's.
#[derive(Clone, Default)]
pub(crate) struct Clock(Option<Arc<Manual>>);

/// A clock that stands still until it is moved.
#[derive(Default)]
struct Manual {
    now: AtomicU64,
    alarms: Mutex<BTreeMap<(u64, u64), Waker>>,
    alarm_numbers: AtomicU64,
}

impl Clock {
    pub(crate) fn manual() -> Self {
        Clock(Some(Arc::default()))
    }

    /// Whether tests move it.
    pub(crate) fn is_manual(&self) -> bool {
        self.0.is_some()
    }

    /// Now, to a few milliseconds.
    #[inline]
    pub(crate) fn now(&self) -> Instant {
        match &self.0 {
            // The form that doesn't share its reading with other threads: they would contend for it.
            None => Instant(coarsetime::Instant::now_without_cache_update().as_ticks()),
            Some(manual) => Instant(manual.now.load(Ordering::Acquire)),
        }
    }

    /// Now, as other processes call it: milliseconds since 1970. For times to live alone, never for what is fresh.
    pub(crate) fn wall(&self) -> u64 {
        let since = match &self.0 {
            None => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            Some(_) => Duration::from_secs(1_700_000_000) + self.now().since(Instant(0)),
        };
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Waits. Works on any executor.
    pub(crate) async fn wait(&self, duration: Duration) {
        self.sleep(self.now().plus(duration)).await;
    }

    /// Moves a manual clock; does nothing to the kernel's.
    pub(crate) fn advance(&self, duration: Duration) {
        let Some(manual) = &self.0 else { return };
        let due = {
            let mut alarms = lock(&manual.alarms);
            let now = Instant(manual.now.load(Ordering::Acquire)).plus(duration).0;
            manual.now.store(now, Ordering::Release);
            let later = alarms.split_off(&(now.saturating_add(1), 0));
            std::mem::replace(&mut *alarms, later)
        };
        due.into_values().for_each(Waker::wake);
    }

    /// How many sleep until a manual clock is moved.
    pub(crate) fn sleepers(&self) -> usize {
        self.0.as_ref().map_or(0, |manual| lock(&manual.alarms).len())
    }

    /// How long somebody is willing to wait, from the first wait on. Works on any executor; costs nothing until then.
    pub(crate) fn patience(&self, duration: Duration) -> Patience {
        Patience { clock: self.clone(), duration, until: None, sleep: None }
    }

    fn sleep(&self, until: Instant) -> Sleep {
        match &self.0 {
            None => Sleep::Kernel(futures_timer::Delay::new(until.since(self.now()))),
            Some(manual) => Sleep::Manual(Alarm {
                at: until,
                number: manual.alarm_numbers.fetch_add(1, Ordering::Relaxed),
                clock: Arc::clone(manual),
            }),
        }
    }
}

/// How long somebody is willing to wait, in all.
pub(crate) struct Patience {
    clock: Clock,
    duration: Duration,
    until: Option<Instant>,
    sleep: Option<Sleep>,
}

impl Patience {
    /// Ready when it is at an end.
    pub(crate) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let now = self.clock.now();
        let until = *self.until.get_or_insert_with(|| now.plus(self.duration));
        if now >= until {
            return Poll::Ready(());
        }
        let sleep = self.sleep.get_or_insert_with(|| self.clock.sleep(until));
        // The coarse clock may be a little behind the timer, which is right then.
        match Pin::new(sleep).poll(cx) {
            Poll::Ready(()) => {
                self.until = Some(now);
                Poll::Ready(())
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// The wait is over; there may be another.
    pub(crate) fn rest(&mut self) {
        self.sleep = None;
    }
}

enum Sleep {
    Kernel(futures_timer::Delay),
    Manual(Alarm),
}

struct Alarm {
    at: Instant,
    number: u64,
    clock: Arc<Manual>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.get_mut() {
            Sleep::Kernel(delay) => Pin::new(delay).poll(cx),
            Sleep::Manual(alarm) => {
                let mut alarms = lock(&alarm.clock.alarms);
                // Under the lock, or a move between the look and the entry would go unheard.
                if alarm.clock.now.load(Ordering::Acquire) >= alarm.at.0 {
                    return Poll::Ready(());
                }
                alarms.insert((alarm.at.0, alarm.number), cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        lock(&self.clock.alarms).remove(&(self.at.0, self.number));
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Clock(manual)" } else { "Clock(kernel)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_stands_until_it_is_moved() {
        let clock = Clock::manual();
        let start = clock.now();
        assert_eq!(clock.now(), start);
        clock.advance(Duration::from_millis(1500));
        assert_eq!(clock.now(), start.plus(Duration::from_millis(1500)));
    }

    #[test]
    fn the_kernels_clock_does_not_run_backwards() {
        let clock = Clock::default();
        let first = clock.now();
        assert!(clock.now() >= first);
    }

    #[test]
    fn durations_beyond_the_clock_saturate() {
        assert_eq!(Clock::manual().now().plus(Duration::MAX), Instant::NEVER);
    }
}
