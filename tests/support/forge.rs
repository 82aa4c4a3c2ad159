//! Objects that Git would never write: trees in disorder, names that no file can
//! have, commits that are none.

use super::Repo;

/// The raw bytes of an object name.
pub fn raw(oid: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&oid[at..at + 2], 16).unwrap();
    (0..oid.len()).step_by(2).map(digit).collect()
}

impl Repo<'_> {
    /// Writes an object of any content; the answer is its name.
    pub fn forge(&self, kind: &str, content: &[u8]) -> String {
        // The library writes what it is given, and needs no process for it, but
        // reads only repositories of the usual kind.
        if let (Ok(repo), Some(kind)) =
            (git2::Repository::open(&self.dir), git2::ObjectType::from_str(kind))
        {
            return repo.odb().unwrap().write(kind, content).unwrap().to_string();
        }
        let args = ["hash-object", "-t", kind, "--literally", "-w", "--stdin"];
        self.git_fed(&args, content).ok()
    }

    /// Writes a blob.
    pub fn blob(&self, content: impl AsRef<[u8]>) -> String {
        self.forge("blob", content.as_ref())
    }

    /// Writes a tree of entries as they are: mode, name, object.
    pub fn tree(&self, entries: &[(&str, &[u8], &str)]) -> String {
        let mut content = Vec::new();
        for (mode, name, oid) in entries {
            content.extend_from_slice(mode.as_bytes());
            content.push(b' ');
            content.extend_from_slice(name);
            content.push(0);
            content.extend(raw(oid));
        }
        self.forge("tree", &content)
    }

    /// Writes a well-formed commit of `tree`.
    pub fn commit_tree(&self, tree: &str, parents: &[&str], message: impl AsRef<[u8]>) -> String {
        self.commit_by(tree, parents, "Ana <ana@example.com> 1767225600 +0000", message)
    }

    /// Writes a commit of `tree` by someone, as the header shall name them.
    pub fn commit_by(
        &self,
        tree: &str,
        parents: &[&str],
        who: &str,
        message: impl AsRef<[u8]>,
    ) -> String {
        let parents: String = parents.iter().map(|it| format!("parent {it}\n")).collect();
        let head = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n");
        self.forge("commit", &[head.as_bytes(), message.as_ref()].concat())
    }

    /// Writes a tag object.
    pub fn tag_object(&self, target: &str, kind: &str, name: &str, message: &str) -> String {
        let tag = format!(
            "object {target}\ntype {kind}\ntag {name}\n\
             tagger Ana <ana@example.com> 1767225600 +0000\n\n{message}\n"
        );
        self.forge("tag", tag.as_bytes())
    }
}
