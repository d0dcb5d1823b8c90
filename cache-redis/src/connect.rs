//! What a server says of itself when it is connected to, and whether it is the one that was known before.

use std::time::{Duration, Instant};

use cache_core::shared::TierError;
use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, Value};

use crate::reply::{self, explain};
use crate::scripts;
use crate::wire::Generation;

/// What the generation's value begins with.
const FORMAT: u8 = 1;

/// A run of a server: a process, and the history of the data that it has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Run {
    /// `run_id`: drawn when the process starts.
    id: String,
    /// `master_replid`: drawn when it becomes a primary, by its start or by a promotion.
    history: String,
    /// `master_replid2`: that of the primary that it was a replica of.
    before: String,
    uptime: Duration,
}

/// What was known last of a server.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    run: Run,
    pub(crate) generation: Generation,
}

/// What became of a server since it was known last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Since {
    /// It is the same.
    Same,
    /// One of its replicas has taken over, or it was one itself meanwhile.
    Promoted,
    /// Another one, as far as anybody can tell.
    Another,
}

impl Run {
    /// Asks a server. It is refused unless it is a primary: epochs are never read from a copy that lags behind.
    pub(crate) async fn ask(connection: &mut MultiplexedConnection) -> Result<Run, TierError> {
        let mut questions = Pipeline::new();
        questions.cmd("INFO").arg("server").cmd("INFO").arg("replication");
        let answers = connection.send_packed_commands(&questions, 0, 2).await.map_err(explain)?;
        let mut text = String::new();
        for answer in answers {
            let bytes = reply::bytes(reply::good(answer)?).unwrap_or_default();
            text.push_str(&String::from_utf8_lossy(&bytes));
            text.push('\n');
        }
        Run::read(&text)
    }

    fn read(text: &str) -> Result<Run, TierError> {
        let field = |name: &str| {
            let mut fields = text.lines().filter_map(|line| line.split_once(':'));
            fields.find(|(field, _)| *field == name).map(|(_, value)| value.trim().to_owned())
        };
        match field("role").as_deref() {
            Some("master") => {}
            Some(_) => return Err(TierError::Refused("it is a replica: the tier is its primary".into())),
            None => {
                return Err(TierError::Refused(
                    "its `INFO replication` doesn't say whether it is a primary".into(),
                ));
            }
        }
        let version = field("redis_version").unwrap_or_default();
        if version.split('.').next().and_then(|major| major.parse().ok()).is_some_and(|major: u32| major < 7)
        {
            return Err(TierError::Refused(format!(
                "it is Redis {version}: 7.0 or newer is needed, or Valkey"
            )));
        }
        let run = Run {
            id: field("run_id").unwrap_or_default(),
            history: field("master_replid").unwrap_or_default(),
            before: field("master_replid2").unwrap_or_default(),
            uptime: Duration::from_secs(
                field("uptime_in_seconds").and_then(|seconds| seconds.parse().ok()).unwrap_or(0),
            ),
        };
        if run.own_generation().is_none() {
            return Err(TierError::Refused("its `INFO server` doesn't say which run of it this is".into()));
        }
        Ok(run)
    }

    /// The generation of a run that nobody has said anything of. All come to the same, also when the key of it was evicted.
    fn own_generation(&self) -> Option<Generation> {
        let id = self.id.get(..32).filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u128::from_str_radix(id, 16).ok().map(Generation)
    }

    /// What the key of the generation holds.
    pub(crate) fn said(&self, generation: Generation) -> Vec<u8> {
        [&[FORMAT], self.id.as_bytes(), &generation.0.to_be_bytes()].concat()
    }

    /// Agrees with all others on the generation of this run: the one that was said first.
    async fn claim(
        &self,
        connection: &mut MultiplexedConnection,
        key: &[u8],
        proposed: Generation,
    ) -> Result<Generation, TierError> {
        let said = self.said(proposed);
        let (run, number) = said.split_at(said.len() - 16);
        let mut claim = Cmd::new();
        claim.arg("EVAL").arg(scripts::CLAIM).arg(1).arg(key).arg(run).arg(number);
        let answer = match reply::good(connection.send_packed_command(&claim).await.map_err(explain)?) {
            // In a Cluster, while the slot of the key is on its way to another server. What is known, or the run's own, is what
            // others come to as well; if they don't, nothing is shared until it is there.
            Err(error) if reply::on_its_way(&error).is_some() => return Ok(proposed),
            answer => answer?,
        };
        match reply::bytes(answer).and_then(|bytes| bytes.try_into().ok()) {
            Some(bytes) => Ok(Generation(u128::from_be_bytes(bytes))),
            None => Err(reply::unexpected(&Value::Nil)),
        }
    }
}

impl Known {
    /// Gets to know a server, of which this was known before, when it was last in contact. The key is that of its generation.
    pub(crate) async fn meet(
        connection: &mut MultiplexedConnection,
        key: &[u8],
        before: Option<&Known>,
        contact: Instant,
    ) -> Result<(Known, Since), TierError> {
        let run = Run::ask(connection).await?;
        let since = before.map_or(Since::Another, |known| known.run.since(&run, contact.elapsed()));
        let own = run.own_generation().unwrap_or(Generation(0));
        let proposed = match (since, before) {
            (Since::Same | Since::Promoted, Some(known)) => known.generation,
            _ => own,
        };
        let generation = run.claim(connection, key, proposed).await?;
        Ok((Known { run, generation }, since))
    }

    /// Whether that is the same state of the same server.
    pub(crate) fn is(&self, other: &Known) -> bool {
        self.run.id == other.run.id
            && self.run.history == other.run.history
            && self.generation == other.generation
    }

    /// The run, as a number of its own.
    pub(crate) fn run(&self) -> u128 {
        self.run.own_generation().map_or(0, |Generation(number)| number)
    }

    /// What the key of the generation holds while nothing changes.
    pub(crate) fn said(&self) -> Vec<u8> {
        self.run.said(self.generation)
    }
}

impl Run {
    /// What became of this run, of which nothing was heard for so long, if that is the server now.
    ///
    /// A replica that took over was already running when its primary was still in contact, and has replicated from it. Of what was
    /// started since, nobody knows how old its data are. Its clock counts in seconds.
    fn since(&self, now: &Run, silence: Duration) -> Since {
        if self.id == now.id {
            return if self.history == now.history { Since::Same } else { Since::Promoted };
        }
        let ran_already = now.uptime > silence + Duration::from_secs(1);
        if ran_already && now.before == self.history { Since::Promoted } else { Since::Another }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef01234567";

    fn text(version: &str, role: &str, id: &str) -> String {
        format!(
            "# Server\r\nredis_version:{version}\r\nrun_id:{id}\r\nuptime_in_seconds:70\r\n\n# Replication\r\nrole:{role}\r\n\
             master_replid:one\r\nmaster_replid2:zero\r\n"
        )
    }

    #[test]
    fn a_primary_says_which_run_it_is() {
        let run = Run::read(&text("7.0.15", "master", ID)).unwrap();
        let expected = Run {
            id: ID.into(),
            history: "one".into(),
            before: "zero".into(),
            uptime: Duration::from_secs(70),
        };
        assert_eq!(run, expected);
        assert_eq!(run.own_generation(), Some(Generation(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)));
    }

    #[test]
    fn what_is_no_fit_server_is_refused() {
        for (text, why) in [
            (text("7.2.4", "slave", ID), "replica"),
            (text("6.2.14", "master", ID), "Redis 6.2.14"),
            (text("7.2.4", "master", ""), "which run"),
            (text("7.2.4", "master", "ääääääääääääääääääääääääääääääääää"), "which run"),
            (String::new(), "primary"),
        ] {
            let refused = Run::read(&text).unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn who_takes_over_ran_already_and_has_replicated() {
        let run = |id: &str, history: &str, before: &str, uptime| Run {
            id: id.into(),
            history: history.into(),
            before: before.into(),
            uptime: Duration::from_secs(uptime),
        };
        let known = run("a", "h1", "h0", 500);
        let silence = Duration::from_secs(10);
        for (now, since) in [
            (run("a", "h1", "h0", 510), Since::Same),
            (run("a", "h2", "h1", 510), Since::Promoted),
            (run("b", "h2", "h1", 900), Since::Promoted),
            (run("b", "h2", "h1", 12), Since::Promoted),
            (run("b", "h2", "h1", 11), Since::Another),
            (run("b", "h2", "h1", 3), Since::Another),
            (run("b", "h2", "h5", 900), Since::Another),
        ] {
            assert_eq!(known.since(&now, silence), since, "{now:?}");
        }
    }
}
