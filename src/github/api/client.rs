//! Who may speak to GitHub, and what all of them share.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Turn, Semaphore};
use url::Url;

use crate::github::Clock;
use crate::model::Timestamp;

use super::budget::{Budget, Weight};
use super::caller::{Caller, Place, Who};
use super::calls::{Calls, Counter};
use super::circuit::Circuit;
use super::token::Tokens;
use super::transport::{Patience, Transport};
use super::{App, Endpoint, Scope, Secret};

/// So many calls of one account are under way at once. GitHub allows 100.
const AT_ONCE: usize = 50;

/// What speaks to one GitHub. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Client(pub(super) Arc<Shared>);

/// What a [`Client`] is made from.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where GitHub is.
    pub endpoint: Endpoint,
    /// The App, where there is one.
    pub app: Option<App>,
    /// How long and how much to wait for.
    pub patience: Patience,
    /// What time it is.
    pub clock: Clock,
}

impl Setup {
    /// The usual, without an App.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, app: None, patience: Patience::default(), clock: Clock::system() }
    }

    /// The same as `app`.
    pub fn app(self, app: App) -> Self {
        Self { app: Some(app), ..self }
    }
}

/// What all callers share.
pub(super) struct Shared {
    pub(super) setup: Setup,
    pub(super) transport: Transport,
    pub(super) tokens: Tokens,
    pub(super) counter: Counter,
    circuits: Mutex<BTreeMap<String, Circuit>>,
    nobody: Arc<Account>,
    own: Arc<Account>,
    installations: Mutex<HashMap<u64, Arc<Account>>>,
}

/// What has limits of its own.
pub(super) struct Account {
    budget: Mutex<Budget>,
    /// Taken by what writes: GitHub wants one write after the other.
    pub(super) writes: Turn<()>,
    /// Taken by every call.
    pub(super) at_once: Semaphore,
}

/// What is left of one limit of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Remaining {
    /// The installation; `None` for the App itself.
    pub installation: Option<u64>,
    /// GitHub's name of the limit: `core`, `graphql`.
    pub resource: String,
    /// How many calls a window has.
    pub limit: u64,
    /// How many are left.
    pub remaining: u64,
    /// When the next window begins.
    pub reset: Timestamp,
}

impl Client {
    /// A client for `setup`. Must be called within a runtime of tokio.
    pub fn new(setup: Setup) -> Result<Self, String> {
        let transport = Transport::new(&setup.endpoint, setup.patience)?;
        Ok(Self(Arc::new(Shared {
            setup,
            transport,
            tokens: Tokens::default(),
            counter: Counter::default(),
            circuits: Mutex::default(),
            nobody: Arc::default(),
            own: Arc::default(),
            installations: Mutex::default(),
        })))
    }

    /// Where GitHub is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.setup.endpoint
    }

    /// The clock it goes by.
    pub fn clock(&self) -> &Clock {
        &self.0.setup.clock
    }

    /// Speaks as the App. Without one, every call ends as unauthorized.
    pub fn app(&self) -> Caller {
        self.caller(Who::App, Arc::clone(&self.0.own))
    }

    /// Speaks as the installation `id`, with a token that is good for `scope` only.
    pub fn installation(&self, id: u64, scope: Scope) -> Caller {
        let account = Arc::clone(self.0.installations().entry(id).or_default());
        self.caller(Who::Installation { id, scope }, account)
    }

    /// Speaks as whoever `token` belongs to. What is known of the limits is known to
    /// this caller and its clones.
    pub fn with_token(&self, token: Secret) -> Caller {
        self.caller(Who::Token(token), Arc::default())
    }

    /// Speaks as nobody in particular.
    pub fn nobody(&self) -> Caller {
        self.caller(Who::Nobody, Arc::clone(&self.0.nobody))
    }

    /// Forgets what is kept of an installation that is gone or has changed: its
    /// tokens may do too little now, or too much.
    pub fn forget(&self, installation: u64) {
        self.0.tokens.forget(installation);
    }

    /// How often GitHub was asked, by purpose.
    pub fn calls(&self) -> Calls {
        self.0.counter.calls()
    }

    /// What is left of the limits, as far as GitHub has told.
    pub fn remaining(&self) -> Vec<Remaining> {
        let now = self.clock().now();
        let installations = self.0.installations();
        let own = std::iter::once((None, &self.0.own));
        let all = own.chain(installations.iter().map(|(id, account)| (Some(*id), account)));
        let mut out: Vec<_> = all
            .flat_map(|(installation, account)| {
                let budget = account.budget();
                let left: Vec<_> = budget
                    .left(now)
                    .map(|(resource, left)| Remaining {
                        installation,
                        resource: resource.to_owned(),
                        limit: left.limit,
                        remaining: left.remaining,
                        reset: left.reset,
                    })
                    .collect();
                left
            })
            .collect();
        out.sort_by(|one, other| {
            (one.installation, &one.resource).cmp(&(other.installation, &other.resource))
        });
        out
    }

    /// Until when GitHub is left alone since it does not answer; `None` while it
    /// does.
    pub fn down_until(&self) -> Option<Timestamp> {
        self.0.circuit(&self.endpoint().api).open_until()
    }

    fn caller(&self, who: Who, account: Arc<Account>) -> Caller {
        Caller {
            client: self.clone(),
            who,
            account,
            place: Place::Api,
            purpose: "other",
            weight: Weight::Usual,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.setup).finish()
    }
}

impl Shared {
    /// The circuit of the host of `url`.
    pub(super) fn circuit(&self, url: &Url) -> Circuit {
        let mut circuits = self.circuits.lock().unwrap_or_else(PoisonError::into_inner);
        let host = url.host_str().unwrap_or_default();
        match circuits.get(host) {
            Some(known) => known.clone(),
            None => circuits.entry(host.to_owned()).or_default().clone(),
        }
    }

    fn installations(&self) -> MutexGuard<'_, HashMap<u64, Arc<Account>>> {
        self.installations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// What is known of its limits. Not to be held across a call.
    pub(super) fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Account {
    fn default() -> Self {
        Self { budget: Mutex::default(), writes: Turn::default(), at_once: Semaphore::new(AT_ONCE) }
    }
}
