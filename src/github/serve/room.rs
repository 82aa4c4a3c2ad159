//! Bodies that are read before anybody knows who sends them.
//!
//! Most deliveries are small, and need nobody's leave: there are no more of them at once
//! than there are connections. What is larger takes room piece by piece, as it comes, so
//! that whoever announces much and sends little holds up nobody.

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use tokio::sync::{Semaphore, SemaphorePermit};

/// GitHub sends no more.
pub(super) const LARGEST: usize = 25 << 20;

/// As much of each is read without leave, and so much more with each piece of the room.
const PIECE: usize = 256 << 10;

/// The pieces of the room: 128 MiB.
const PIECES: usize = 512;

static ROOM: Semaphore = Semaphore::const_new(PIECES);

/// A body, and the room that it takes.
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
    /// Given back with it.
    #[expect(dead_code, reason = "it is held, not read")]
    room: Option<SemaphorePermit<'static>>,
}

/// Why there is none.
pub(super) enum Unread {
    TooLarge,
    Broken,
}

/// Reads a body to its end.
pub(super) async fn read(mut body: Body) -> Result<Whole, Unread> {
    let (mut bytes, mut room) = (Vec::new(), None::<SemaphorePermit<'static>>);
    let mut leave = PIECE;
    if body.size_hint().lower() > LARGEST as u64 {
        return Err(Unread::TooLarge);
    }
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        // Anything else is what follows a body, and says nothing to us.
        let data: Bytes = frame.into_data().unwrap_or_default();
        while bytes.len() + data.len() > leave {
            if leave >= LARGEST {
                return Err(Unread::TooLarge);
            }
            let piece = ROOM.acquire().await.map_err(|_| Unread::Broken)?;
            match &mut room {
                Some(room) => room.merge(piece),
                none => *none = Some(piece),
            }
            leave += PIECE;
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Whole { bytes, room })
}
