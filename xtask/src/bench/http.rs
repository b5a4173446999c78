//! A client of a node's HTTP surface that keeps its connection: no more of HTTP/1.1 than the surface speaks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// One connection.
pub(super) struct Client {
    from: BufReader<TcpStream>,
    /// Header lines of every request.
    head: String,
}

impl Client {
    /// Connects to `address`, in the name of the holder of `token`.
    pub(super) fn connect(address: &str, token: &str) -> Client {
        let socket = TcpStream::connect(address).expect("the node listens");
        socket.set_nodelay(true).expect("a TCP socket");
        Client {
            from: BufReader::new(socket),
            head: format!(
                "Host: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            ),
        }
    }

    /// Reads a view.
    ///
    /// # Panics
    /// When the node refuses: a refused bench measures nothing.
    pub(super) fn get(&mut self, path: &str) -> Value {
        self.send("GET", path, "");
        read(&self.answer(path))
    }

    /// Reads what is no JSON.
    ///
    /// # Panics
    /// As [`Client::get`].
    pub(super) fn text(&mut self, path: &str) -> String {
        self.send("GET", path, "");
        self.answer(path)
    }

    /// Asks, and waits for the answer.
    ///
    /// # Panics
    /// As [`Client::get`].
    pub(super) fn post(&mut self, path: &str, body: &str) -> Value {
        self.send("POST", path, body);
        read(&self.answer(path))
    }

    /// Asks, and gives the status and the body, whatever they are.
    pub(super) fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        self.send(method, path, body);
        let (head, text) = self.whole();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.expect("an answer has a status"), text)
    }

    /// Subscribes to the node's events; from then on only [`Client::event`] is of use.
    pub(super) fn subscribe(&mut self) {
        self.send("GET", "/v1/events", "");
        let head = self.head();
        assert!(head.starts_with("HTTP/1.1 200"), "events: {head}");
    }

    /// The kind of the next event.
    pub(super) fn event(&mut self) -> String {
        loop {
            let line = self.line();
            if let Some(kind) = line.strip_prefix("event: ") {
                return kind.to_owned();
            }
        }
    }

    fn send(&mut self, method: &str, path: &str, body: &str) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{}Content-Length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        let socket = self.from.get_mut();
        socket.write_all(request.as_bytes()).expect("the node reads");
    }

    fn answer(&mut self, path: &str) -> String {
        let (head, text) = self.whole();
        assert!(head.starts_with("HTTP/1.1 2"), "{path}: {head}{text}");
        text
    }

    /// Head and body of an answer.
    fn whole(&mut self) -> (String, String) {
        let head = self.head();
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        });
        let mut body = vec![0; length.expect("the surface states lengths")];
        self.from.read_exact(&mut body).expect("the node answers in full");
        let text = String::from_utf8(body).expect("the surface speaks UTF-8");
        (head, text)
    }

    fn head(&mut self) -> String {
        let mut head = String::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                return head;
            }
            head += &line;
            head.push('\n');
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.from.read_line(&mut line).expect("the node answers");
        assert!(read > 0, "the node closed the connection");
        line.trim_end().to_owned()
    }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("the surface speaks JSON")
}
