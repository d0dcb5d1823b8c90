//! A process: its cells, its near cache, the streams that it hears, its calls and its writer.

use crate::state::{
    Age, CALLERS, Count, DEPTH, KEYS, Key, MAX_STALENESS, NODES, Nonce, ROWS, Seen, Stored, TAGS, Tag, Tags,
    UNDER_WAY, Version,
};

/// A process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Process {
    /// Orders all that happens in it.
    pub count: Count,
    /// What it knows of each tag.
    pub cells: [Cell; TAGS],
    /// Its near cache.
    pub near: [Option<Near>; KEYS],
    /// The announcements of each node.
    pub streams: [Stream; NODES],
    /// The node that it believes to answer for each tag.
    pub route: [u8; TAGS],
    /// The calls that run in it.
    pub callers: [Caller; CALLERS],
    /// Its writer.
    pub writer: Writer,
    /// Tags whose bump the server hasn't confirmed.
    pub queue: Tags,
    /// What is confirmed when the queue is through.
    pub owed: [Version; ROWS],
    /// The nonce of the last attempt, for the mutant that keeps it.
    pub kept: [Nonce; TAGS],
    /// What it bumped lately.
    pub recent: Tags,
    /// What those bumps confirmed.
    pub recent_owed: [Version; ROWS],
    /// A failover was seen, and `recent` isn't sent again yet.
    pub replays: bool,
    /// A restart with old data was seen, and the namespace isn't bumped yet.
    pub distrusts: bool,
    /// What its own writers have been told, by row.
    pub told: [Version; ROWS],
    /// It takes the server for dead: it doesn't ask, nor tell, until it answers again.
    pub open: bool,
}

/// What a process knows of a tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cell {
    /// The count of the last bump: what began before is not fresh.
    pub bump: Count,
    /// The count of the last news of any kind: what was asked before is no answer.
    pub news: Count,
    /// The epoch last proven. Known if also not suspect and heard of since; else it serves for comparison only.
    pub nonce: Nonce,
    /// The count at which another node was found to answer for it: what began before is not proven by that node's stream.
    pub moved: Count,
    /// It was announced, and not read again since.
    pub suspect: bool,
    /// It was read since its stream was last heard again.
    pub proven: bool,
}

/// A copy in a near cache.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Near {
    /// The value.
    pub seen: Seen,
    /// Its tags, learned and nested ones too.
    pub tags: Tags,
    /// Fresh while no cell is newer than this.
    pub start: Count,
    /// How long ago it was proven, streams aside.
    pub age: Age,
    /// Whether its time to live is over.
    pub over: bool,
}

/// The connection on which a node announces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Stream {
    /// Whether it lives.
    pub link: Link,
    /// What began before this count may have missed something.
    pub mark: Count,
    /// How long ago it is proven to have been complete.
    pub proof: Age,
    /// What is under way, the oldest first.
    pub queue: [Message; UNDER_WAY],
}

/// Whether a stream lives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Link {
    /// It does.
    #[default]
    Live,
    /// It is broken, and the process hasn't noticed.
    Broken,
    /// The process knows that it is broken.
    Down,
    /// Subscribed again; the count isn't taken yet.
    Subscribed,
}

/// What is under way to a process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Message {
    /// Nothing.
    #[default]
    Nothing,
    /// A tag was bumped. The nonce is for the mutant that believes it.
    Announcement(Tag, Nonce),
    /// The answer to a `PING` that was sent so long ago.
    Pong(Age),
}

/// A call, and the calls inside of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Caller {
    /// The calls, the outermost first.
    pub frames: [Frame; DEPTH],
    /// How many of them there are.
    pub depth: u8,
    /// What the result must have seen, by what was confirmed when it began.
    pub need: Seen,
    /// How long ago it began.
    pub age: Age,
}

/// One call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Frame {
    /// What is called.
    pub key: Key,
    /// How far it is.
    pub at: At,
    /// The count that its stamps are good for.
    pub start: Count,
    /// The count before the epochs that are being read were asked for.
    pub asked_at: Count,
    /// The tags whose epochs are being read.
    pub asked: Tags,
    /// The tags whose epochs were known, and left out.
    pub left_out: Tags,
    /// All its tags so far; it holds their cells.
    pub tags: Tags,
    /// Their epochs.
    pub stamps: [Nonce; TAGS],
    /// The entry that the server had.
    pub found: Option<Stored>,
    /// An entry whose time is over but which is proven otherwise, in case that the load fails.
    pub spare: Option<Seen>,
    /// What it has seen so far.
    pub seen: Seen,
    /// What the body does next.
    pub op: u8,
    /// How long ago what it has seen is proven to have been fresh.
    pub age: Age,
    /// Two stamps for one tag differed: it is stored nowhere.
    pub conflict: bool,
    /// It began while the server couldn't be told of one of its tags: it doesn't ask there, nor store.
    pub past: bool,
    /// It runs in a unit of work.
    pub unit: bool,
    /// What it is for.
    pub aim: Aim,
    /// It holds the lease.
    pub leased: bool,
}

/// What a call is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Aim {
    /// To return a value, from wherever.
    #[default]
    Get,
    /// To store what is read elsewhere: `begin`, and `store` later.
    Fill,
    /// To load all keys with one body.
    Batch,
}

/// How far a call is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum At {
    /// There is none.
    #[default]
    Idle,
    /// It found nothing near and asked the server, whose answer is under way.
    Asked,
    /// It is about to create the epochs that are missing.
    Creates,
    /// It is about to take the lease.
    Leases,
    /// The body runs.
    Loads,
    /// The body asked the server for a stamp, whose answer is under way.
    Stamped,
    /// The body has run.
    Lands,
    /// It follows the other caller's load.
    Waits,
    /// That load has ended, and this is its result.
    Landed,
}

/// A writer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Writer {
    /// How far it is.
    pub at: Writing,
    /// What it writes.
    pub write: u8,
    /// The version that it writes.
    pub version: Version,
    /// The tag that it bumps next.
    pub next: u8,
    /// The script is half done, for mutants that have one.
    pub half: bool,
    /// The server wasn't told of all.
    pub queued: bool,
    /// The cells are bumped, for the mutant that bumps them first.
    pub local: bool,
    /// The source when its unit of work began.
    pub snapshot: Seen,
}

/// How far a writer is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Writing {
    /// It does nothing.
    #[default]
    Idle,
    /// Its unit of work is open.
    Open,
    /// It has written, and not committed.
    Wrote,
    /// It has committed.
    Committed,
}

impl Stream {
    /// Whether the process takes it for live.
    pub fn trusted(&self) -> bool {
        matches!(self.link, Link::Live | Link::Broken) && self.proof <= MAX_STALENESS
    }

    /// Puts a message at the end. `false` if too many are under way.
    pub fn push(&mut self, message: Message) -> bool {
        let free = self.queue.iter_mut().find(|place| **place == Message::Nothing);
        free.map(|place| *place = message).is_some()
    }

    /// Takes the oldest message.
    pub fn pop(&mut self) -> Option<Message> {
        let first = self.queue[0];
        self.queue.copy_within(1.., 0);
        self.queue[UNDER_WAY - 1] = Message::Nothing;
        (first != Message::Nothing).then_some(first)
    }

    /// Whether no announcement is under way.
    pub fn is_quiet(&self) -> bool {
        !self.queue.iter().any(|message| matches!(message, Message::Announcement(..)))
    }
}

impl Caller {
    /// The innermost call.
    pub fn frame(&self) -> Option<&Frame> {
        self.depth.checked_sub(1).map(|top| &self.frames[usize::from(top)])
    }

    /// The calls that run.
    pub fn running(&self) -> &[Frame] {
        &self.frames[..usize::from(self.depth)]
    }
}

impl Process {
    /// The stream that speaks for a tag.
    pub fn stream(&self, tag: Tag) -> &Stream {
        &self.streams[usize::from(self.route[usize::from(tag)])]
    }

    /// The cell of a tag.
    pub fn cell(&self, tag: Tag) -> &Cell {
        &self.cells[usize::from(tag)]
    }

    /// Whether the stream that speaks for a tag has done so, without a break, since this count.
    pub fn heard_since(&self, tag: Tag, start: Count) -> bool {
        start >= self.stream(tag).mark && start >= self.cell(tag).moved
    }

    /// The next count, for something that happens.
    pub fn happens(&mut self) -> Count {
        self.count += 1;
        self.count
    }
}
