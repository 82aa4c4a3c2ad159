//! What a server takes that knows of many open pull requests.

use std::time::Instant;

use crate::server::Server;
use crate::table::Table;
use crate::{Size, shop};

pub(crate) async fn run(size: &Size, table: &mut Table) {
    let (hub, shop) = shop::open("");
    let mut server = Server::start(&hub, None).await;
    server.quiet(&hub).await;
    let idle = server.memory().now;
    table.row("memory, idle", format!("{idle:.0} MiB"));
    let many = size.crowd;
    shop.pulls(many);
    for (what, row) in [("all are new", "looked at for the first time"), ("a sweep", "swept")] {
        hub.forget_calls();
        let begun = Instant::now();
        server.again(&hub).await;
        hub.until("the sweep", || !hub.calls("pulls/list").is_empty()).await;
        server.quiet(&hub).await;
        let took = begun.elapsed().as_secs_f64();
        let looks = server.looks().await;
        let (git, calls): (Vec<_>, Vec<_>) =
            hub.calls("*").into_iter().partition(|it| it.operation == "git");
        let (git, calls) = (git.len(), calls.len());
        let memory = server.memory();
        eprintln!("{what}: {looks} looks in {took:.1} s");
        table.row(
            format!("memory, {many} open pull requests {row}"),
            format!("{:.0} MiB (peak {:.0} MiB)", memory.now, memory.peak),
        );
        table.row(
            format!("{many} open pull requests {row}"),
            format!("{looks} looks, {took:.0} s, {calls} calls, {git} requests of Git"),
        );
    }
}
