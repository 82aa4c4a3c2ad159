//! Apps, tokens, deliveries and calls: what goes between GitHub and programs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::state::Id;

#[derive(Clone, Debug)]
pub struct App {
    pub id: Id,
    pub slug: String,
    pub name: String,
    pub owner: Id,
    /// The account that it acts as.
    pub bot: Id,
    pub client_id: String,
    pub client_secret: String,
    pub permissions: BTreeMap<String, String>,
    pub events: BTreeSet<String>,
    /// Where deliveries go.
    pub hook: Option<String>,
    pub secret: String,
    /// PEM; none for Apps that only appear.
    pub public_key: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Installation {
    pub id: Id,
    pub app: Id,
    pub account: Id,
    /// `None`: every repository of the account.
    pub repos: Option<BTreeSet<Id>>,
    pub suspended: Option<i64>,
    /// What was granted, if less than the App asks for.
    pub permissions: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub whose: Whose,
    /// Seconds of the machine's clock.
    pub until: i64,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Whose {
    Installation { id: Id, repos: Option<BTreeSet<Id>>, permissions: BTreeMap<String, String> },
    User(Id),
}

/// Who asks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Who {
    Nobody,
    App(Id),
    Token(Whose),
}

/// One delivery of a webhook, sent or to be sent.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: Id,
    pub guid: String,
    pub event: String,
    pub action: Option<String>,
    pub payload: String,
    pub app: Id,
    pub installation: Option<Id>,
    pub repository: Option<Id>,
    pub at: i64,
    pub redelivery: bool,
    /// What the receiver answered; 0 when it could not be reached, `None` before.
    pub status: Option<u16>,
}

/// One call that was answered.
#[derive(Clone, Debug)]
pub struct Called {
    /// The operation's id, `graphql`, `git`, `login`.
    pub operation: String,
    pub method: String,
    pub path: String,
    pub status: u16,
    pub installation: Option<Id>,
    pub body: Value,
}
