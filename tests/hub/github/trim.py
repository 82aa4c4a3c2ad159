#!/usr/bin/env python3
"""Makes the files of this directory anew from GitHub's published descriptions.

See README.md for how to get the three packages and how to call this.
"""

import gzip
import json
import re
import sys
from pathlib import Path

# What the fake answers, and nothing else. An operation that is asked for and not
# listed here fails the test that asks.
OPERATIONS = """
apps/get-authenticated apps/list-installations apps/get-installation
apps/create-installation-access-token apps/get-webhook-config-for-app
apps/update-webhook-config-for-app apps/list-webhook-deliveries
apps/get-webhook-delivery apps/redeliver-webhook-delivery apps/create-from-manifest
apps/list-repos-accessible-to-installation apps/revoke-installation-access-token
apps/get-repo-installation apps/get-org-installation apps/get-user-installation
apps/get-by-slug
rate-limit/get meta/get users/get-authenticated users/get-by-username users/get-by-id
orgs/get orgs/list-members orgs/check-membership-for-user orgs/get-membership-for-user
teams/list teams/get-by-name teams/list-members-in-org teams/list-child-in-org
teams/get-membership-for-user-in-org teams/list-repos-in-org
repos/get repos/list-teams repos/list-collaborators repos/check-collaborator
repos/get-collaborator-permission-level repos/list-branches repos/get-branch
repos/get-branch-protection
repos/get-branch-rules repos/get-repo-rulesets
repos/create-repo-ruleset repos/get-repo-ruleset repos/update-repo-ruleset
repos/delete-repo-ruleset repos/get-org-rulesets repos/get-org-ruleset
repos/custom-properties-for-repos-get-repository-values
repos/get-all-topics repos/codeowners-errors repos/list-activities
repos/list-commits repos/get-commit repos/list-pull-requests-associated-with-commit
repos/get-combined-status-for-ref repos/list-commit-statuses-for-ref
repos/create-commit-status repos/compare-commits-with-basehead repos/get-content
repos/list-deployments 
repos/list-deployment-statuses

git/get-ref git/list-matching-refs git/get-blob git/get-tree git/get-commit 
checks/create checks/get checks/update checks/list-annotations checks/rerequest-run
checks/create-suite checks/get-suite checks/list-for-suite checks/rerequest-suite
checks/set-suites-preferences checks/list-for-ref checks/list-suites-for-ref
actions/list-workflow-runs-for-repo actions/get-workflow-run
actions/review-custom-gates-for-run
pulls/list pulls/get pulls/update pulls/list-commits pulls/list-files pulls/list-reviews
pulls/get-review pulls/create-review pulls/dismiss-review pulls/list-review-comments
pulls/list-comments-for-review pulls/list-requested-reviewers pulls/request-reviewers
pulls/remove-requested-reviewers pulls/check-if-merged pulls/merge
issues/list-for-repo issues/get issues/create issues/list-comments issues/get-comment
issues/create-comment issues/update-comment issues/delete-comment
issues/list-events issues/list-events-for-timeline
issues/list-labels-on-issue issues/add-labels issues/remove-label issues/list-labels-for-repo
""".split()

# Where the description is known to be wrong; each with what GitHub really does.
KNOWN_WRONG = [
    # A deleted fork leaves `head.repo: null`, and its owner may be gone as well.
    ("schemas/pull-request/properties/head/properties/repo", "nullable"),
    ("schemas/pull-request/properties/head/properties/user", "nullable"),
    ("schemas/pull-request-simple/properties/head/properties/repo", "nullable"),
    ("schemas/pull-request-simple/properties/head/properties/user", "nullable"),
    # A deleted account is null.
    ("schemas/pull-request/properties/user", "nullable"),
    # A label may have no description.
    ("schemas/pull-request-simple/properties/labels/items/properties/description", "nullable"),
    # The list of an App's events does not know newer events.
    ("schemas/integration/properties/events", "any"),
]

# GraphQL: the types that the fake can answer. Fields that lead elsewhere go.
ROOTS = {
    "Query": "id node nodes organization rateLimit repository user viewer".split(),
    "Mutation": "dismissPullRequestReview requestReviews requestReviewsByLogin minimizeComment"
    " resolveReviewThread addPullRequestReview convertPullRequestToDraft".split(),
}
OBJECTS = """
EnterpriseUserAccount
Repository PullRequest Commit Ref User Bot Organization Mannequin Team Label Blob Tree TreeEntry Tag App
PullRequestReview PullRequestReviewComment PullRequestReviewThread IssueComment ReviewRequest
ReviewDismissedEvent HeadRefForcePushedEvent BaseRefChangedEvent BaseRefForcePushedEvent
LabeledEvent UnlabeledEvent ReviewRequestedEvent ReviewRequestRemovedEvent ClosedEvent
ReopenedEvent MergedEvent ReadyForReviewEvent ConvertToDraftEvent RenamedTitleEvent
HeadRefDeletedEvent HeadRefRestoredEvent PullRequestCommit AddedToMergeQueueEvent
RemovedFromMergeQueueEvent AutoMergeEnabledEvent AutoMergeDisabledEvent AutoMergeRequest
AutomaticBaseChangeSucceededEvent
PullRequestChangedFile StatusCheckRollup CheckSuite CheckRun StatusContext Status WorkflowRun
Workflow WorkflowRunFile CheckAnnotation MergeQueue MergeQueueEntry MergeQueueConfiguration GitActor
GpgSignature SshSignature SmimeSignature UnknownSignature RateLimit PageInfo
RequestedReviewer BranchProtectionRule RepositoryTopic Topic DeployKey Milestone
""".split()


def main():
    openapi, graphql, examples = (Path(it) for it in sys.argv[1:4])
    here = Path(__file__).parent
    rest(openapi, here / "rest.json")
    sdl(graphql, here / "schema.graphql")
    payloads(examples, here / "payloads.json.gz")


def rest(source, target):
    whole = json.loads((source / "generated/api.github.com.json").read_text())
    for place, how in KNOWN_WRONG:
        mend(whole["components"], place, how)
    operations, wanted = [], set(OPERATIONS)
    for path, methods in whole["paths"].items():
        for method, it in methods.items():
            if isinstance(it, dict) and it.get("operationId") in wanted:
                wanted.remove(it["operationId"])
                operations.append(operation(whole, path, method, it))
    assert not wanted, wanted
    definitions, todo = {}, [operations]
    while todo:
        for name in refs(todo.pop()):
            if name not in definitions:
                definitions[name] = schema(whole["components"]["schemas"][name])
                todo.append(definitions[name])
    head = {"version": json.loads((source / "package.json").read_text())["version"]}
    head["operations"] = sorted(operations, key=lambda it: it["id"])
    head["definitions"] = dict(sorted(definitions.items()))
    target.write_text(dumped(head))


def dumped(head):
    """One operation or definition to a line, so that a new release can be read as a diff."""
    compact = lambda it: json.dumps(it, separators=(",", ":"), ensure_ascii=True)
    operations = ",\n".join(compact(it) for it in head["operations"])
    definitions = ",\n".join(f"{compact(k)}:{compact(v)}" for k, v in head["definitions"].items())
    return (
        f'{{"version":{compact(head["version"])},\n"operations":[\n{operations}\n],\n'
        f'"definitions":{{\n{definitions}\n}}}}\n'
    )


def mend(components, place, how):
    *path, last = place.split("/")
    it = components
    for step in path:
        it = it[step]
    if how == "any":
        it[last] = {}
    else:
        it[last] = {"anyOf": [it[last]], "nullable": True}


def operation(whole, path, method, it):
    parameters = []
    for one in it.get("parameters", []):
        one = followed(whole, one)
        parameters.append(
            {
                "name": one["name"],
                "in": one["in"],
                "required": one.get("required", False),
                "schema": schema(one.get("schema", {})),
            }
        )
    body = followed(whole, it.get("requestBody", {}))
    content = body.get("content", {}).get("application/json", {})
    responses = {}
    for status, one in it["responses"].items():
        one = followed(whole, one)
        types = one.get("content", {})
        found = types.get("application/json", {}).get("schema")
        if status.startswith(("2", "3")):
            responses[status] = schema(found) if found is not None else None
    return {
        "id": it["operationId"],
        "method": method.upper(),
        "path": path,
        "parameters": parameters,
        "body": schema(content["schema"]) if "schema" in content else None,
        "body_required": body.get("required", False),
        "responses": responses,
    }


def followed(whole, it):
    while "$ref" in it:
        node = whole
        for step in it["$ref"][2:].split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        it = node
    return it


KEPT = set(
    "type properties required items enum allOf anyOf oneOf not additionalProperties minItems"
    " maxItems minLength maxLength minimum maximum pattern format $ref".split()
)


def schema(it):
    """OpenAPI 3.0 as JSON Schema: no prose, and `nullable` said as a type."""
    if not isinstance(it, dict):
        return it
    out = {}
    for key, value in it.items():
        if key not in KEPT:
            continue
        if key == "properties":
            out[key] = {name: schema(one) for name, one in value.items()}
        elif key in ("allOf", "anyOf", "oneOf"):
            out[key] = [schema(one) for one in value]
        elif key in ("items", "not", "additionalProperties"):
            out[key] = schema(value)
        elif key == "$ref":
            out[key] = "#/definitions/" + value.rsplit("/", 1)[1]
        elif key == "format" and value not in ("uri", "date-time"):
            continue
        else:
            out[key] = value
    # `oneOf` of alternatives that look the same once prose is gone can't tell them apart.
    if "oneOf" in out:
        out["anyOf"] = out.pop("oneOf")
    if it.get("nullable"):
        if "type" in out and "anyOf" not in out and "allOf" not in out:
            out["type"] = [out["type"], "null"]
            if "enum" in out and None not in out["enum"]:
                out["enum"] = out["enum"] + [None]
        else:
            out = {"anyOf": [out, {"type": "null"}]}
    return out


def refs(it):
    if isinstance(it, dict):
        for key, value in it.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rsplit("/", 1)[1]
            else:
                yield from refs(value)
    elif isinstance(it, list):
        for value in it:
            yield from refs(value)


def sdl(source, target):
    text = (source / "schema.graphql").read_text()
    text = re.sub(r'"""(?:.|\n)*?"""', "", text)
    text = re.sub(r'^\s*"(?:[^"\\]|\\.)*"\s*$', "", text, flags=re.M)
    text = re.sub(r"#.*", "", text)
    text = re.sub(r'@(deprecated|requiredCapabilities|docsCategory|preview|possibleTypes)(\((?:[^()"]|"(?:[^"\\]|\\.)*")*\))?', "", text)
    types = {}
    for kind, name, rest in re.findall(
        r"^(type|interface|union|enum|input|scalar)\s+(\w+)([^{=\n]*(?:\{(?:.|\n)*?\n\}|=[^\n]*(?:\n\s+\|[^\n]*)*)?)", text, flags=re.M
    ):
        types[name] = (kind, rest)
    kept = set(OBJECTS) | set(ROOTS)
    # What joins the objects: connections, edges, interfaces, unions, enumerations, scalars.
    for name, (kind, rest) in types.items():
        if kind in ("enum", "scalar", "interface", "union", "input"):
            kept.add(name)
        if name.endswith(("Connection", "Edge")):
            kept.add(name)
    for name in ROOTS["Mutation"]:
        kept.add(name[0].upper() + name[1:] + "Payload")
    # Whatever has nothing left goes, until nothing changes.
    parsed = {name: parse(name, *types[name]) for name in kept if name in types}
    while True:
        before = {name: len(it["fields"]) + len(it["members"]) for name, it in parsed.items()}
        for it in parsed.values():
            if it["kind"] in ("type", "interface"):
                it["fields"] = [one for one in it["fields"] if base(one[2]) in parsed or base(one[2]) in BUILT_IN]
            it["members"] = [one for one in it["members"] if one in parsed]
            it["implements"] = [one for one in it["implements"] if one in parsed]
        joins = {name for name, it in parsed.items() if it["kind"] == "interface"}
        used = {one for it in parsed.values() if it["kind"] == "type" for one in it["implements"]}
        for name in list(parsed):
            it = parsed[name]
            connection = name.endswith(("Connection", "Edge"))
            leads = any(base(one[2]) in parsed for one in it["fields"] if one[0] in ("node", "nodes", "edges"))
            empty = it["kind"] in ("type", "interface") and not it["fields"]
            empty |= it["kind"] == "union" and not it["members"]
            empty |= name in joins and name not in used
            empty |= connection and not leads
            if empty:
                del parsed[name]
        if before == {name: len(it["fields"]) + len(it["members"]) for name, it in parsed.items()}:
            break
    reached, todo = set(), ["Query", "Mutation"]
    while todo:
        name = todo.pop()
        if name in reached or name not in parsed:
            continue
        reached.add(name)
        it = parsed[name]
        todo += it["members"] + it["implements"]
        for _, arguments, leads in it["fields"]:
            todo.append(base(leads))
            todo += re.findall(r":\s*\[?(\w+)", arguments)
        if it["kind"] in ("interface",):
            todo += [one for one, other in parsed.items() if name in other["implements"]]
    version = json.loads((source / "package.json").read_text())["version"]
    out = [f"# GitHub's GraphQL schema, trimmed: see README.md. Made from release {version}.\n"]
    for name in sorted(reached):
        out.append(printed(name, parsed[name]))
    target.write_text("\n".join(out))


BUILT_IN = {"Int", "Float", "String", "Boolean", "ID"}


def base(leads):
    return re.sub(r"[\[\]!\s]", "", leads)


def parse(name, kind, rest):
    head, _, body = rest.partition("{")
    body = body.rstrip().removesuffix("}")
    it = {"kind": kind, "implements": [], "fields": [], "members": [], "values": []}
    if kind in ("type", "interface", "input"):
        it["implements"] = re.findall(r"\w+", head.replace("implements", "", 1))
        at = re.compile(r"\s*(\w+)\s*(\([^()]*\))?\s*:\s*([\w\[\]!]+)\s*(=\s*[^\n]+)?")
        position, seen = 0, set()
        while found := at.match(body, position):
            position = found.end()
            field, arguments, leads, default = found.groups()
            # The schema defines some fields twice, which no validator takes.
            if field in seen or (name in ROOTS and field not in ROOTS[name]):
                continue
            seen.add(field)
            flat = re.sub(r"\s+", " ", re.sub(r"\n+\s*", ", ", (arguments or "").strip("() \n")))
            flat = flat.replace("{,", "{").replace(", }", "}")
            it["fields"].append((field, flat.strip(", "), leads + (f" {default.strip()}" if default else "")))
        assert not body[position:].strip(), (name, body[position : position + 200])
        if kind == "input":
            it["fields"] = [(one, args, leads) for one, args, leads in it["fields"]]
    elif kind == "union":
        it["members"] = re.findall(r"\w+", rest)
    elif kind == "enum":
        it["values"] = re.findall(r"\w+", body)
    return it


def printed(name, it):
    if it["kind"] == "scalar":
        return f"scalar {name}\n"
    if it["kind"] == "union":
        return f"union {name} = {' | '.join(it['members'])}\n"
    if it["kind"] == "enum":
        return f"enum {name} {{ {' '.join(it['values'])} }}\n"
    implements = f" implements {' & '.join(it['implements'])}" if it["implements"] else ""
    lines = [f"  {one}{f'({args})' if args else ''}: {leads}" for one, args, leads in it["fields"]]
    return f"{it['kind']} {name}{implements} {{\n" + "\n".join(lines) + "\n}\n"


EVENTS = """
branch_protection_rule check_run check_suite deployment_status installation installation_repositories
issue_comment label member membership merge_group organization ping pull_request pull_request_review
pull_request_review_comment pull_request_review_thread push repository status team team_add
workflow_run github_app_authorization meta create delete deployment issues
""".split()


def payloads(source, target):
    out, seen = [], set()
    for event in json.loads((source / "api.github.com/index.json").read_text()):
        if event["name"] in EVENTS:
            for example in event["examples"]:
                line = json.dumps({"event": event["name"], "payload": example}, separators=(",", ":"))
                if line not in seen:
                    seen.add(line)
                    out.append(line)
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write("\n".join(out).encode() + b"\n")


if __name__ == "__main__":
    main()
