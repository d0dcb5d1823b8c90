//! A test that is killed leaves nothing behind: neither servers nor folders.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use servers::{Program, Server};

const LEAVE: &str = "SERVERS_LEFT_BEHIND";

#[test]
fn a_killed_process_leaves_no_server_and_no_folder() {
    if std::env::var_os(LEAVE).is_some() {
        let server = Server::start(Program::Redis, &[]);
        println!("\nleft {} {}", server.port(), server.folder().display());
        std::thread::park();
    }
    let mut killed = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "a_killed_process_leaves_no_server_and_no_folder", "--nocapture"])
        .env(LEAVE, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program runs");
    let output = BufReader::new(killed.stdout.take().expect("it has an output"));
    let said = output.lines().map_while(Result::ok).find(|line| line.starts_with("left "));
    let said = said.expect("it says what it started");
    let mut words = said.split(' ').skip(1);
    let port: u16 = words.next().and_then(|port| port.parse().ok()).expect("a port");
    let folder = Path::new(words.next().expect("a folder"));
    assert!(folder.exists() && TcpStream::connect(("127.0.0.1", port)).is_ok());

    killed.kill().expect("it is killed");
    killed.wait().expect("it has ended");
    let end = Instant::now() + Duration::from_secs(30);
    while folder.exists() || TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(Instant::now() < end, "{said} is still there");
        std::thread::sleep(Duration::from_millis(5));
    }
}
