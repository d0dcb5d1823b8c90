//! Searching for entries, for operators: by `SCAN`, step by step, so that a server is never kept from others.

use std::sync::Arc;

use cache_core::shared::{Cursor, Matches, NodeId, Pattern, TierError};
use redis::{Cmd, Pipeline, Value};

use crate::cluster::Cluster;
use crate::line::Line;
use crate::reply::{self, bytes, is_elsewhere, on_its_way};
use crate::server::Server;
use crate::wire::Names;

/// How many keys a server looks at in one step: a fraction of a millisecond.
const STEP: usize = 1_000;

impl Server {
    /// A step on this server alone.
    pub(crate) async fn find(
        self: &Arc<Self>,
        pattern: &Pattern,
        position: u64,
        removes: bool,
    ) -> Result<Matches, TierError> {
        let line = self.line().await?;
        let found = find(&line, &self.settings.names, pattern, position, removes).await;
        let (keys, position) = self.seen(&line, found)?;
        let next = (position != 0).then_some(Cursor { node: self.node, position });
        Ok(Matches { keys, next })
    }
}

impl Cluster {
    /// A step on one primary; after its last one comes the next primary.
    pub(crate) async fn find(
        self: &Arc<Self>,
        pattern: &Pattern,
        from: Option<Cursor>,
        removes: bool,
    ) -> Result<Matches, TierError> {
        let map = self.known().await?;
        let Cursor { node, position } = from.unwrap_or(Cursor { node: NodeId(0), position: 0 });
        let following = |node| {
            map.servers().iter().filter(move |server| server.node >= node).min_by_key(|server| server.node)
        };
        // One that is there no more has none of the entries, either.
        let Some(server) = following(node) else { return Ok(Matches::default()) };
        let position = if server.node == node { position } else { 0 };
        let mut found = server.find(pattern, position, removes).await?;
        if found.next.is_none() {
            let next = following(NodeId(server.node.0 + 1));
            found.next = next.map(|server| Cursor { node: server.node, position: 0 });
        }
        Ok(found)
    }
}

/// The keys that were found, and where it goes on: at 0 it is over.
async fn find(
    line: &Line,
    names: &Names,
    pattern: &Pattern,
    position: u64,
    removes: bool,
) -> Result<(Vec<String>, u64), TierError> {
    let mut command = Cmd::new();
    command.arg("SCAN").arg(position).arg("MATCH").arg(glob(names, pattern)).arg("COUNT").arg(STEP);
    // Nothing else is an entry.
    command.arg("TYPE").arg("string");
    let mut answer = reply::list(line.ask(&command).await?, 2)?.into_iter();
    let position = answer.next().and_then(bytes).and_then(|text| String::from_utf8(text).ok()?.parse().ok());
    let (Some(position), Some(Value::Array(keys))) = (position, answer.next()) else {
        return Err(reply::unexpected(&Value::Nil));
    };
    let prefix = names.entry("").len();
    // Epochs, leases and the generation are no text.
    let text = |key| String::from_utf8(bytes(key)?.split_off(prefix)).ok();
    let keys: Vec<String> = keys.into_iter().filter_map(text).collect();
    if removes && !keys.is_empty() {
        remove(line, names, &keys).await?;
    }
    Ok((keys, position))
}

/// One command for each: of a Cluster no two need lie in one slot.
async fn remove(line: &Line, names: &Names, keys: &[String]) -> Result<(), TierError> {
    let mut commands = Pipeline::with_capacity(keys.len());
    for key in keys {
        commands.cmd("UNLINK").arg(names.entry(key));
    }
    for answer in line.ask_all(&mut commands).await? {
        match reply::good(answer) {
            // It has moved on since it was found: it may be found there.
            Err(error) if is_elsewhere(&error) || on_its_way(&error).is_some() => {}
            answer => drop(answer?),
        }
    }
    Ok(())
}

/// The pattern, as `SCAN` has it: all but the stars stands for itself.
fn glob(names: &Names, pattern: &Pattern) -> Vec<u8> {
    let literal = |text: &[u8]| -> Vec<u8> {
        let escaped = |byte: &u8| b"*?[]\\^".contains(byte).then_some(b'\\').into_iter().chain([*byte]);
        text.iter().flat_map(escaped).collect()
    };
    let parts: Vec<_> = pattern.parts().map(|part| literal(part.as_bytes())).collect();
    [literal(&names.entry("")), parts.join(&b'*')].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_stars_stands_for_itself() {
        let names = Names::new("a*b:", 0);
        let glob = |text: &str| String::from_utf8(glob(&names, &Pattern::new(text))).unwrap();
        assert_eq!(glob("erp:*:report:*"), r"a\*b:erp:*:report:*");
        assert_eq!(glob(r"*[?]\^"), r"a\*b:*\[\?\]\\\^");
    }
}
