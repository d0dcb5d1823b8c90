//! What has to happen in one step on the server.
//!
//! They are sent as they are, with `EVAL`, rather than by their digest: a server that has forgotten one (`SCRIPT FLUSH`, a restart)
//! would refuse some of a bump's steps and take later ones, so that a row could change before its model. They are short; the server
//! compiles each once.
//!
//! Their first line makes the server check before it begins whether it may write at all, so that nothing is announced that is then
//! refused. An invalidation takes no memory, and goes through when there is none.

/// Announces, then replaces. `KEYS`: the epoch's. `ARGV`: channel, tag, new epoch.
pub(crate) const BUMP: &str = "#!lua flags=allow-oom
redis.call('PUBLISH',ARGV[1],ARGV[2])
redis.call('SET',KEYS[1],ARGV[3],'XX','KEEPTTL')";

/// Says which generation this run of the server has, and gives it the proposed one if none was said of this run.
/// `KEYS`: the generation's. `ARGV`: what its value begins with in this run, the proposed one.
pub(crate) const CLAIM: &str = "#!lua flags=allow-oom
local there=redis.pcall('GET',KEYS[1])
if type(there)=='string' and #there==#ARGV[1]+#ARGV[2] and there:sub(1,#ARGV[1])==ARGV[1] then
 return there:sub(#ARGV[1]+1)
end
redis.call('SET',KEYS[1],ARGV[1]..ARGV[2])
return ARGV[2]";

/// Writes the generation once more if it is still this one, and says whether it is. `KEYS`: the generation's. `ARGV`: its value.
pub(crate) const TOUCH: &str = "#!lua flags=allow-oom
if redis.pcall('GET',KEYS[1])~=ARGV[1] then return 0 end
redis.call('SET',KEYS[1],ARGV[1])
return 1";

/// Keeps a lease. `KEYS`: the lease's. `ARGV`: the owner, how long from now.
pub(crate) const KEEP: &str = "#!lua
local there=redis.call('GET',KEYS[1])
if there and there:sub(1,16)==ARGV[1] then return redis.call('PEXPIRE',KEYS[1],ARGV[2]) end
return 0";

/// Gives a lease back. `KEYS`: the lease's. `ARGV`: the owner.
pub(crate) const RELEASE: &str = "#!lua flags=allow-oom
local there=redis.call('GET',KEYS[1])
if there and there:sub(1,16)==ARGV[1] then redis.call('DEL',KEYS[1]) end
return 0";
