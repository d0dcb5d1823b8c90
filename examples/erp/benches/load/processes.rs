//! Two processes of the application.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use erp::statistics::Statistics;
use servers::{Postgres, Server};

use crate::Result;

/// Until they are dropped.
pub(crate) struct Processes(Vec<(Child, BufReader<ChildStdout>, String)>);

impl Processes {
    /// With a cache in Redis, or without any.
    pub(crate) fn start(postgres: &Postgres, redis: Option<&Server>) -> Processes {
        let start = |_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_erp"));
            command.args(["--listen", "127.0.0.1:0", "--database", &postgres.url()]);
            match redis {
                Some(redis) => command.args(["--redis", &redis.url()]),
                None => command.arg("--no-cache"),
            };
            let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
            let mut output = BufReader::new(process.stdout.take().expect("it has an output"));
            let mut said = String::new();
            output.read_line(&mut said).expect("it says where it listens");
            let url = said.trim().strip_prefix("listening on ").expect("it listens").to_owned();
            (process, output, url)
        };
        Processes((0..2).map(start).collect())
    }

    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, _, url)| &**url)
    }

    /// Asks the first of them, as person 1 of the first organisation.
    pub(crate) async fn get(&self, path: &str) -> Result<String> {
        let url = self.urls().next().expect("there are two");
        let request = reqwest::Client::new()
            .get(format!("{url}{path}"))
            .header("x-tenant", "org-01")
            .header("x-user", "1");
        Ok(request.send().await?.error_for_status()?.text().await?)
    }

    /// Of both together.
    pub(crate) async fn statistics(&self) -> Result<Statistics> {
        let mut sum = Statistics::default();
        for url in self.urls() {
            let one: Statistics = reqwest::get(format!("{url}/statistics")).await?.json().await?;
            for (name, function) in one.functions {
                let all = sum.functions.entry(name).or_default();
                all.hits += function.hits;
                all.misses += function.misses;
                all.loads += function.loads;
                all.bypassed += function.bypassed;
            }
            for (name, route) in one.routes {
                let all = sum.routes.entry(name).or_default();
                all.requests += route.requests;
                all.queries += route.queries;
                all.hits += route.hits;
            }
        }
        Ok(sum)
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for (process, ..) in &mut self.0 {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
