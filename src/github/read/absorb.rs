//! From GitHub's answers to our terms, page by page.

use bstr::BString;

use super::Torn;
use super::query::Part;
use super::shape::{
    Comment as ShapeComment, CommitNode, Context, Event, GitActor, Page, PageInfo, Pull, Ran,
    Review as ShapeReview, Root, Signature as ShapeSignature, Thread as ShapeThread, Who,
};
use super::told::{Told, ToldReview};
use crate::model::{
    Account, Actor, CheckRun, CheckState, Comment, Edit, Label, Oid, Opinion, Provenance, Push,
    Retarget, Review, Signature, SignatureKind, Thread, Timestamp, WorkflowRun,
};

/// What a page led to: the parts that have more, and from where on.
pub(super) type More = Vec<(Part, Option<String>)>;

impl Told {
    /// Takes in an answer to the question for `asked`; `further` pages must be about
    /// what the first was about.
    pub(super) fn absorb(
        &mut self,
        root: Root,
        asked: &[Part],
        further: bool,
    ) -> Result<More, Torn> {
        let lacks = |what| Torn::Odd(format!("GitHub's answer has no {what}"));
        let repository = root.repository.ok_or_else(|| lacks("repository"))?;
        self.repository.name = repository.name_with_owner;
        self.repository_id = repository.database_id.unwrap_or_default();
        if let Some(branch) = repository.default_branch_ref {
            self.default_tip = branch.target.and_then(|it| it.oid.parse().ok());
            self.repository.default_branch = Some(branch.name.into());
        }
        if let Some(topics) = repository.repository_topics {
            let names = topics.nodes.into_iter().flatten().map(|it| it.topic.name);
            self.repository.topics = names.collect();
        }
        let pull = repository.pull_request.ok_or_else(|| lacks("pull request"))?;
        let head: Oid = pull.head_ref_oid.parse().map_err(|_| lacks("head"))?;
        let updated = moment(pull.updated_at.as_deref());
        let (open, merged) = (pull.state == "OPEN", pull.state == "MERGED");
        let before = (self.head, &self.base, self.open, self.merged, self.updated);
        if further && before != (Some(head), &pull.base_ref_name, open, merged, updated) {
            return Err(Torn::Moved);
        }
        self.head = Some(head);
        self.number = pull.number;
        (self.open, self.merged, self.updated) = (open, merged, updated);
        self.describe(&pull);
        Ok(self.parts(pull, asked))
    }

    fn describe(&mut self, pull: &Pull) {
        self.base.clone_from(&pull.base_ref_name);
        let target = pull.base_ref.as_ref().and_then(|it| it.target.as_ref());
        self.base_tip = target.and_then(|it| it.oid.parse().ok());
        let queued = pull.mergequeue();
        self.merger = queued.map(|it| self.who(Some(it)));
        let author = self.who(pull.author.as_ref());
        let body_edited = self.edit(pull.last_edited_at.as_deref(), pull.editor.as_ref());
        let proposal = &mut self.proposal;
        proposal.number = Some(pull.number);
        proposal.author = author;
        proposal.title.clone_from(&pull.title);
        proposal.body.clone_from(&pull.body);
        proposal.body_edited = body_edited;
        proposal.opened = moment(pull.created_at.as_deref());
        proposal.draft = pull.is_draft;
        proposal.source = BString::from(pull.head_ref_name.as_str());
        let from = pull.head_repository.as_ref().map(|it| it.name_with_owner.clone());
        // A fork that is gone is still a fork.
        proposal.fork = pull.is_cross_repository.then(|| from.unwrap_or_default());
        proposal.association.clone_from(&pull.author_association);
    }

    fn parts(&mut self, pull: Pull, asked: &[Part]) -> More {
        let mut more = More::new();
        for &part in asked {
            let info = match part {
                Part::Reviews => self.each(pull.reviews.clone(), Self::review),
                Part::Comments => self.each(pull.comments.clone(), Self::comment),
                Part::Threads => self.each(pull.review_threads.clone(), Self::thread),
                Part::Timeline => self.each(pull.timeline_items.clone(), Self::event),
                Part::Labels => self.each(pull.labels.clone(), |told, label| {
                    told.proposal.labels.push(Label { name: label.name, by: None });
                    true
                }),
                Part::Commits => self.each(pull.commits.clone(), Self::commit),
                Part::Checks => {
                    let tip = pull.tip.clone().into_iter().flat_map(|it| it.nodes).flatten().next();
                    tip.map(|it| self.ran(it.commit))
                }
            };
            match info {
                Some(PageInfo { has_next_page: true, end_cursor: Some(after) }) => {
                    more.push((part, Some(after)));
                }
                Some(PageInfo { has_next_page: true, end_cursor: None }) => {
                    self.partial.insert(part, "GitHub tells of more, but not where".to_owned());
                }
                Some(_) => {}
                None => {
                    self.partial.insert(part, format!("GitHub left out {}", part.name()));
                }
            }
        }
        more
    }

    /// Takes in each node; one that may not be seen, or says too little, leaves a gap.
    fn each<T>(
        &mut self,
        page: Option<Page<T>>,
        mut take: impl FnMut(&mut Self, T) -> bool,
    ) -> Option<PageInfo> {
        let page = page?;
        for node in page.nodes {
            let node = node?;
            if !take(self, node) {
                return None;
            }
        }
        Some(page.info)
    }

    fn review(&mut self, it: ShapeReview) -> bool {
        let state = opinion(&it.state);
        let review = Review {
            by: self.who(it.author.as_ref()),
            // What is not understood stands in the way as a request for changes does.
            state: state.unwrap_or(Opinion::ChangesRequested),
            was: None,
            at: moment(it.submitted_at.as_deref()),
            body: it.body,
            edited: self.edit(it.last_edited_at.as_deref(), it.editor.as_ref()),
            commit: None,
        };
        let id = it.full_database_id.and_then(|it| it.number());
        self.reviews.push(ToldReview { id, review, may_push: it.author_can_push_to_repository });
        true
    }

    fn comment(&mut self, it: ShapeComment) -> bool {
        let comment = Comment {
            by: self.who(it.author.as_ref()),
            at: moment(it.created_at.as_deref()),
            body: it.body,
            edited: self.edit(it.last_edited_at.as_deref(), it.editor.as_ref()),
            hidden: it.is_minimized,
        };
        self.comments.push(comment);
        true
    }

    fn thread(&mut self, it: ShapeThread) -> bool {
        let first = it.comments.into_iter().flat_map(|it| it.nodes).flatten().next();
        let thread = Thread {
            by: self.who(first.and_then(|it| it.author).as_ref()),
            path: it.path.map(BString::from),
            line: it.line,
            resolved: it.is_resolved,
            resolved_by: it.resolved_by.map(|it| Actor(it.login)),
        };
        self.threads.push(thread);
        true
    }

    fn event(&mut self, it: Event) -> bool {
        let by = it.actor.as_ref().map(|who| self.who(Some(who)));
        let at = moment(it.created_at.as_deref());
        match it.kind.as_str() {
            "BaseRefChangedEvent" => {
                let Some(((from, to), at)) = it.previous_ref_name.zip(it.current_ref_name).zip(at)
                else {
                    return false;
                };
                let (from, to) = (BString::from(from), BString::from(to));
                self.proposal.retargets.push(Retarget { from, to, at, by });
            }
            "HeadRefForcePushedEvent" => {
                let oid = |it: Option<super::shape::Object>| it.and_then(|it| it.oid.parse().ok());
                if let Some(after) = oid(it.after_commit) {
                    let before = oid(it.before_commit);
                    self.forced.push(Push { before, after, at, by, triggered_by: None });
                }
            }
            "LabeledEvent" => {
                // Events come oldest first: the last one to set it stands.
                if let Some(label) = it.label {
                    self.labelled.insert(label.name, by);
                }
            }
            "ReviewDismissedEvent" => {
                let id = it.review.and_then(|it| it.full_database_id).and_then(|it| it.number());
                let was = it.previous_review_state.as_deref().and_then(opinion);
                self.dismissed.extend(id.zip(was));
            }
            _ => {}
        }
        true
    }

    pub(super) fn commit(&mut self, it: CommitNode) -> bool {
        let it = it.commit;
        let Ok(oid) = it.oid.parse::<Oid>() else { return false };
        let author = it.author.as_ref().and_then(|it| self.user(it));
        let committer = it.committer.as_ref().and_then(|it| self.user(it));
        let Some(authors) = it.authors.filter(|it| !it.info.has_next_page) else { return false };
        // The author is one of the authors. Of whom GitHub does not tell is somebody else.
        let email = it.author.as_ref().and_then(|it| it.email.clone());
        let is_author = |it: &&Option<GitActor>| {
            let told = it.as_ref().and_then(|it| it.email.as_ref());
            told.is_some() && told == email.as_ref()
        };
        let others = authors.nodes.iter().filter(|it| !is_author(it));
        let user = |it: &Option<GitActor>| it.as_ref().and_then(|it| self.user(it));
        let co_authors = others.map(user).map(|it| it.unwrap_or(Actor::GHOST)).collect();
        // A commit made on GitHub's pages is committed by GitHub for its author.
        let by_host =
            it.signature.as_ref().is_some_and(|it| it.is_valid && it.was_signed_by_git_hub);
        let provenance = Provenance {
            author,
            committer,
            co_authors,
            signature: it.signature.as_ref().map(signature),
            web: it.committed_via_web && by_host,
            suggestion: false,
            clean_merge: None,
        };
        self.provenance.insert(oid, provenance);
        true
    }

    /// Takes in what ran on a commit.
    pub(super) fn ran(&mut self, ran: Ran) -> PageInfo {
        self.checked = ran.oid.parse().ok();
        self.workflows.clear();
        match ran.check_suites {
            Some(suites)
                if !suites.info.has_next_page && suites.nodes.iter().all(Option::is_some) =>
            {
                let told = suites.nodes.into_iter().flatten().filter_map(|suite| {
                    let run = suite.workflow_run?;
                    let state = state(suite.status.as_deref(), suite.conclusion.as_deref());
                    let at = moment(suite.updated_at.as_deref());
                    Some(WorkflowRun { path: run.file?.path, event: run.event?, state, at })
                });
                self.workflows = told.collect();
            }
            _ => {
                let why = "GitHub does not tell of all check suites".to_owned();
                self.partial.insert(Part::Checks, why);
            }
        }
        let Some(rollup) = ran.status_check_rollup else { return PageInfo::default() };
        for context in rollup.contexts.nodes {
            let Some(run) = context.and_then(|it| self.context(it)) else {
                self.partial.insert(Part::Checks, "GitHub left out a check".to_owned());
                continue;
            };
            self.checks.push(run);
        }
        rollup.contexts.info
    }

    fn context(&mut self, it: Context) -> Option<CheckRun> {
        if it.kind == "StatusContext" {
            let state = match it.state.as_deref() {
                Some("SUCCESS") => CheckState::Success,
                Some("PENDING" | "EXPECTED") => CheckState::Running,
                _ => CheckState::Failure,
            };
            let creator = Some(self.who(it.creator.as_ref()));
            let at = moment(it.created_at.as_deref());
            let name = it.context?;
            return Some(CheckRun {
                name,
                app: None,
                creator,
                event: None,
                workflow: None,
                state,
                at,
            });
        }
        let suite = it.check_suite;
        let app = suite.as_ref().and_then(|it| it.app.as_ref()?.database_id);
        let run = suite.and_then(|it| it.workflow_run);
        Some(CheckRun {
            name: it.name?,
            app,
            creator: None,
            event: run.as_ref().and_then(|it| it.event.clone()),
            workflow: run.and_then(|it| it.file).map(|it| it.path),
            state: state(it.status.as_deref(), it.conclusion.as_deref()),
            at: moment(it.completed_at.as_deref()).or_else(|| moment(it.started_at.as_deref())),
        })
    }

    /// The account, by the login that REST and webhooks use too.
    fn who(&mut self, who: Option<&Who>) -> Actor {
        // Logins of other kinds, such as those of an import, are nobody's here.
        let is_account = |it: &&Who| matches!(it.kind.as_str(), "User" | "Bot");
        let Some(who) = who.filter(is_account) else { return Actor::GHOST };
        let bot = who.kind == "Bot";
        let suffix = if bot && !who.login.ends_with("[bot]") { "[bot]" } else { "" };
        let login = format!("{}{suffix}", who.login);
        self.accounts.insert(login.clone(), Account { id: who.database_id, bot });
        Actor(login)
    }

    fn user(&mut self, actor: &GitActor) -> Option<Actor> {
        let user = actor.user.as_ref()?;
        let bot = user.login.ends_with("[bot]");
        self.accounts.entry(user.login.clone()).or_insert(Account { id: user.database_id, bot });
        Some(Actor(user.login.clone()))
    }

    fn edit(&mut self, at: Option<&str>, by: Option<&Who>) -> Option<Edit> {
        at?;
        let by = by.map(|it| self.who(Some(it)));
        Some(Edit { by, at: moment(at) })
    }
}

impl Pull {
    /// Who will land it.
    fn mergequeue(&self) -> Option<&Who> {
        let queued = self.merge_queue_entry.as_ref().and_then(|it| it.enqueuer.as_ref());
        queued.or(self.auto_merge_request.as_ref().and_then(|it| it.enabled_by.as_ref()))
    }
}

fn opinion(state: &str) -> Option<Opinion> {
    Some(match state {
        "APPROVED" => Opinion::Approved,
        "CHANGES_REQUESTED" => Opinion::ChangesRequested,
        "COMMENTED" => Opinion::Commented,
        "DISMISSED" => Opinion::Dismissed,
        "PENDING" => Opinion::Unsubmitted,
        _ => return None,
    })
}

/// What is not understood did not end well.
fn state(status: Option<&str>, conclusion: Option<&str>) -> CheckState {
    if status != Some("COMPLETED") {
        return CheckState::Running;
    }
    match conclusion {
        Some("SUCCESS") => CheckState::Success,
        Some("NEUTRAL") => CheckState::Neutral,
        Some("SKIPPED") => CheckState::Skipped,
        Some("CANCELLED") => CheckState::Cancelled,
        Some("TIMED_OUT") => CheckState::TimedOut,
        Some("ACTION_REQUIRED") => CheckState::ActionRequired,
        Some("STALE") => CheckState::Stale,
        Some("STARTUP_FAILURE") => CheckState::StartupFailure,
        _ => CheckState::Failure,
    }
}

fn signature(it: &ShapeSignature) -> Signature {
    let (kind, key) = match it.kind.as_str() {
        "GpgSignature" => (Some(SignatureKind::Openpgp), it.key_id.clone()),
        "SshSignature" => {
            (Some(SignatureKind::Ssh), it.key_fingerprint.as_deref().map(fingerprint))
        }
        "SmimeSignature" => (Some(SignatureKind::X509), None),
        _ => (None, None),
    };
    let by = it.signer.as_ref().map(|it| Actor(it.login.clone()));
    Signature { valid: it.is_valid, by, key, kind }
}

/// GitHub leaves out what every fingerprint begins with.
fn fingerprint(told: &str) -> String {
    if told.starts_with("SHA256:") { told.to_owned() } else { format!("SHA256:{told}") }
}

fn moment(written: Option<&str>) -> Option<Timestamp> {
    written?.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}
