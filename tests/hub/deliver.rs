//! How deliveries travel: in order and once, unless the weather is bad.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Inner;
use super::http;
use super::state::Delivery;

/// What befalls deliveries.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    /// Nothing is sent until released.
    pub held: bool,
    /// Of a hundred: not received, and written down as failed.
    pub lost: u64,
    /// Of a hundred: never tried, never written down.
    pub vanished: u64,
    /// Of a hundred: received twice.
    pub twice: u64,
    /// In any order, among those that wait at a time.
    pub shuffled: bool,
    /// The next so many are lost.
    pub lose_next: usize,
    /// The next so many come twice.
    pub twice_next: usize,
    /// What chance is made of.
    pub seed: u64,
    /// On their way.
    pub sending: usize,
}

impl Weather {
    /// A number below `most`; the same seed leads to the same numbers.
    pub fn chance(&mut self, most: u64) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % most.max(1)
    }
}

/// Sends what waits, for as long as the fake lives.
pub async fn forever(hub: Arc<Inner>) {
    loop {
        let (mut due, address) = taken(&hub);
        if due.is_empty() {
            tokio::time::sleep(Duration::from_millis(3)).await;
            continue;
        }
        for (at, it) in due.iter_mut().enumerate() {
            let Some((hook, secret, times)) = &address[at] else {
                continue;
            };
            for _ in 0..*times {
                it.status = Some(send(it, hook, secret).await);
            }
        }
        let mut world = hub.world();
        world.weather.sending = 0;
        world.log.extend(due);
    }
}

type Address = Option<(String, String, usize)>;

/// What is due now, and where it goes, how often.
fn taken(hub: &Inner) -> (Vec<Delivery>, Vec<Address>) {
    let mut world = hub.world();
    if world.weather.held || world.outbox.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let mut due = std::mem::take(&mut world.outbox);
    let mut weather = world.weather.clone();
    if weather.shuffled {
        for at in (1..due.len()).rev() {
            let other = usize::try_from(weather.chance(at as u64 + 1)).unwrap();
            due.swap(at, other);
        }
    }
    due.retain(|_| weather.vanished == 0 || weather.chance(100) >= weather.vanished);
    let mut to = Vec::new();
    for it in &mut due {
        let app = &world.apps[&it.app];
        let lost =
            weather.lose_next > 0 || (weather.lost > 0 && weather.chance(100) < weather.lost);
        let twice =
            weather.twice_next > 0 || (weather.twice > 0 && weather.chance(100) < weather.twice);
        weather.lose_next = weather.lose_next.saturating_sub(1);
        if !lost {
            weather.twice_next = weather.twice_next.saturating_sub(1);
        }
        let address =
            app.hook.clone().map(|hook| (hook, app.secret.clone(), 1 + usize::from(twice)));
        if lost || address.is_none() {
            it.status = Some(0);
        }
        to.push(address.filter(|_| !lost));
    }
    weather.sending = due.len();
    world.weather = weather;
    (due, to)
}

/// Sends once; 0 if nobody answered.
pub async fn send(it: &Delivery, hook: &str, secret: &str) -> u16 {
    let signature = signature(secret, it.payload.as_bytes());
    let (target, hook_id) = (it.app.to_string(), (it.app + 1).to_string());
    let headers = [
        ("Content-Type", "application/json"),
        ("Accept", "*/*"),
        ("User-Agent", "GitHub-Hookshot/0000000"),
        ("X-GitHub-Event", it.event.as_str()),
        ("X-GitHub-Delivery", it.guid.as_str()),
        ("X-GitHub-Hook-ID", hook_id.as_str()),
        ("X-GitHub-Hook-Installation-Target-ID", target.as_str()),
        ("X-GitHub-Hook-Installation-Target-Type", "integration"),
        ("X-Hub-Signature-256", signature.as_str()),
    ];
    http::call("POST", hook, &headers, it.payload.as_bytes()).await.map_or(0, |it| it.status)
}

/// `sha256=…` over the raw bytes.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect();
    format!("sha256={hex}")
}
