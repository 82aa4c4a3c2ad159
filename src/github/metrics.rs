//! What is counted, for Prometheus.

use std::fmt::Write;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::bot::Bot;

/// What is counted.
pub struct Metrics {
    registry: Registry,
    deliveries: Family<Delivery, Counter>,
    looks: Family<Look, Counter>,
    decisions: Family<Decision, Counter>,
    seconds: Histogram,
    waiting: Family<Slots, Gauge>,
    oldest: Gauge,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Delivery {
    outcome: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Look {
    subject: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Decision {
    decision: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Slots {
    state: &'static str,
}

/// Bounds of how long a look takes, in seconds.
const SECONDS: [f64; 10] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Nothing is counted yet.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("refgate");
        let (deliveries, looks, decisions) =
            (Family::default(), Family::default(), Family::default());
        let (waiting, oldest) = (Family::default(), Gauge::default());
        let seconds = Histogram::new(SECONDS);
        registry.register("deliveries", "Deliveries of webhooks", Clone::clone(&deliveries));
        registry.register("looks", "Looks at a slot of the queue", Clone::clone(&looks));
        registry.register("decisions", "Decisions reached", Clone::clone(&decisions));
        registry.register_with_unit("look", "How long looks take", Unit::Seconds, seconds.clone());
        registry.register("slots", "Slots of the queue", Clone::clone(&waiting));
        let help = "For how long the oldest due slot has waited";
        registry.register_with_unit("oldest_slot", help, Unit::Seconds, oldest.clone());
        Self { registry, deliveries, looks, decisions, seconds, waiting, oldest }
    }

    /// A delivery: `new`, `duplicate`, `forged`, `refused`, `unheard` or `lost`.
    pub fn delivery(&self, outcome: &'static str) {
        self.deliveries.get_or_create(&Delivery { outcome }).inc();
    }

    /// A look at a slot, and how long it took.
    pub fn look(&self, subject: &'static str, outcome: &'static str, took: Duration) {
        self.looks.get_or_create(&Look { subject, outcome }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// A decision: `allowed`, `pending`, `denied` or `error`.
    pub fn decision(&self, decision: &'static str) {
        self.decisions.get_or_create(&Decision { decision }).inc();
    }

    /// Everything, as Prometheus reads it.
    pub async fn text(&self, bot: &Bot) -> String {
        let now = bot.clock.now();
        if let Ok(waiting) = bot.store.waiting(now).await {
            let numbers =
                [("due", waiting.due), ("held", waiting.held), ("troubled", waiting.troubled)];
            for (state, count) in numbers {
                let gauge = self.waiting.get_or_create(&Slots { state });
                gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
            }
            self.oldest.set(waiting.oldest.map_or(0, |it| (now - it).max(0)));
        }
        let mut out = String::new();
        let encoded = encode(&mut out, &self.registry);
        // The client keeps its own counts; they stand before the end of the text.
        let end = "# EOF\n";
        let mut more = String::new();
        let _ = writeln!(more, "# HELP refgate_api_calls Calls to GitHub.");
        let _ = writeln!(more, "# TYPE refgate_api_calls counter");
        for (purpose, call, count) in bot.client.calls().each() {
            let kind = call.name();
            let _ = writeln!(
                more,
                "refgate_api_calls_total{{purpose=\"{purpose}\",kind=\"{kind}\"}} {count}"
            );
        }
        let _ =
            writeln!(more, "# HELP refgate_rate_limit_remaining Calls that GitHub still allows.");
        let _ = writeln!(more, "# TYPE refgate_rate_limit_remaining gauge");
        for left in bot.client.remaining() {
            let who = left.installation.map_or("app".to_owned(), |it| it.to_string());
            // The name of the resource is GitHub's; only what is a plain word is shown.
            let plain = left.resource.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
            let resource = if plain { left.resource.as_str() } else { "other" };
            let _ = writeln!(
                more,
                "refgate_rate_limit_remaining{{installation=\"{who}\",resource=\"{resource}\"}} {}",
                left.remaining
            );
        }
        match (encoded, out.strip_suffix(end)) {
            (Ok(()), Some(body)) => format!("{body}{more}{end}"),
            _ => format!("{more}{end}"),
        }
    }
}
