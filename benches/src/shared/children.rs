//! Other processes of this program, told what to do by lines, and answering by lines.

use std::error::Error;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::CHILD;

pub(super) struct Children(Vec<(Child, ChildStdin, BufReader<ChildStdout>)>);

impl Children {
    /// As many, of that kind, with the tier at a URL.
    pub(super) fn start(number: usize, kind: &str, url: &str) -> Result<Children, Box<dyn Error>> {
        let start = |_| -> Result<_, Box<dyn Error>> {
            let mut child = Command::new(std::env::current_exe()?)
                .args(["shared", CHILD, kind, url])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()?;
            let pipes = child.stdin.take().zip(child.stdout.take()).ok_or("a child has no pipes")?;
            Ok((child, pipes.0, BufReader::new(pipes.1)))
        };
        Ok(Children((0..number).map(start).collect::<Result<_, _>>()?))
    }

    /// Tells all of them.
    pub(super) fn tell(&mut self, line: &str) -> Result<(), Box<dyn Error>> {
        self.0.iter_mut().try_for_each(|(_, told, _)| Ok(writeln!(told, "{line}")?))
    }

    /// A line of each.
    pub(super) fn answers(&mut self) -> Result<Vec<String>, Box<dyn Error>> {
        let answer = |(_, _, answers): &mut (_, _, BufReader<ChildStdout>)| {
            let mut line = String::new();
            match answers.read_line(&mut line)? {
                0 => Err("a child has ended".into()),
                _ => Ok(line.trim().to_owned()),
            }
        };
        self.0.iter_mut().map(answer).collect()
    }
}

/// They end by themselves when nobody tells them anything any more; these are the ones that hang.
impl Drop for Children {
    fn drop(&mut self) {
        for (child, _, _) in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// In a child: what it is told next. None when there is nobody any more.
pub(super) fn told() -> Option<String> {
    let mut line = String::new();
    let length = stdin().read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim().to_owned())
}

/// In a child: its answer.
pub(super) fn answer(line: impl std::fmt::Display) {
    println!("{line}");
    let _ = stdout().flush();
}
