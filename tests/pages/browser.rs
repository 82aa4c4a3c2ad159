//! A browser, driven as W3C's `WebDriver` has it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

/// A browser of its own; it ends with this.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _home: tempfile::TempDir,
}

impl Browser {
    /// Starts one; `None`, and a word about it, where the machine has none.
    pub fn start() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromedriver");
        command
            .arg("--port=0")
            .env("HOME", home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let Ok(mut driver) = command.spawn() else {
            eprintln!("skipped: no chromedriver on this machine");
            return None;
        };
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|it| {
            it.strip_suffix('.')?.rsplit_once("started successfully on port ")?.1.parse().ok()
        });
        let mut browser = Self { driver, port: port?, session: String::new(), _home: home };
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": { "args": args },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let answer = browser.call("POST", "/session", &wanted);
        let Some(session) = answer["sessionId"].as_str() else {
            eprintln!("skipped: chromium does not start: {}", answer["message"]);
            return None;
        };
        browser.session = format!("/session/{session}");
        Some(browser)
    }

    /// Takes a phone or a desk, in the light or in the dark.
    pub fn be(&self, width: u32, height: u32, is_dark: bool) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        let value = if is_dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    pub fn go(&self, url: &str) {
        let answer = self.ask("POST", "/url", &json!({ "url": url }));
        assert!(answer.is_null(), "{answer}");
    }

    pub fn url(&self) -> String {
        self.ask("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    /// What a script answers.
    pub fn run(&self, script: &str) -> Value {
        self.ask("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What a script hands to its last argument.
    pub fn wait_for(&self, script: &str) -> Value {
        self.ask("POST", "/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Presses a key: `\u{E004}` is Tab, `\u{E007}` Enter.
    pub fn press(&self, key: char) {
        let acts = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let keys = json!({ "actions": [{ "type": "key", "id": "keys", "actions": acts }] });
        self.ask("POST", "/actions", &keys);
    }

    /// What the browser complained about since it was asked last.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.ask("POST", "/se/log", &json!({ "type": "browser" }));
        log.as_array().unwrap().iter().map(|it| it["message"].to_string()).collect()
    }

    /// A picture of the whole page.
    pub fn picture(&self, path: &Path) {
        let wanted = json!({ "captureBeyondViewport": true });
        let shot = self.devtools("Page.captureScreenshot", &wanted);
        let bytes = base64::prelude::BASE64_STANDARD.decode(shot["data"].as_str().unwrap());
        fs::write(path, bytes.unwrap()).unwrap();
    }

    fn devtools(&self, cmd: &str, params: &Value) -> Value {
        self.ask("POST", "/goog/cdp/execute", &json!({ "cmd": cmd, "params": params }))
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.call(method, &format!("{}{path}", self.session), body);
        assert!(answer["error"].is_null(), "{path}: {answer}");
        answer
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line).unwrap() > 2 {
            if let Some(it) = line.to_lowercase().strip_prefix("content-length:") {
                length = it.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut bytes = vec![0; length];
        reader.read_exact(&mut bytes).unwrap();
        let mut answer: Value = serde_json::from_slice(&bytes).unwrap();
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            self.call("DELETE", &self.session, &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
