//! What listeners are told, through one line from each server.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use super::super::tier::{Listener, Listening, NodeId, Sent, Suspects, TagId};
use super::{Hub, World};
use crate::sync::lock;

/// One call of a listener.
#[derive(Clone)]
pub(super) enum Word {
    Suspect(TagId),
    SuspectAll,
    Proven(NodeId, Sent),
    Lost(NodeId),
    Heard(NodeId),
    Promoted(NodeId),
    Restarted(NodeId),
}

/// A listener, and what it is still to be told, in order.
pub(super) struct Outbox {
    listener: Arc<dyn Listener>,
    words: Mutex<VecDeque<Word>>,
    telling: Mutex<()>,
}

impl Outbox {
    /// Tells all. Not under the lock of the world: a listener has locks of its own.
    pub(super) fn tell(&self) {
        // Who finds another telling waits until that is done: what it has announced is told when its operation ends.
        let _telling = lock(&self.telling);
        loop {
            let Some(word) = lock(&self.words).pop_front() else { return };
            match word {
                Word::Suspect(tag) => self.listener.suspect(Suspects::Tags(&[tag])),
                Word::SuspectAll => self.listener.suspect(Suspects::All),
                Word::Proven(node, sent) => self.listener.proven(node, sent),
                Word::Lost(node) => self.listener.lost(node),
                Word::Heard(node) => self.listener.heard(node),
                Word::Promoted(node) => self.listener.promoted(node),
                Word::Restarted(node) => self.listener.restarted(node),
            }
        }
    }
}

/// Who listens through a connection.
pub(super) struct Ear {
    connection: u64,
    outbox: Arc<Outbox>,
    lines: BTreeMap<NodeId, Line>,
}

/// The stream of one server to one listener.
#[derive(Default)]
struct Line {
    alive: bool,
    /// What is held back, by when it was said.
    held: BTreeMap<u64, Word>,
    /// What is to be told when it is alive again, before anything else.
    missed: Vec<Word>,
}

/// What holds words back.
pub(super) struct Hold {
    pub(super) connection: u64,
    pub(super) node: Option<NodeId>,
    pub(super) proofs_alone: bool,
}

impl Hold {
    fn concerns(&self, connection: u64, node: NodeId) -> bool {
        self.connection == connection && self.node.is_none_or(|only| only == node)
    }

    fn keeps(&self, word: &Word) -> bool {
        !self.proofs_alone || matches!(word, Word::Proven(..))
    }
}

impl Ear {
    fn say(&self, word: Word) {
        lock(&self.outbox.words).push_back(word);
    }
}

impl World {
    fn listen(&mut self, connection: u64, listener: Arc<dyn Listener>) -> u64 {
        let outbox = Arc::new(Outbox { listener, words: Mutex::default(), telling: Mutex::default() });
        self.ears_changed = true;
        let mut ear = Ear { connection, outbox, lines: BTreeMap::new() };
        for node in self.data.nodes() {
            let alive = !self.cut.contains(&(connection, node));
            ear.say(if alive { Word::Heard(node) } else { Word::Lost(node) });
            ear.lines.insert(node, Line { alive, ..Line::default() });
        }
        let id = self.number();
        self.ears.insert(id, ear);
        id
    }

    pub(super) fn outboxes(&self) -> Vec<Arc<Outbox>> {
        self.ears.values().map(|ear| Arc::clone(&ear.outbox)).collect()
    }

    /// Those who listen through a connection.
    pub(super) fn ears_of(&self, connection: u64) -> Vec<u64> {
        self.ears.iter().filter(|(_, ear)| ear.connection == connection).map(|(id, _)| *id).collect()
    }

    /// All listeners are told, by the server that has the tag.
    pub(super) fn announce(&mut self, tag: TagId) {
        let node = self.data.owner(tag);
        let ears: Vec<u64> = self.ears.keys().copied().collect();
        for ear in ears {
            self.stream(ear, node, Word::Suspect(tag));
        }
    }

    /// A word through the stream of a server: it arrives, is held back, or is lost with the stream.
    pub(super) fn stream(&mut self, id: u64, node: NodeId, word: Word) {
        let number = self.number();
        let Some(ear) = self.ears.get_mut(&id) else { return };
        let Some(line) = ear.lines.get_mut(&node).filter(|line| line.alive) else { return };
        line.held.insert(number, word);
        self.flush(id);
    }

    /// Passes on what nothing holds back any more, in order. What holds announcements back holds proofs back, too: none
    /// overtakes an announcement.
    pub(super) fn flush(&mut self, id: u64) {
        let Some(ear) = self.ears.get_mut(&id) else { return };
        let connection = ear.connection;
        let mut passed = Vec::new();
        for (node, line) in &mut ear.lines {
            let holds: Vec<&Hold> =
                self.holds.values().filter(|hold| hold.concerns(connection, *node)).collect();
            line.held.retain(|number, word| {
                let kept = holds.iter().any(|hold| hold.keeps(word));
                if !kept {
                    passed.push((*number, word.clone()));
                }
                kept
            });
        }
        passed.sort_unstable_by_key(|(number, _)| *number);
        for (_, word) in passed {
            self.pass(id, word);
        }
    }

    pub(super) fn pass(&mut self, id: u64, word: Word) {
        let Some(ear) = self.ears.get(&id) else { return };
        ear.say(word.clone());
        let counts = self.counts.entry(ear.connection).or_default();
        match word {
            Word::Suspect(_) | Word::SuspectAll => counts.announcements += 1,
            Word::Proven(..) => counts.proofs += 1,
            _ => {}
        }
        self.ears_changed = true;
    }

    pub(super) fn flush_all(&mut self) {
        let ears: Vec<u64> = self.ears.keys().copied().collect();
        ears.into_iter().for_each(|ear| self.flush(ear));
    }

    /// What a connection's listeners are told of a server, each in its own way.
    fn on_lines(
        &mut self,
        connection: Option<u64>,
        node: NodeId,
        mut act: impl FnMut(&mut Line) -> Vec<Word>,
    ) {
        for ear in self.ears.values_mut() {
            if connection.is_some_and(|only| only != ear.connection) {
                continue;
            }
            let words = ear.lines.get_mut(&node).map(&mut act).unwrap_or_default();
            words.into_iter().for_each(|word| ear.say(word));
        }
        self.ears_changed = true;
    }

    pub(super) fn cut(&mut self, connection: u64, node: NodeId) {
        self.cut.insert((connection, node));
        self.on_lines(Some(connection), node, |line| {
            line.held.clear();
            if std::mem::take(&mut line.alive) { vec![Word::Lost(node)] } else { Vec::new() }
        });
    }

    pub(super) fn restore(&mut self, connection: u64, node: NodeId) {
        self.cut.remove(&(connection, node));
        self.on_lines(Some(connection), node, |line| {
            if std::mem::replace(&mut line.alive, true) {
                return Vec::new();
            }
            let mut words = std::mem::take(&mut line.missed);
            words.push(Word::Heard(node));
            words
        });
    }

    /// A server has started again: all streams were lost, and those that aren't cut are back.
    pub(super) fn say_restarted(&mut self, node: NodeId, old_data: bool) {
        let notice = old_data.then_some(Word::Restarted(node));
        self.on_lines(None, node, |line| {
            line.held.clear();
            if line.alive {
                [Some(Word::Lost(node)), notice.clone(), Some(Word::Heard(node))]
                    .into_iter()
                    .flatten()
                    .collect()
            } else {
                line.missed.extend(notice.clone());
                Vec::new()
            }
        });
    }

    /// A server's tags are another's now: its streams end, and those of the other one begin.
    pub(super) fn say_promoted(&mut self, node: NodeId, successor: NodeId) {
        let cut: BTreeSet<u64> =
            self.cut.iter().filter(|(_, of)| *of == node).map(|(connection, _)| *connection).collect();
        self.cut.extend(cut.iter().map(|connection| (*connection, successor)));
        for ear in self.ears.values_mut() {
            let Some(mut line) = ear.lines.remove(&node) else { continue };
            line.held.clear();
            if line.alive {
                ear.say(Word::Lost(node));
                ear.say(Word::Promoted(node));
                ear.say(Word::Heard(successor));
            } else {
                line.missed.push(Word::Promoted(node));
            }
            ear.lines.insert(successor, line);
        }
        self.ears_changed = true;
    }

    /// Listeners are told that any tag may have changed, whatever is held back: their side of the connection has noticed it.
    pub(super) fn say_all_suspect(&mut self) {
        let ears: Vec<u64> = self.ears.keys().copied().collect();
        ears.into_iter().for_each(|ear| self.pass(ear, Word::SuspectAll));
    }
}

impl World {
    /// The announcements of these streams that are held back, the oldest first.
    pub(super) fn held(&self, connection: u64, node: Option<NodeId>) -> Vec<Place> {
        let ears = self.ears.iter().filter(|(_, ear)| ear.connection == connection);
        let lines = ears.flat_map(|(ear, of)| of.lines.iter().map(|(node, line)| (*ear, *node, line)));
        let concerned = lines.filter(|(_, of, _)| node.is_none_or(|only| only == *of));
        let mut all: Vec<Place> = concerned
            .flat_map(|(ear, node, line)| {
                let announcements = line.held.iter().filter(|(_, word)| !matches!(word, Word::Proven(..)));
                announcements.map(move |(number, _)| Place { number: *number, ear, node })
            })
            .collect();
        all.sort_unstable_by_key(|place| place.number);
        all
    }

    /// Takes one out of what is held back.
    pub(super) fn take(&mut self, Place { number, ear, node }: Place) -> Option<Word> {
        self.ears.get_mut(&ear)?.lines.get_mut(&node)?.held.remove(&number)
    }
}

/// Where an announcement is held back.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// When it was said.
    number: u64,
    pub(super) ear: u64,
    node: NodeId,
}

/// What [`SharedTier::listen`](crate::shared::SharedTier::listen) gives.
pub(super) struct Listens {
    hub: Arc<Hub>,
    id: u64,
}

impl Listens {
    pub(super) fn begin(hub: &Arc<Hub>, connection: u64, listener: Arc<dyn Listener>) -> Self {
        let id = hub.change(|world| world.listen(connection, listener));
        Listens { hub: Arc::clone(hub), id }
    }
}

impl Listening for Listens {
    fn probe(&self, sent: Sent) {
        self.hub.change(|world| {
            let Some(ear) = world.ears.get(&self.id) else { return };
            let (connection, nodes) = (ear.connection, ear.lines.keys().copied().collect::<Vec<_>>());
            world.counts(connection).probes += 1;
            for node in nodes {
                world.stream(self.id, node, Word::Proven(node, sent));
            }
        });
    }
}

impl Drop for Listens {
    fn drop(&mut self) {
        self.hub.change(|world| world.ears.remove(&self.id));
    }
}
