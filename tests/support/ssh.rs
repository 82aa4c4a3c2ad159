//! Pushes over SSH without a port: the client starts its own `sshd`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{Pushed, Repo, Server, World, run};

/// Where `sshd` is, if it is.
fn sshd() -> Option<PathBuf> {
    ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"]
        .into_iter()
        .map(PathBuf::from)
        .find(|it| it.exists())
}

/// Keys, and a server's configuration that lets them push.
pub struct Ssh<'w> {
    world: &'w World,
    sshd: PathBuf,
}

impl<'w> Ssh<'w> {
    /// Sets up keys for `people`, whose pushes go through a forced command that
    /// names them in `REFGATE_ACTOR`. `None`, said aloud, without an `sshd`.
    pub fn new(world: &'w World, people: &[&str]) -> Option<Self> {
        let Some(sshd) = sshd() else {
            eprintln!("skipped: there is no sshd here; install openssh-server");
            return None;
        };
        // Started as root, sshd wants this directory.
        let _ = fs::create_dir_all("/run/sshd");
        let ssh = Self { world, sshd };
        ssh.key("host");
        let mut authorized = String::new();
        for person in people {
            ssh.key(person);
            let forced = ssh.forced(person);
            let public = fs::read_to_string(world.path(format!("ssh/{person}.pub"))).unwrap();
            authorized += &format!("restrict,command=\"{}\" {public}", forced.display());
        }
        world.write("ssh/authorized", authorized);
        let dir = world.path("ssh");
        let dir = dir.display();
        world.write(
            "ssh/sshd_config",
            format!(
                "HostKey {dir}/host\nAuthorizedKeysFile {dir}/authorized\nStrictModes no\n\
                 UsePAM no\nPasswordAuthentication no\nExposeAuthInfo yes\n\
                 PermitRootLogin prohibit-password\n"
            ),
        );
        Some(ssh)
    }

    fn key(&self, name: &str) {
        fs::create_dir_all(self.world.path("ssh")).unwrap();
        let path = self.world.path(format!("ssh/{name}"));
        let mut keygen = self.world.command("ssh-keygen");
        run(keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(path)).ok();
    }

    /// A script that serves `person`, in this world's environment.
    fn forced(&self, person: &str) -> PathBuf {
        let home = self.world.path("");
        let config = self.world.path("gitconfig");
        let path = self.world.write(
            format!("ssh/forced-{person}"),
            format!(
                "#!/bin/sh\nexport HOME='{}' GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL='{}'\n\
                 export LC_ALL=C REFGATE_ACTOR={person}\n\
                 exec git-shell -c \"$SSH_ORIGINAL_COMMAND\"\n",
                home.display(),
                config.display()
            ),
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Pushes as `person`.
    pub fn push(
        &self,
        person: &str,
        work: &Repo<'_>,
        server: &Server<'_>,
        args: &[&str],
    ) -> Pushed {
        let at = |name: &str| self.world.path(format!("ssh/{name}")).display().to_string();
        let ssh = format!(
            "ssh -i {} -F /dev/null -o IdentitiesOnly=yes -o UserKnownHostsFile={} \
             -o StrictHostKeyChecking=accept-new -o ProxyCommand='{} -i -f {} -E {}'",
            at(person),
            at("known_hosts"),
            self.sshd.display(),
            at("sshd_config"),
            at("log")
        );
        let url = format!("ssh://{}@any{}", user(), server.repo.dir.display());
        let mut command = work.command(&["push", "--no-verify"]);
        command.env("GIT_SSH_COMMAND", ssh).arg(url).args(args);
        Pushed::from(run(&mut command))
    }
}

/// Who runs the tests, by name.
fn user() -> String {
    run(std::process::Command::new("id").arg("-un")).ok()
}
