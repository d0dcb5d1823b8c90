//! Running the checker over a configuration.

use stateright::{Checker, HasDiscoveries, Model, Property};

use crate::state::{Promise, State};
use crate::{Config, Mutant, Protocol, Reached, Step};

impl Model for Protocol {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![self.first()]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        self.steps(state, steps);
    }

    fn next_state(&self, state: &State, step: Step) -> Option<State> {
        let mut next = *state;
        if !self.step(&mut next, step) {
            return None;
        }
        next.canonical(self.mutant, |process| self.is_twin_of_next(process));
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        fn holds<const PROMISE: usize>(model: &Protocol, state: &State) -> bool {
            model.broken(state) != Some(PROMISES[PROMISE].0)
        }
        vec![
            Property::always(PROMISES[0].1, holds::<0>),
            Property::always(PROMISES[1].1, holds::<1>),
            Property::always(PROMISES[2].1, holds::<2>),
            Property::always(PROMISES[3].1, holds::<3>),
            Property::always(PROMISES[4].1, holds::<4>),
            Property::always(PROMISES[5].1, holds::<5>),
            Property::always(PROMISES[6].1, holds::<6>),
        ]
    }
}

const PROMISES: [(Promise, &str); 7] = [
    (Promise::I1, "I1 no lost race"),
    (Promise::I3, "I3 invalidation beats staleness policies"),
    (Promise::I5, "I5 one load"),
    (Promise::I6, "I6 unknown is not fresh"),
    (Promise::I9, "I9 silence is noticed"),
    (Promise::I10, "I10 one rule for every way in"),
    (Promise::I11, "I11 no invalidation is lost in silence"),
];

/// What the checker found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The configuration.
    pub config: &'static str,
    /// Different states seen.
    pub states: usize,
    /// Steps to the farthest of them.
    pub depth: usize,
    /// The promise that was broken, and the shortest way there.
    pub broken: Option<(&'static str, Vec<Step>)>,
    reached: u32,
}

impl Checked {
    /// Whether it came to this.
    pub fn has_reached(&self, what: Reached) -> bool {
        self.reached & 1 << what as u32 != 0
    }
}

/// Goes through every order of steps, the shortest first, until a promise is broken or nothing is left. With one thread the
/// way that is found is a shortest one, and the same each time.
pub fn check(config: &Config, mutant: Option<Mutant>, threads: usize) -> Checked {
    let name = config.name;
    let protocol = Protocol::new(config.clone(), mutant);
    let checker = protocol.checker().threads(threads).finish_when(HasDiscoveries::Any).spawn_bfs().join();
    let shortest = checker.discoveries().into_iter().map(|(promise, path)| (promise, path.into_actions()));
    let broken = shortest.min_by_key(|(promise, path)| (path.len(), *promise));
    Checked {
        config: name,
        states: checker.unique_state_count(),
        depth: checker.max_depth(),
        broken,
        reached: checker.model().reached.load(std::sync::atomic::Ordering::Relaxed),
    }
}
