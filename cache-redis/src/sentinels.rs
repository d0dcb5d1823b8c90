//! Sentinels, who know where the primary is.

use cache_core::shared::TierError;
use redis::{AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, Value};

use crate::builder::{Error, parse};
use crate::reply::{self, explain};

/// Who is asked where the primary is, and what it is called there.
#[derive(Clone, Debug)]
pub(crate) struct Sentinels {
    name: String,
    sentinels: Vec<ConnectionInfo>,
}

impl Sentinels {
    pub(crate) fn new(
        name: String,
        urls: &[String],
        trusting: impl Fn(ConnectionInfo) -> Result<ConnectionInfo, Error>,
    ) -> Result<Sentinels, Error> {
        if urls.is_empty() {
            return Err(Error::new(format!(
                "no Sentinel is given that could know `{name}`: give the URL of each"
            )));
        }
        let sentinels =
            urls.iter().map(|url| trusting(parse("a Sentinel", url)?)).collect::<Result<_, _>>()?;
        Ok(Sentinels { name, sentinels })
    }

    /// Who asks each of them.
    #[cfg(test)]
    pub(crate) fn users(&self) -> Vec<(Option<String>, Option<String>)> {
        let user = |sentinel: &ConnectionInfo| {
            let redis = sentinel.redis_settings();
            (redis.username().map(str::to_owned), redis.password().map(str::to_owned))
        };
        self.sentinels.iter().map(user).collect()
    }

    /// Where the primary is, as the first of them says that answers in its share of the time.
    pub(crate) async fn ask(
        &self,
        like: &ConnectionAddr,
        within: std::time::Duration,
    ) -> Result<ConnectionAddr, TierError> {
        let share = within / u32::try_from(self.sentinels.len() + 1).unwrap_or(u32::MAX);
        let mut failed = String::new();
        for sentinel in &self.sentinels {
            match tokio::time::timeout(share, self.ask_one(sentinel, like)).await {
                Ok(Ok(address)) => return Ok(address),
                Ok(Err(error)) => failed = error.to_string(),
                Err(_) => failed = format!("{} didn't answer for {share:?}", sentinel.addr()),
            }
        }
        Err(TierError::Unavailable(format!("no Sentinel knows the primary of `{}`: {failed}", self.name)))
    }

    async fn ask_one(
        &self,
        sentinel: &ConnectionInfo,
        like: &ConnectionAddr,
    ) -> Result<ConnectionAddr, TierError> {
        let client = Client::open(sentinel.clone()).map_err(explain)?;
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let mut connection =
            client.get_multiplexed_async_connection_with_config(&config).await.map_err(explain)?;
        let mut question = Cmd::new();
        question.arg("SENTINEL").arg("GET-MASTER-ADDR-BY-NAME").arg(&self.name);
        let answer = reply::good(connection.send_packed_command(&question).await.map_err(explain)?)?;
        if answer == Value::Nil {
            return Err(TierError::Unavailable(format!("{} knows no `{}`", sentinel.addr(), self.name)));
        }
        let mut parts = reply::list(answer, 2)?.into_iter().filter_map(reply::bytes).map(String::from_utf8);
        match (parts.next(), parts.next()) {
            (Some(Ok(host)), Some(Ok(port))) => match port.parse() {
                Ok(port) => Ok(at(like, host, port)),
                Err(_) => Err(TierError::Refused(format!("a Sentinel says that its port is `{port}`"))),
            },
            _ => Err(reply::unexpected(&Value::Nil)),
        }
    }
}

/// That host and port, connected to as the other is.
pub(crate) fn at(like: &ConnectionAddr, host: String, port: u16) -> ConnectionAddr {
    match like {
        ConnectionAddr::TcpTls { insecure, tls_params, .. } => {
            ConnectionAddr::TcpTls { host, port, insecure: *insecure, tls_params: tls_params.clone() }
        }
        _ => ConnectionAddr::Tcp(host, port),
    }
}
