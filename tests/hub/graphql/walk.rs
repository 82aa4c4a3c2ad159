//! Walks what a query selects.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast;
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use serde_json::{Map, Value, json};

use super::node::{Got, Node};
use super::schema;
use crate::hub::state::{Whose, World};

pub struct Walk<'a> {
    pub world: &'a mut World,
    pub document: &'a ExecutableDocument,
    pub variables: Value,
    pub whose: Whose,
    /// The field that is null by trouble.
    pub partial: Option<&'static str>,
    pub errors: Vec<Value>,
    pub wrong: Vec<String>,
    pub nodes: u64,
}

/// A field that may not be null is: what is above becomes null.
pub struct Absent;

type Fields<'d> = Vec<(String, Vec<&'d Field>)>;

impl<'a> Walk<'a> {
    pub fn object(
        &mut self,
        node: &Node,
        sets: &[&'a SelectionSet],
        path: &mut Vec<Value>,
    ) -> Result<Value, Absent> {
        let kind = node.kind(self.world);
        let mut fields: Fields<'a> = Vec::new();
        sets.iter().for_each(|it| self.collect(kind, it, &mut fields));
        let mut out = Map::new();
        for (key, same) in fields {
            path.push(json!(key));
            let value = self.field(node, kind, &same, path)?;
            path.pop();
            out.insert(key, value);
        }
        Ok(Value::Object(out))
    }

    /// The fields that hold for a type, those of one key together.
    fn collect(&self, kind: &str, set: &'a SelectionSet, into: &mut Fields<'a>) {
        for it in &set.selections {
            match it {
                Selection::Field(it) if self.included(&it.directives) => {
                    let key = it.response_key().to_string();
                    match into.iter_mut().find(|one| one.0 == key) {
                        Some(one) => one.1.push(it),
                        None => into.push((key, vec![it])),
                    }
                }
                Selection::InlineFragment(it)
                    if self.included(&it.directives)
                        && it.type_condition.as_ref().is_none_or(|it| fits(it, kind)) =>
                {
                    self.collect(kind, &it.selection_set, into);
                }
                Selection::FragmentSpread(it) if self.included(&it.directives) => {
                    let it = &self.document.fragments[&it.fragment_name];
                    if fits(it.type_condition(), kind) {
                        self.collect(kind, &it.selection_set, into);
                    }
                }
                _ => {}
            }
        }
    }

    fn included(&self, directives: &ast::DirectiveList) -> bool {
        included(directives, &self.variables)
    }

    fn field(
        &mut self,
        node: &Node,
        kind: &str,
        same: &[&'a Field],
        path: &mut Vec<Value>,
    ) -> Result<Value, Absent> {
        let field = same[0];
        let name = field.name.as_str();
        if name == "__typename" {
            return Ok(json!(kind));
        }
        let args = arguments(field, &self.variables);
        let got = self.resolved(node, kind, name, &args);
        let sets: Vec<_> = same.iter().map(|it| &it.selection_set).collect();
        let value = if self.partial == Some(name) {
            self.error(
                "RESOURCE_LIMITS_EXCEEDED",
                "Resource limits for this query exceeded.",
                path,
            );
            Ok(Value::Null)
        } else {
            self.value(got, field, &args, &sets, path)
        };
        match value {
            Ok(Value::Null) | Err(Absent) if field.definition.ty.is_non_null() => Err(Absent),
            Err(Absent) => Ok(Value::Null),
            Ok(value) => Ok(value),
        }
    }

    fn resolved(&mut self, node: &Node, kind: &str, name: &str, args: &Value) -> Got {
        if let Some(needs) = self.lacks(node, name) {
            return Got::Refused(
                "FORBIDDEN",
                format!("Resource not accessible by integration: {needs}"),
            );
        }
        let found = match (node, name) {
            (Node::Mutation, _) => {
                super::people::mutate(self.world, name, &args["input"], &self.whose)
            }
            (Node::Query, "rateLimit") => Some(self.world.rate_limit(&self.whose, self.nodes)),
            _ => node.field(self.world, name, args, &self.whose),
        };
        found.unwrap_or_else(|| {
            self.wrong.push(format!("graphql: the fake has no {kind}.{name}"));
            Got::NULL
        })
    }

    /// What an installation needs for a field and has not.
    fn lacks(&self, node: &Node, name: &str) -> Option<&'static str> {
        let Whose::Installation { permissions, .. } = &self.whose else { return None };
        let needs = match (node, name) {
            (Node::Repo(_), "pullRequest" | "pullRequests") => "pull_requests",
            (Node::Repo(_), "object") => "contents",
            (Node::Repo(_), "mergeQueue") | (Node::Pull(..), "mergeQueue" | "mergeQueueEntry") => {
                "merge_queues"
            }
            (Node::Commit(..) | Node::Pull(..), "statusCheckRollup")
            | (Node::Commit(..), "checkSuites") => "checks",
            (Node::Commit(..), "status") => "statuses",
            (Node::Suite(..), "workflowRun") => "actions",
            (Node::Account(_), "team" | "teams" | "membersWithRole") => "members",
            _ => return None,
        };
        let open = node.repo().is_some_and(|it| !self.world.repos[&it].private);
        (!open && !permissions.contains_key(needs)).then_some(needs)
    }

    fn error(&mut self, kind: &str, message: &str, path: &[Value]) {
        self.errors
            .push(json!({ "type": kind, "path": path, "message": message, "locations": [] }));
    }

    fn value(
        &mut self,
        got: Got,
        field: &'a Field,
        args: &Value,
        sets: &[&'a SelectionSet],
        path: &mut Vec<Value>,
    ) -> Result<Value, Absent> {
        match got {
            Got::Leaf(value) => Ok(value),
            Got::One(None) => Ok(Value::Null),
            Got::One(Some(node)) => self.object(&node, sets, path),
            Got::Many(all) => {
                let mut out = Vec::new();
                for (at, it) in all.iter().enumerate() {
                    path.push(json!(at));
                    out.push(self.object(it, sets, path)?);
                    path.pop();
                }
                Ok(Value::Array(out))
            }
            Got::Refused(kind, message) => {
                self.error(kind, &message, path);
                Ok(Value::Null)
            }
            Got::Pages { all, more, edges } => {
                let Some((from, to)) = self.cut(field, args, all.len(), path) else {
                    return Ok(Value::Null);
                };
                let page = Page {
                    kind: field.definition.ty.inner_named_type().to_string(),
                    all,
                    more,
                    edges,
                    from,
                    to,
                };
                self.connection(&page, sets, path)
            }
        }
    }

    /// Which part of a connection is asked for.
    fn cut(
        &mut self,
        field: &Field,
        args: &Value,
        many: usize,
        path: &[Value],
    ) -> Option<(usize, usize)> {
        let at = |name: &str| {
            args[name].as_str().map(|it| it.trim_start_matches('c').parse::<usize>().unwrap_or(0))
        };
        let (mut from, mut to) = (at("after").unwrap_or(0).min(many), many);
        if let Some(before) = at("before") {
            to = to.min(before.saturating_sub(1)).max(from);
        }
        let counts = [args["first"].as_i64(), args["last"].as_i64()];
        if counts.iter().all(Option::is_none)
            || counts.iter().flatten().any(|it| !(1..=100).contains(it))
        {
            let why = format!(
                "You must provide a `first` or `last` value of 1 to 100 to properly paginate the `{}` connection.",
                field.name
            );
            self.error("MISSING_PAGINATION_BOUNDARIES", &why, path);
            self.wrong.push(format!("graphql: {why}"));
            return None;
        }
        if let Some(first) = counts[0] {
            to = to.min(from + usize::try_from(first).unwrap());
        }
        if let Some(last) = counts[1] {
            from = from.max(to.saturating_sub(usize::try_from(last).unwrap()));
        }
        Some((from, to))
    }

    fn connection(
        &mut self,
        page: &Page,
        sets: &[&'a SelectionSet],
        path: &mut Vec<Value>,
    ) -> Result<Value, Absent> {
        let mut fields: Fields<'a> = Vec::new();
        sets.iter().for_each(|it| self.collect(&page.kind, it, &mut fields));
        let mut out = Map::new();
        for (key, same) in fields {
            let inner: Vec<_> = same.iter().map(|it| &it.selection_set).collect();
            path.push(json!(key));
            let shown = &page.all[page.from..page.to];
            let value = match same[0].name.as_str() {
                "__typename" => json!(page.kind),
                "totalCount" => json!(page.all.len()),
                "pageInfo" => {
                    let cursor = |at: usize| {
                        if shown.is_empty() { Value::Null } else { json!(format!("c{at}")) }
                    };
                    let info = Node::Made(
                        "PageInfo",
                        vec![
                            ("hasNextPage", Got::leaf(page.to < page.all.len())),
                            ("hasPreviousPage", Got::leaf(page.from > 0)),
                            ("startCursor", Got::leaf(cursor(page.from + 1))),
                            ("endCursor", Got::leaf(cursor(page.to))),
                        ],
                    );
                    self.object(&info, &inner, path)?
                }
                "nodes" => {
                    self.value(Got::Many(shown.to_vec()), same[0], &Value::Null, &inner, path)?
                }
                "edges" => {
                    let kind: &'static str = match page.kind.as_str() {
                        "TeamMemberConnection" => "TeamMemberEdge",
                        "RepositoryCollaboratorConnection" => "RepositoryCollaboratorEdge",
                        "OrganizationMemberConnection" => "OrganizationMemberEdge",
                        _ => "Edge",
                    };
                    let edge = |(at, node): (usize, &Node)| {
                        let mut fields = vec![
                            ("node", Got::one(node.clone())),
                            ("cursor", Got::leaf(format!("c{}", page.from + at + 1))),
                        ];
                        fields.extend(page.edges.get(page.from + at).cloned().unwrap_or_default());
                        Node::Made(kind, fields)
                    };
                    let edges = shown.iter().enumerate().map(edge).collect();
                    self.value(Got::Many(edges), same[0], &Value::Null, &inner, path)?
                }
                other => match page.more.iter().find(|it| it.0 == other) {
                    Some(it) => self.value(it.1.clone(), same[0], &Value::Null, &inner, path)?,
                    None => {
                        self.wrong.push(format!("graphql: the fake has no {}.{other}", page.kind));
                        Value::Null
                    }
                },
            };
            path.pop();
            out.insert(key, value);
        }
        Ok(Value::Object(out))
    }
}

struct Page {
    kind: String,
    all: Vec<Node>,
    more: Vec<(&'static str, Got)>,
    edges: Vec<Vec<(&'static str, Got)>>,
    from: usize,
    to: usize,
}

fn fits(condition: &str, kind: &str) -> bool {
    condition == kind || schema().is_subtype(condition, kind)
}

fn included(directives: &ast::DirectiveList, variables: &Value) -> bool {
    let said = |name: &str| {
        let it = directives.get(name)?.specified_argument_by_name("if")?;
        plain(it, variables).as_bool()
    };
    said("include") != Some(false) && said("skip") != Some(true)
}

/// What a field is given, with what it is given if nothing is said.
fn arguments(field: &Field, variables: &Value) -> Value {
    let mut out = Map::new();
    for it in &field.definition.arguments {
        let given = field.arguments.iter().find(|one| one.name == it.name);
        let value = given.map(|one| plain(&one.value, variables));
        let default = || it.default_value.as_ref().map(|it| plain(it, variables));
        out.insert(it.name.to_string(), value.or_else(default).unwrap_or(Value::Null));
    }
    Value::Object(out)
}

fn plain(value: &ast::Value, variables: &Value) -> Value {
    match value {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(it) => json!(it.as_str()),
        ast::Value::Variable(it) => variables[it.as_str()].clone(),
        ast::Value::String(it) => json!(it),
        ast::Value::Float(it) => json!(it.try_to_f64().unwrap_or(0.0)),
        ast::Value::Int(it) => json!(it.as_str().parse::<i64>().unwrap_or(0)),
        ast::Value::Boolean(it) => json!(it),
        ast::Value::List(all) => all.iter().map(|it| plain(it, variables)).collect(),
        ast::Value::Object(all) => {
            all.iter().map(|(name, it)| (name.to_string(), plain(it, variables))).collect()
        }
    }
}

/// How many nodes a query may come to.
pub fn nodes(
    document: &ExecutableDocument,
    set: &SelectionSet,
    variables: &Value,
    times: u64,
) -> u64 {
    let mut all = 0;
    for it in &set.selections {
        all += match it {
            Selection::Field(it) if included(&it.directives, variables) => {
                let args = arguments(it, variables);
                let many = args["first"].as_u64().or(args["last"].as_u64());
                let inner = times.saturating_mul(many.unwrap_or(1));
                many.map_or(0, |_| inner) + nodes(document, &it.selection_set, variables, inner)
            }
            Selection::InlineFragment(it) if included(&it.directives, variables) => {
                nodes(document, &it.selection_set, variables, times)
            }
            Selection::FragmentSpread(it) if included(&it.directives, variables) => nodes(
                document,
                &document.fragments[&it.fragment_name].selection_set,
                variables,
                times,
            ),
            _ => 0,
        };
    }
    all
}
