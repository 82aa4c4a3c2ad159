//! Patterns whose `*`, or whose `**`, crosses `/` wherever it stands, as ours.

/// `pattern`, where `*` stands for anything and `plain` says what else is
/// special to us but not there, as ours.
pub(super) fn crossing(pattern: &str, plain: &[char]) -> String {
    let mut ours = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(it) = rest.next() {
        if it != '*' {
            if plain.contains(&it) {
                ours += &format!("[{it}]");
            } else {
                ours.push(it);
            }
            continue;
        }
        while rest.next_if_eq(&'*').is_some() {}
        anything(&mut ours, rest.peek());
    }
    ours
}

/// `pattern`, where `**` alone crosses `/`, wherever it stands, as ours.
pub(super) fn doubled(pattern: &str) -> String {
    let mut ours = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(it) = rest.next() {
        if it == '*' && rest.next_if_eq(&'*').is_some() {
            while rest.next_if_eq(&'*').is_some() {}
            anything(&mut ours, rest.peek());
        } else {
            ours.push(it);
        }
    }
    ours
}

/// Adds what stands for any text, `/` within, before `next`.
fn anything(ours: &mut String, next: Option<&char>) {
    let begins = ours.is_empty() || ours.ends_with('/');
    *ours += match (begins, next) {
        (true, None) => "**",
        // Between two `/`, nothing at all is no part of a name.
        (true, Some('/')) => "*/**",
        (true, Some(_)) => "**/*",
        (false, _) => "{*,*/**/*}",
    };
}
