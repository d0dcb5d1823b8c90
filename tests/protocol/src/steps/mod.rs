//! What can happen next: the steps, each of which is atomic.

mod cells;
mod fault;
mod flight;
mod load;
mod read;
mod server;
mod stream;
mod write;

use crate::state::{Aim, At, Budget, CALLERS, Link, Message, State, Tag, Tags, Writing, each};
use crate::{Mutant, Protocol};

/// One step of one part of the world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are the process, the caller, the key, the tag or the node that it is about"
)]
pub enum Step {
    /// A call begins: it looks near, and asks the server.
    Call { process: usize, caller: usize, key: u8 },
    /// A value is to be stored that is read elsewhere: `begin`.
    Fill { process: usize, caller: usize, key: u8 },
    /// All keys are to be loaded at once.
    Batch { process: usize, caller: usize },
    /// A call goes on by one step.
    Goes { process: usize, caller: usize },
    /// A call takes the other way where there are two: serves what is over, fails its body, waits for the lease.
    Otherwise { process: usize, caller: usize },
    /// What a call asked the server isn't answered.
    Silence { process: usize, caller: usize },
    /// The server answers a process again that took it for dead.
    AnswersAgain { process: usize },
    /// A call is dropped.
    Cancel { process: usize, caller: usize },
    /// A writer commits, or opens a unit of work.
    Write { process: usize, write: u8 },
    /// A unit of work writes.
    WriteInUnit { process: usize },
    /// A unit of work commits.
    Commit { process: usize },
    /// A unit of work is rolled back.
    RollBack { process: usize },
    /// A writer bumps its next tag on the server; after the last its own cells, and returns.
    Bump { process: usize, outcome: Outcome },
    /// A bump is tried again.
    Retry { process: usize, tag: Tag, outcome: Outcome },
    /// Bumps that wait are too many: a wider one stands for them.
    Widen { process: usize, from: Tags, to: Tag },
    /// The next message of a node is heard.
    Hear { process: usize, node: usize },
    /// A node is asked for a proof of life.
    Ping { process: usize, node: usize },
    /// A stream breaks.
    Break { process: usize, node: usize },
    /// A process notices that its stream is broken.
    Notice { process: usize, node: usize },
    /// A process subscribes again.
    Subscribe { process: usize, node: usize },
    /// A process takes the count after that.
    Mark { process: usize, node: usize },
    /// Time passes.
    Tick,
    /// An epoch is evicted, or expires.
    EvictEpoch { tag: Tag },
    /// An entry is evicted.
    EvictEntry { key: usize },
    /// A near entry is evicted.
    EvictNear { process: usize, key: usize },
    /// A lease is evicted, or expires.
    EvictLease { key: usize },
    /// An entry's time to live is over.
    Expire { key: usize },
    /// The replica and the disk get what the server has.
    Copy,
    /// A replica takes over.
    FailOver,
    /// A process sends its bumps again.
    Replay { process: usize },
    /// The server starts again with what its disk has.
    Restart,
    /// A process bumps the namespace, and trusts the server again.
    TrustAgain { process: usize },
    /// A process is killed, and starts again.
    Crash { process: usize },
    /// A slot moves to the other node.
    Move { tag: Tag },
    /// A tag is announced that didn't change.
    Renew { tag: Tag },
}

/// How a bump ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Executed and answered.
    Executed,
    /// Executed, and the answer was lost.
    AnswerLost,
    /// Not executed.
    NotExecuted,
}

impl Protocol {
    /// The steps that may be possible. `step` knows which are.
    pub(crate) fn steps(&self, state: &State, steps: &mut Vec<Step>) {
        for process in 0..self.config.processes() {
            self.steps_of_calls(state, process, steps);
            self.steps_of_writes(state, process, steps);
            self.steps_of_streams(state, process, steps);
            let here = &state.processes[process];
            steps.extend(here.open.then_some(Step::AnswersAgain { process }));
            steps.extend(here.replays.then_some(Step::Replay { process }));
            steps.extend(here.distrusts.then_some(Step::TrustAgain { process }));
        }
        self.steps_of_faults(state, steps);
        steps.extend(self.config.clock.then_some(Step::Tick));
    }

    fn steps_of_calls(&self, state: &State, process: usize, steps: &mut Vec<Step>) {
        for caller in 0..usize::from(self.config.callers[process]).min(CALLERS) {
            let call = &state.processes[process].callers[caller];
            let Some(frame) = call.frame() else {
                steps.extend(self.config.keys().map(|key| Step::Call { process, caller, key }));
                if self.config.fills {
                    steps.extend(self.config.keys().map(|key| Step::Fill { process, caller, key }));
                }
                steps.extend(self.config.batches.then_some(Step::Batch { process, caller }));
                continue;
            };
            if frame.at != At::Waits {
                steps.push(Step::Goes { process, caller });
            }
            if self.config.leases || self.config.budget.expiries > 0 {
                steps.push(Step::Otherwise { process, caller });
            }
            if state.budget.silences > 0 {
                steps.push(Step::Silence { process, caller });
            }
            if state.budget.cancels > 0 {
                steps.push(Step::Cancel { process, caller });
            }
        }
    }

    fn steps_of_writes(&self, state: &State, process: usize, steps: &mut Vec<Step>) {
        let here = &state.processes[process];
        let outcomes = [Outcome::Executed, Outcome::AnswerLost, Outcome::NotExecuted];
        let outcomes = if state.budget.failures > 0 { &outcomes[..] } else { &outcomes[..1] };
        match here.writer.at {
            Writing::Idle if state.budget.writes > 0 && self.config.writers[process] => {
                steps.extend((0..self.config.writes.len() as u8).map(|write| Step::Write { process, write }));
            }
            Writing::Idle => {}
            Writing::Open | Writing::Wrote => {
                steps.extend([
                    Step::WriteInUnit { process },
                    Step::Commit { process },
                    Step::RollBack { process },
                ]);
            }
            Writing::Committed => {
                steps.extend(outcomes.iter().map(|&outcome| Step::Bump { process, outcome }))
            }
        }
        let widens = self.config.widens.iter().filter(|(from, _)| here.queue & from != 0);
        steps.extend(widens.map(|&(from, to)| Step::Widen { process, from, to }));
        for tag in each(here.queue) {
            steps.extend(outcomes.iter().map(|&outcome| Step::Retry { process, tag, outcome }));
        }
    }

    fn steps_of_streams(&self, state: &State, process: usize, steps: &mut Vec<Step>) {
        for node in 0..self.nodes() {
            let stream = &state.processes[process].streams[node];
            match stream.link {
                Link::Live => {
                    if stream.queue[0] != Message::Nothing {
                        steps.push(Step::Hear { process, node });
                    }
                    if self.config.clock && !self.config.outage {
                        steps.push(Step::Ping { process, node });
                    }
                    if state.budget.gaps > 0 {
                        steps.push(Step::Break { process, node });
                    }
                }
                Link::Broken => steps.push(Step::Notice { process, node }),
                Link::Down if self.config.outage => {}
                Link::Down => steps.push(Step::Subscribe { process, node }),
                Link::Subscribed => steps.push(Step::Mark { process, node }),
            }
        }
    }

    fn steps_of_faults(&self, state: &State, steps: &mut Vec<Step>) {
        let Budget { evictions, entries, failovers, restarts, crashes, moves, expiries, .. } = state.budget;
        for tag in 0..self.tags() {
            steps.extend((evictions > 0).then_some(Step::EvictEpoch { tag }));
            steps.extend((moves > 0).then_some(Step::Move { tag }));
            steps.extend((state.budget.renewals > 0).then_some(Step::Renew { tag }));
        }
        for key in 0..self.config.functions.len() {
            steps.extend((entries > 0).then_some(Step::EvictEntry { key }));
            if entries > 0 {
                steps.extend((0..self.config.processes()).map(|process| Step::EvictNear { process, key }));
            }
            steps.extend((entries > 0 && self.config.leases).then_some(Step::EvictLease { key }));
            steps.extend((expiries > 0).then_some(Step::Expire { key }));
        }
        if crashes > 0 {
            steps.extend((0..self.config.processes()).map(|process| Step::Crash { process }));
        }
        if failovers + restarts > 0 || self.is(Mutant::ReadFromAReplica) {
            steps.push(Step::Copy);
        }
        steps.extend((failovers > 0).then_some(Step::FailOver));
        steps.extend((restarts > 0).then_some(Step::Restart));
    }

    /// Takes a step. `false` if it isn't possible.
    pub(crate) fn step(&self, state: &mut State, step: Step) -> bool {
        match step {
            Step::Call { process, caller, key } => self.call(state, process, caller, key, Aim::Get),
            Step::Fill { process, caller, key } => self.call(state, process, caller, key, Aim::Fill),
            Step::Batch { process, caller } => self.call(state, process, caller, 0, Aim::Batch),
            Step::Goes { process, caller } => self.goes(state, process, caller),
            Step::Otherwise { process, caller } => self.goes_otherwise(state, process, caller),
            Step::Silence { process, caller } => self.falls_silent(state, process, caller),
            Step::AnswersAgain { process } => self.answers_again(state, process),
            Step::Cancel { process, caller } => self.cancel(state, process, caller),
            Step::Write { process, write } => self.begin_write(state, process, write),
            Step::WriteInUnit { process } => self.write_in_unit(state, process),
            Step::Commit { process } => self.end_unit(state, process, true),
            Step::RollBack { process } => self.end_unit(state, process, false),
            Step::Bump { process, outcome } => self.bump(state, process, outcome),
            Step::Retry { process, tag, outcome } => self.retry(state, process, tag, outcome),
            Step::Widen { process, from, to } => self.widens(state, process, from, to),
            Step::Hear { process, node } => self.hear(state, process, node),
            Step::Ping { process, node } => self.ping(state, process, node),
            Step::Break { process, node } => self.breaks(state, process, node),
            Step::Notice { process, node } => self.notices(state, process, node),
            Step::Subscribe { process, node } => self.subscribes(state, process, node),
            Step::Mark { process, node } => self.marks(state, process, node),
            Step::Tick => self.tick(state),
            Step::EvictEpoch { tag } => self.evict_epoch(state, tag),
            Step::EvictEntry { key } => self.evict_entry(state, key),
            Step::EvictNear { process, key } => self.evict_near(state, process, key),
            Step::EvictLease { key } => self.evict_lease(state, key),
            Step::Expire { key } => self.expire(state, key),
            Step::Copy => self.copy(state),
            Step::FailOver => self.fail_over(state),
            Step::Replay { process } => self.replay(state, process),
            Step::Restart => self.restart(state),
            Step::TrustAgain { process } => self.trusts_again(state, process),
            Step::Crash { process } => self.crash(state, process),
            Step::Move { tag } => self.moves(state, tag),
            Step::Renew { tag } => self.renew(state, tag),
        }
    }

    fn goes(&self, state: &mut State, process: usize, caller: usize) -> bool {
        match state.processes[process].callers[caller].frame().expect("it runs").at {
            At::Idle | At::Waits => false,
            At::Asked => self.answered(state, process, caller, false),
            At::Creates => self.creates(state, process, caller),
            At::Leases => self.takes_lease(state, process, caller, false),
            At::Loads => self.loads(state, process, caller, false),
            At::Stamped => self.stamped(state, process, caller),
            At::Lands => self.lands(state, process, caller),
            At::Landed => self.landed(state, process, caller),
        }
    }

    fn goes_otherwise(&self, state: &mut State, process: usize, caller: usize) -> bool {
        match state.processes[process].callers[caller].frame().expect("it runs").at {
            At::Asked => self.answered(state, process, caller, true),
            At::Leases => self.takes_lease(state, process, caller, true),
            At::Loads => self.loads(state, process, caller, true),
            _ => false,
        }
    }
}
