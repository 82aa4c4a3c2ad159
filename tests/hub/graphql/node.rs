//! What a query can stand at, and what a field can be.

use serde_json::{Value, json};

use crate::hub::state::{Id, Kind, Whose, World};

/// An object of the graph.
#[derive(Clone, Debug)]
pub enum Node {
    Query,
    Mutation,
    Repo(Id),
    Pull(Id, u64),
    Review(Id, u64, Id),
    Comment(Id, u64, Id),
    Thread(Id, u64, Id),
    ThreadComment(Id, u64, Id, Id),
    Event(Id, u64, Id),
    Commit(Id, String),
    Blob(Id, String),
    Tree(Id, String),
    Account(Id),
    Team(Id),
    Ref(Id, String),
    Rollup(Id, String),
    Suite(Id, Id),
    Run(Id, Id),
    Status(Id, Id),
    Workflow(Id, Id),
    Queue(Id, String),
    Entry(Id, Id),
    Label(Id, String),
    App(Id),
    /// Whatever has no life of its own.
    Made(&'static str, Vec<(&'static str, Got)>),
}

/// What a field is.
#[derive(Clone, Debug)]
pub enum Got {
    Leaf(Value),
    One(Option<Box<Node>>),
    Many(Vec<Node>),
    /// A connection: its nodes, what else it has, and what each edge has.
    Pages {
        all: Vec<Node>,
        more: Vec<(&'static str, Got)>,
        edges: Vec<Vec<(&'static str, Got)>>,
    },
    /// Null, with an error of that type.
    Refused(&'static str, String),
}

impl Got {
    pub fn leaf(value: impl Into<Value>) -> Self {
        Self::Leaf(value.into())
    }

    pub fn one(node: Node) -> Self {
        Self::One(Some(Box::new(node)))
    }

    pub fn maybe(node: Option<Node>) -> Self {
        Self::One(node.map(Box::new))
    }

    pub fn pages(all: Vec<Node>) -> Self {
        Self::Pages { all, more: Vec::new(), edges: Vec::new() }
    }

    pub fn made(kind: &'static str, fields: Vec<(&'static str, Self)>) -> Self {
        Self::one(Node::Made(kind, fields))
    }

    pub const NULL: Self = Self::Leaf(Value::Null);
}

impl Node {
    /// The type that it is of.
    pub fn kind(&self, world: &World) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Mutation => "Mutation",
            Self::Repo(_) => "Repository",
            Self::Pull(..) => "PullRequest",
            Self::Review(..) => "PullRequestReview",
            Self::Comment(..) => "IssueComment",
            Self::Thread(..) => "PullRequestReviewThread",
            Self::ThreadComment(..) => "PullRequestReviewComment",
            Self::Event(repo, number, id) => super::events::event_kind(world, *repo, *number, *id),
            Self::Commit(..) => "Commit",
            Self::Blob(..) => "Blob",
            Self::Tree(..) => "Tree",
            Self::Account(id) => match world.accounts[id].kind {
                Kind::User => "User",
                Kind::Bot => "Bot",
                Kind::Organization => "Organization",
            },
            Self::Team(_) => "Team",
            Self::Ref(..) => "Ref",
            Self::Rollup(..) => "StatusCheckRollup",
            Self::Suite(..) => "CheckSuite",
            Self::Run(..) => "CheckRun",
            Self::Status(..) => "StatusContext",
            Self::Workflow(..) => "WorkflowRun",
            Self::Queue(..) => "MergeQueue",
            Self::Entry(..) => "MergeQueueEntry",
            Self::Label(..) => "Label",
            Self::App(_) => "App",
            Self::Made(kind, _) => kind,
        }
    }

    /// The repository that it belongs to.
    pub fn repo(&self) -> Option<Id> {
        match self {
            Self::Repo(id)
            | Self::Pull(id, ..)
            | Self::Review(id, ..)
            | Self::Comment(id, ..)
            | Self::Thread(id, ..)
            | Self::ThreadComment(id, ..)
            | Self::Event(id, ..)
            | Self::Commit(id, _)
            | Self::Blob(id, _)
            | Self::Tree(id, _)
            | Self::Ref(id, _)
            | Self::Rollup(id, _)
            | Self::Suite(id, _)
            | Self::Run(id, _)
            | Self::Status(id, _)
            | Self::Workflow(id, _)
            | Self::Queue(id, _)
            | Self::Entry(id, _)
            | Self::Label(id, _) => Some(*id),
            _ => None,
        }
    }

    /// A field of it; `None` if the state has none.
    pub fn field(&self, world: &World, name: &str, args: &Value, whose: &Whose) -> Option<Got> {
        if let Self::Made(_, fields) = self {
            return fields.iter().find(|it| it.0 == name).map(|it| it.1.clone());
        }
        if name == "repository" && !matches!(self, Self::Query | Self::Account(_)) {
            return self.repo().map(|it| Got::one(Self::Repo(it)));
        }
        let found = super::pull::field(self, world, name, args);
        found
            .or_else(|| super::code::field(self, world, name, args))
            .or_else(|| super::people::field(self, world, name, args, whose))
    }
}

/// An account, or null once it is deleted.
pub fn account(world: &World, id: Id) -> Got {
    Got::maybe((!world.accounts[&id].gone).then_some(Node::Account(id)))
}

/// The same, where only people may stand.
pub fn person(world: &World, id: Id) -> Got {
    let it = &world.accounts[&id];
    Got::maybe((!it.gone && it.kind == Kind::User).then_some(Node::Account(id)))
}

/// The node of a global id.
pub fn by_id(world: &World, id: &str) -> Option<Node> {
    let (kind, rest) = id.split_once('_')?;
    if kind == "C" {
        let (repo, sha) = rest.split_once('_')?;
        return Some(Node::Commit(repo.parse().ok()?, sha.to_owned()));
    }
    let number: Id = rest.parse().ok()?;
    let pulls =
        || world.repos.values().flat_map(|repo| repo.pulls.values().map(move |it| (repo.id, it)));
    match kind {
        "U" | "BOT" | "O" => world.accounts.contains_key(&number).then_some(Node::Account(number)),
        "T" => world.teams.contains_key(&number).then_some(Node::Team(number)),
        "R" => world.repos.contains_key(&number).then_some(Node::Repo(number)),
        "A" => world.apps.contains_key(&number).then_some(Node::App(number)),
        "PR" => pulls().find(|it| it.1.id == number).map(|(repo, it)| Node::Pull(repo, it.number)),
        "PRR" => pulls()
            .find(|it| it.1.reviews.iter().any(|it| it.id == number))
            .map(|(repo, it)| Node::Review(repo, it.number, number)),
        "PRRT" => pulls()
            .find(|it| it.1.threads.iter().any(|it| it.id == number))
            .map(|(repo, it)| Node::Thread(repo, it.number, number)),
        "IC" => pulls()
            .find(|it| it.1.comments.iter().any(|it| it.id == number))
            .map(|(repo, it)| Node::Comment(repo, it.number, number)),
        "CR" => world
            .repos
            .values()
            .find(|it| it.runs.iter().any(|it| it.id == number))
            .map(|it| Node::Run(it.id, number)),
        "CS" => world
            .repos
            .values()
            .find(|it| it.suites.iter().any(|it| it.id == number))
            .map(|it| Node::Suite(it.id, number)),
        _ => None,
    }
}

/// The ids that everything has.
pub fn ids(prefix: &str, id: Id, name: &str) -> Option<Got> {
    match name {
        "id" => Some(Got::leaf(format!("{prefix}_{id}"))),
        "databaseId" => Some(Got::leaf(id)),
        // Larger than JSON's numbers may be.
        "fullDatabaseId" => Some(Got::leaf(json!(id.to_string()))),
        _ => None,
    }
}
