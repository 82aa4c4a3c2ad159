//! Subjects as Conventional Commits 1.0.0 has them.

/// Says what is wrong with a subject, if anything.
pub(super) fn check(subject: &str, types: &[String], scopes: &[String]) -> Result<(), String> {
    // Only the subject: what follows is free, and footers may take long to read.
    let parsed = git_conventional::Commit::parse(subject)
        .map_err(|_| "not `type(scope): description`".to_owned())?;
    let head = subject.strip_suffix(parsed.description()).unwrap_or(subject);
    if !head.ends_with(": ") || head.ends_with(":  ") {
        return Err("one space belongs behind the colon".to_owned());
    }
    let among = |word: &str, list: &[String]| {
        list.is_empty() || list.iter().any(|it| it.eq_ignore_ascii_case(word.trim()))
    };
    let kind = parsed.type_();
    if !among(kind.as_str(), types) {
        return Err(format!("the type is none of {}", types.join(", ")));
    }
    let scope = parsed.scope();
    let mut named = scope.iter().flat_map(|it| it.as_str().split(','));
    if named.any(|it| !among(it, scopes)) {
        return Err(format!("the scope is none of {}", scopes.join(", ")));
    }
    Ok(())
}

/// Whether Git made the message when it reverted a commit.
pub(super) fn reverts(subject: &str, rest: &str) -> bool {
    let quoted = subject.strip_prefix("Revert \"").or_else(|| subject.strip_prefix("Reapply \""));
    let names_commit = |line: &str| {
        let Some(name) = line.strip_prefix("This reverts commit ") else { return false };
        let digits = name.bytes().take_while(u8::is_ascii_hexdigit).count();
        (digits == 40 || digits == 64) && matches!(name.as_bytes().get(digits), Some(b'.' | b','))
    };
    quoted.is_some_and(|it| it.ends_with('"')) && rest.lines().any(names_commit)
}
