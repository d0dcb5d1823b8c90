//! Processes of the application, and the servers under them.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use erp::statistics::Statistics;
use reqwest::Client;
use servers::{Postgres, Program, Server};

use crate::request::{Answer, Request};

/// How soon writes of another process are seen: for all aliases.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Coherence {
    /// When they are announced, as the aliases have it.
    Push,
    /// At once.
    Verify,
}

/// A process, until it is dropped.
pub(crate) struct Erp {
    process: Child,
    /// What it says more; it may.
    _output: BufReader<ChildStdout>,
    url: String,
    client: Client,
}

impl Erp {
    /// Starts one, and waits until it listens.
    fn start(arguments: &[&str], coherence: Coherence, deadline: &str) -> Erp {
        let mut command = Command::new(env!("CARGO_BIN_EXE_erp"));
        command.args(["--size", "small", "--listen", "127.0.0.1:0"]).args(arguments);
        for alias in cache_core::graph().aliases {
            let name = alias.name.to_uppercase().replace('-', "_");
            command.env(format!("CACHE_{name}_DEADLINE"), deadline);
            if coherence == Coherence::Verify {
                command.env(format!("CACHE_{name}_COHERENCE"), "verify");
            }
        }
        let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut output = BufReader::new(process.stdout.take().expect("it has an output"));
        let mut said = String::new();
        output.read_line(&mut said).expect("it says where");
        let url = said.trim().strip_prefix("listening on ").expect("it listens").to_owned();
        let client = Client::builder().timeout(Duration::from_secs(30)).build().expect("a client");
        Erp { process, _output: output, url, client }
    }

    /// # Panics
    ///
    /// If nothing is answered.
    pub(crate) async fn send(&self, request: &Request) -> Answer {
        let Request { method, path, tenant, user, staff, body } = request;
        let mut sent = self.client.request(method.clone(), format!("{}{path}", self.url));
        sent = sent.header("x-tenant", tenant).header("x-user", *user);
        if *staff {
            sent = sent.header("x-staff", "yes");
        }
        if let Some(body) = body {
            sent = sent.json(body);
        }
        let answer = sent.send().await.unwrap_or_else(|error| panic!("{request:?}: {error}"));
        Answer { status: answer.status().as_u16(), body: answer.text().await.expect("a body") }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn statistics(&self) -> Statistics {
        let answer = self.send(&Request::get("", 0, "/statistics")).await;
        serde_json::from_str(&answer.body).expect("statistics")
    }

    /// How many bodies of cached functions have run.
    pub(crate) async fn loads(&self) -> u64 {
        self.statistics().await.functions.values().map(|function| function.loads + function.bypassed).sum()
    }
}

impl Drop for Erp {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Two processes that share a cache, and one without.
pub(crate) struct World {
    pub(crate) one: Erp,
    pub(crate) other: Erp,
    pub(crate) plain: Erp,
    pub(crate) redis: Server,
    _postgres: Postgres,
}

impl World {
    /// In which Redis is waited for, however busy the machine is: an answer that comes too late is a load, and loads are counted.
    pub(crate) fn start(coherence: Coherence) -> World {
        World::with_deadline(coherence, "10s")
    }

    pub(crate) fn with_deadline(coherence: Coherence, deadline: &str) -> World {
        let (postgres, redis) = (Postgres::start(&[]), Server::start(Program::Redis, &[]));
        let (database, shared) = (postgres.url(), redis.url());
        let beside = ["--database", &database, "--redis", &shared];
        // The first one makes the data.
        let plain = Erp::start(&["--database", &database, "--no-cache"], coherence, deadline);
        let (one, other) =
            (Erp::start(&beside, coherence, deadline), Erp::start(&beside, coherence, deadline));
        World { one, other, plain, redis, _postgres: postgres }
    }

    pub(crate) fn cached(&self) -> [&Erp; 2] {
        [&self.one, &self.other]
    }
}
