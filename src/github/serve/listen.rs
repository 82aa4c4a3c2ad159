//! Connections that nobody can keep open for ever: whoever has not asked, whole, within
//! a while of connecting or of the last answer is cut off, however busily they send; and
//! if there are too many, whoever has waited longest gives way.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep};

/// How long it may take to ask. Longer than a delivery may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// As many connections are held. A delivery takes a moment; whoever takes longer than
/// the five hundred who came later is none.
const MOST: usize = 512;

/// Accepts connections that end.
pub(super) struct Patient {
    listener: TcpListener,
    lines: Arc<Lines>,
}

impl Patient {
    pub(super) fn new(listener: TcpListener) -> Self {
        Self { listener, lines: Arc::default() }
    }
}

impl Listener for Patient {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, from) = Listener::accept(&mut self.listener).await;
        let (keep, cut) = oneshot::channel();
        let lines = Arc::clone(&self.lines);
        let turn = lines.enter(keep);
        (Line { stream, late: Box::pin(sleep(PATIENCE)), cut: Some(cut), lines, turn }, from)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Who is connected, by turn: the first has waited longest. Who is no longer in it is
/// cut off.
#[derive(Default)]
struct Lines(Mutex<Turns>);

#[derive(Default)]
struct Turns {
    next: u64,
    held: BTreeMap<u64, oneshot::Sender<()>>,
}

impl Lines {
    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, keep: oneshot::Sender<()>) -> u64 {
        let mut turns = self.turns();
        if turns.held.len() >= MOST {
            turns.held.pop_first();
        }
        turns.last(keep)
    }

    /// The new turn of whoever was answered.
    fn again(&self, turn: u64) -> u64 {
        let mut turns = self.turns();
        match turns.held.remove(&turn) {
            Some(keep) => turns.last(keep),
            None => turn,
        }
    }
}

impl Turns {
    fn last(&mut self, keep: oneshot::Sender<()>) -> u64 {
        self.next += 1;
        self.held.insert(self.next, keep);
        self.next
    }
}

/// A connection.
pub(super) struct Line {
    stream: TcpStream,
    late: Pin<Box<Sleep>>,
    /// `None` once it is cut off.
    cut: Option<oneshot::Receiver<()>>,
    lines: Arc<Lines>,
    turn: u64,
}

impl Line {
    /// Something is being answered, and the time begins anew.
    fn answered(&mut self, written: &Poll<io::Result<usize>>) {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.late.as_mut().reset(Instant::now() + PATIENCE);
            self.turn = self.lines.again(self.turn);
        }
    }

    /// Whether its time is over, or somebody else needs the place.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(cut) = &mut self.cut
            && Pin::new(cut).poll(context).is_ready()
        {
            self.cut = None;
        }
        self.cut.is_none() || self.late.as_mut().poll(context).is_ready()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.lines.turns().held.remove(&self.turn);
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_over(context) {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.answered(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.answered(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
