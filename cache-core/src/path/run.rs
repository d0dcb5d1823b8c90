//! What generated code calls: of the read path all that knows the type of a value or of a body, and nothing else.
//!
//! A function's value is made again and looked into by its [`Shape`], its body is polled or called. All else is
//! [`Miss`], which is compiled once and not again for each function.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{self, Poll, ready};

use super::call::{Asked, Call, Dependencies};
use super::miss::{Miss, Step};
use super::read::find;
use super::shape::{Kind, Shape};
use crate::block_on::block_on;
use crate::near::behind::Slot;
use crate::near::entry::Stored;

/// What a call has prepared when nothing is found: what the value depends on is declared, and the body is there.
pub trait Prepare<B> {
    /// Called at most once, before all else.
    fn prepare(self, dependencies: &mut Dependencies) -> B;
}

/// A body whose value depends on nothing more than its key.
#[derive(Debug)]
pub struct Bare<B>(pub B);

impl<B> Prepare<B> for Bare<B> {
    #[inline]
    fn prepare(self, _: &mut Dependencies) -> B {
        self.0
    }
}

impl<P, B> Prepare<B> for P
where
    P: FnOnce(&mut Dependencies) -> B,
{
    #[inline]
    fn prepare(self, dependencies: &mut Dependencies) -> B {
        self(dependencies)
    }
}

/// Declares nothing.
pub const fn nothing(_: &mut Dependencies) {}

/// Says what a body returns, where nothing else does.
pub fn returned<R>() -> R {
    unreachable!("only its type is asked for")
}

/// Calls an async function: get or set. What is prepared is asked for on a miss only. The shape is asked for where it is
/// used: known to the compiler there, it is no more than a copy of the value.
#[inline]
pub fn run<R, K, S, P, B>(
    call: &mut Call,
    shape: S,
    prepare: P,
) -> impl Future<Output = R> + use<R, K, S, P, B>
where
    K: Kind<R>,
    S: Fn() -> Shape<R, K>,
    P: Prepare<B>,
    B: Future<Output = R>,
{
    let looked = look(call, &shape).ok_or_else(|| Missed::new(call, shape()));
    Run::<R, K, B, Stays>::new(looked, prepare)
}

/// [`run`], where the body owns all that it needs: it can go on behind its caller's back.
#[inline]
pub fn run_behind<R, K, S, P, B>(
    call: &mut Call,
    shape: S,
    prepare: P,
) -> impl Future<Output = R> + use<R, K, S, P, B>
where
    R: Send + 'static,
    K: Kind<R>,
    S: Fn() -> Shape<R, K>,
    P: Prepare<B>,
    B: Future<Output = R> + Send + 'static,
{
    let looked = look(call, &shape).ok_or_else(|| Missed::new(call, shape()));
    Run::<R, K, B, Leaves>::new(looked, prepare)
}

/// [`run`] for sync functions: the same path, on this thread.
#[inline]
pub fn run_sync<R, K, S, P, B>(call: &mut Call, shape: S, prepare: P) -> R
where
    K: Kind<R>,
    S: Fn() -> Shape<R, K>,
    P: Prepare<B>,
    B: FnOnce() -> R,
{
    match look(call, &shape) {
        Some(value) => value,
        None => Missed::new(call, shape()).run_sync(prepare),
    }
}

/// A value that may be served.
// The call is lent, for it is some hundred bytes: copying them would be a tenth of a hit.
#[inline]
fn look<R, K: Kind<R>>(call: &mut Call, shape: &impl Fn() -> Shape<R, K>) -> Option<R> {
    let mut value = None;
    let found = find(call, &mut |entry| shape().read_into(entry, &mut value));
    if found { value } else { None }
}

/// A call that found nothing to be served.
pub(super) struct Missed<R, K: Kind<R>> {
    miss: Miss,
    shape: Shape<R, K>,
    /// While what it names is looked into.
    result: Option<R>,
}

impl<R, K: Kind<R>> Missed<R, K> {
    #[cold]
    fn new(call: &mut Call, shape: Shape<R, K>) -> Box<Self> {
        Missed::of(call.take().asked(shape.fits()), shape)
    }

    pub(super) fn of(asked: Asked, shape: Shape<R, K>) -> Box<Self> {
        Box::new(Missed { miss: Miss::new(asked), shape, result: None })
    }

    pub(super) fn run_sync<B: FnOnce() -> R>(&mut self, prepare: impl Prepare<B>) -> R {
        let mut body = Some(prepare.prepare(self.miss.dependencies()));
        self.on_this_thread(&mut || match body.take() {
            Some(body) => body(),
            None => unreachable!("a body runs once"),
        })
    }

    fn on_this_thread(&mut self, body: &mut dyn FnMut() -> R) -> R {
        if let Step::Found(entry) | Step::Leave(entry) = self.miss.wait() {
            return self.read(&entry);
        }
        let entered = self.miss.enter();
        let result = body();
        drop(entered);
        self.name(result);
        block_on(poll_fn(|cx| self.miss.poll_named(cx)));
        self.finish()
    }

    fn poll(&mut self, body: &mut dyn Body<R>, cx: &mut task::Context<'_>) -> Poll<Came<R>> {
        if self.result.is_none() {
            match ready!(self.miss.poll(cx)) {
                Step::Found(entry) => return Poll::Ready(Came::To(self.read(&entry))),
                Step::Leave(entry) => return Poll::Ready(Came::Away(self.read(&entry))),
                Step::Body => {}
            }
            let entered = self.miss.enter();
            let Poll::Ready(result) = body.poll(cx) else {
                drop(entered);
                let entry = ready!(self.miss.poll_impatience(cx));
                return Poll::Ready(Came::Away(self.read(&entry)));
            };
            // It is dropped where it ran, and before its load is over.
            body.end();
            drop(entered);
            self.name(result);
        }
        ready!(self.miss.poll_named(cx));
        Poll::Ready(Came::To(self.finish()))
    }

    fn read(&self, entry: &Stored) -> R {
        self.shape.read(entry).expect("it fits")
    }

    /// The body is over.
    fn name(&mut self, result: R) {
        self.miss.name(&self.shape.of(&result));
        self.result = Some(result);
    }

    /// So is the load.
    fn finish(&mut self) -> R {
        let result = self.result.take().expect("its body is over");
        let instead = self.miss.finish(&self.shape.of(&result));
        instead.map_or(result, |entry| self.read(&entry))
    }

    /// The call was cancelled, or its body panicked.
    fn abandon(&mut self, body: &mut dyn Body<R>) {
        let _entered = self.miss.enter_to_drop();
        body.end();
    }
}

/// What a call that missed came to.
enum Came<R> {
    To(R),
    /// The same, and what is left of it goes on behind its caller's back.
    Away(R),
}

/// A call of an async function.
pub(super) struct Run<R, K: Kind<R>, B: Future<Output = R>, L: Leave<R, K, B>> {
    /// Boxed, and on a miss only: the caller's future stays small, and a hit allocates nothing.
    body: Option<Pin<Box<B>>>,
    read: Read<R, K>,
    leaves: PhantomData<L>,
}

/// Whether a body can be left to itself.
pub(super) trait Leave<R, K: Kind<R>, B>: 'static {
    const CAN: bool;

    /// Goes on with what is left of a call.
    fn go(missed: Box<Missed<R, K>>, body: Option<Pin<Box<B>>>);
}

/// It may borrow from its caller.
pub(super) enum Stays {}

/// It owns all that it needs.
pub(super) enum Leaves {}

impl<R, K: Kind<R>, B> Leave<R, K, B> for Stays {
    const CAN: bool = false;

    fn go(_: Box<Missed<R, K>>, _: Option<Pin<Box<B>>>) {
        unreachable!("it can't")
    }
}

impl<R, K, B> Leave<R, K, B> for Leaves
where
    R: Send + 'static,
    K: Kind<R>,
    B: Future<Output = R> + Send + 'static,
{
    const CAN: bool = true;

    fn go(mut missed: Box<Missed<R, K>>, body: Option<Pin<Box<B>>>) {
        if let Some((runtime, slot)) = missed.miss.behind() {
            Slot::spawn(&runtime, slot, Left { missed, body: Box::new(body) });
        }
    }
}

/// What is left of a call: it goes on behind its caller's back.
struct Left<R, K: Kind<R>> {
    missed: Box<Missed<R, K>>,
    body: Box<dyn Body<R> + Send>,
}

// The value is never pinned.
impl<R, K: Kind<R>> Unpin for Left<R, K> {}

impl<R, K: Kind<R>> Future for Left<R, K> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let Left { missed, body } = self.get_mut();
        missed.poll(&mut **body, cx).map(|_| ())
    }
}

impl<R, K: Kind<R>> Drop for Left<R, K> {
    fn drop(&mut self) {
        self.missed.abandon(&mut *self.body);
    }
}

/// What it comes to: ready at once, or polled to its end.
enum Read<R, K: Kind<R>> {
    Hit(Option<R>),
    Missed(Box<Missed<R, K>>),
}

impl<R, K: Kind<R>, B: Future<Output = R>, L: Leave<R, K, B>> Run<R, K, B, L> {
    #[inline]
    pub(super) fn new(looked: Result<R, Box<Missed<R, K>>>, prepare: impl Prepare<B>) -> Self {
        let mut run = Run { body: None, read: Read::new(looked), leaves: PhantomData };
        if let Read::Missed(missed) = &mut run.read {
            if L::CAN {
                missed.miss.can_leave();
            }
            run.body = Some(Box::pin(prepare.prepare(missed.miss.dependencies())));
        }
        run
    }
}

impl<R, K: Kind<R>> Read<R, K> {
    #[inline]
    fn new(looked: Result<R, Box<Missed<R, K>>>) -> Self {
        match looked {
            Ok(value) => Read::Hit(Some(value)),
            Err(missed) => Read::Missed(missed),
        }
    }

    #[inline]
    fn poll(&mut self, body: &mut dyn Body<R>, cx: &mut task::Context<'_>) -> Poll<Came<R>> {
        match self {
            Read::Hit(value) => Poll::Ready(Came::To(value.take().expect("polled after it was ready"))),
            Read::Missed(missed) => missed.poll(body, cx),
        }
    }
}

// The value is never pinned: it is moved out.
impl<R, K: Kind<R>, B: Future<Output = R>, L: Leave<R, K, B>> Unpin for Run<R, K, B, L> {}

impl<R, K: Kind<R>, B: Future<Output = R>, L: Leave<R, K, B>> Future for Run<R, K, B, L> {
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<R> {
        let Run { body, read, .. } = self.get_mut();
        match ready!(read.poll(body, cx)) {
            Came::To(value) => Poll::Ready(value),
            Came::Away(value) => {
                if let Read::Missed(missed) = std::mem::replace(read, Read::Hit(None)) {
                    L::go(missed, body.take());
                }
                Poll::Ready(value)
            }
        }
    }
}

impl<R, K: Kind<R>, B: Future<Output = R>, L: Leave<R, K, B>> Drop for Run<R, K, B, L> {
    #[inline]
    fn drop(&mut self) {
        if let Read::Missed(missed) = &mut self.read {
            missed.abandon(&mut self.body);
        }
    }
}

/// A body whose type is forgotten.
trait Body<R> {
    fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<R>;
    fn end(&mut self);
}

impl<R, B: Future<Output = R>> Body<R> for Option<Pin<Box<B>>> {
    fn poll(&mut self, cx: &mut task::Context<'_>) -> Poll<R> {
        match self {
            Some(body) => body.as_mut().poll(cx),
            None => unreachable!("a body runs once"),
        }
    }

    fn end(&mut self) {
        *self = None;
    }
}
