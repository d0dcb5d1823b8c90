//! `cargo run -p erp`: see `--help`, or README.md.

use std::error::Error;
use std::time::Duration;

use cache_core::{Cache, Mode};
use cache_redis::RedisTier;
use erp::app::{App, router};
use erp::db::Db;
use erp::options::{HELP, Options};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{HELP}");
        return Ok(());
    }
    let options = Options::read(arguments)?;
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();

    let mut cache = Cache::from_env()?.namespace("erp");
    if let Some(url) = &options.redis {
        cache = cache.tier(RedisTier::new(url)?);
    }
    if !options.cache {
        cache = cache.mode(Mode::Off);
    }
    let cache = cache.install()?;

    let db = Db::connect(&options.database).await?;
    erp::data::make(&db, options.size).await?;
    let listener = TcpListener::bind(&options.listen).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}");
    println!("  curl -H 'x-tenant: org-01' http://{address}/dashboard");
    println!(
        "  curl -H 'x-tenant: org-01' -H 'x-user: 5' 'http://{address}/products?category=3&order=price'"
    );
    println!("  curl -H 'x-tenant: org-01' -X PUT --json 7 http://{address}/products/5/stock");
    println!("  curl http://{address}/statistics");
    axum::serve(listener, router(App::new(db))).with_graceful_shutdown(asked_to_end()).await?;
    cache.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

/// Ready when the process is asked to end.
async fn asked_to_end() {
    // Without either the process ends at once, and what it couldn't tell others is lost.
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
