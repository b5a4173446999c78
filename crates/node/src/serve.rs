//! `detente serve`: from a folder to a running node, and down again.

use crate::clock::{Clock, Hands};
use crate::config::Config;
use crate::core::{Core, Recovered, Seat, recover};
use crate::dir::{NodeDir, read_text, write_private};
use crate::failed::Failed;
use crate::keeper::Keeper;
use crate::keys::Keys;
use crate::limits::LISTEN_BACKLOG;
use crate::line_io::{Lines, listen};
use crate::open::{Open, OpenOptions};
use crate::{hooks, http, reconstruction, time_source};
use engine::Engine;
use engine::event::LineConfig;
use ledger::journal::Options;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// Runs the node in `dir` until it is told to stop or its journal fails.
///
/// # Errors
/// Whatever keeps it from starting, and a journal that failed.
pub fn serve(
    dir: &NodeDir,
    more_hooks: &[String],
    scenario_us: Option<i64>,
    with_open: impl FnOnce(OpenOptions) -> OpenOptions,
) -> Result<(), Failed> {
    let mut config = Config::load(dir)?;
    config.open = with_open(config.open);
    dir.create()?;
    let mut recovered = recover(dir, &config, Options::default())?;
    recovered.engine.set_open_options(config.open.pool());
    check(dir, &config, &recovered.engine)?;
    reconstruction::check(dir, scenario_us.is_some(), recovered.engine.next_seq() == 1)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|why| Failed::internal(format_args!("no threads to run on: {why}")))?;
    let (clock, hands) = match scenario_us {
        Some(start_us) => Clock::scenario(start_us).map(|(clock, hands)| (clock, Some(hands)))?,
        None => (Clock::start()?, None),
    };
    runtime.block_on(run(dir, config, recovered, more_hooks, (clock, hands)))
}

/// A node without its HTTP surface: lines, hooks, core.
pub(crate) struct Running {
    /// What the surface works with.
    pub(crate) keeper: Keeper,
    /// How the core thread ended, once it did.
    pub(crate) ended: oneshot::Receiver<Result<(), Failed>>,
}

async fn run(
    dir: &NodeDir,
    config: Config,
    recovered: Recovered,
    more_hooks: &[String],
    (clock, hands): (Clock, Option<Hands>),
) -> Result<(), Failed> {
    let http_listener = bind(config.http.listen, &dir.http_address(), "http").await?;
    let targets = [config.hooks.on_alarm.as_slice(), more_hooks].concat();
    if let Some(fault) = targets.iter().find_map(|target| hooks::fault(target)) {
        return Err(Failed::usage(fault));
    }
    let Running { keeper, ended } = start(dir, config, recovered, clock, &http_listener).await?;
    hooks::start(&keeper.core, dir, &targets);
    if hands.is_none() {
        time_source::watch(keeper.core.clone(), keeper.config.clock.vouched_by.clone());
    }
    announce(&keeper)?;
    serve_open(&keeper).await?;
    tokio::spawn(http::serve(http_listener, keeper.clone()));
    if let Some(hands) = hands {
        replay(&keeper, hands)?;
    }
    until_stopped(&keeper, ended).await
}

/// Serves open traffic, where it is asked for.
async fn serve_open(keeper: &Keeper) -> Result<(), Failed> {
    let options = &keeper.config.open;
    let Some(wanted) = options.listen else {
        return Ok(());
    };
    let file = keeper.dir.open_address();
    let open = Open::new(keeper.core.clone(), options.clone())?;
    let listener = bind(wanted, &file, "open").await?;
    let address = local(&listener)?;
    write_private(&file, address.to_string().as_bytes())?;
    println!("détente: the open service (ASTM F3548-21, F3411) is at http://{address}");
    tokio::spawn(open.serve(listener));
    Ok(())
}

/// Starts core, listener and dialers.
pub(crate) async fn start(
    dir: &NodeDir,
    config: Config,
    recovered: Recovered,
    clock: Clock,
    http_listener: &TcpListener,
) -> Result<Running, Failed> {
    let listener = bind(config.lines.listen, &dir.line_address(), "lines").await?;
    let keeper = keeper(dir, config, &recovered, &listener, http_listener)?;
    let dialled: Vec<LineConfig> = recovered.engine.line_configs().cloned().collect();
    let ended = start_core(&keeper, recovered, clock)?;
    keeper.renew_local_tokens().await?;
    write_private(&dir.line_address(), keeper.line_address.to_string().as_bytes())?;
    listen(keeper.lines.clone(), &keeper.identity, listener)?;
    for line in &dialled {
        keeper.dial(line)?;
    }
    Ok(Running { keeper, ended })
}

/// What a journal and a folder must have in common.
pub(crate) fn check(dir: &NodeDir, config: &Config, engine: &Engine) -> Result<(), Failed> {
    let own = engine.mind().own();
    if own.0 != config.party {
        return Err(Failed::refused(format_args!(
            "config.toml names the party {:?}, the journal is that of {:?}. Peers know the node by the latter: put \
             the name back, or set up another node.",
            config.party, own.0
        )));
    }
    let held = Keys::of(dir).lines()?;
    let missing = engine.line_configs().find(|line| !held.contains(&line.line));
    missing.map_or(Ok(()), |line| {
        Err(Failed::refused(format_args!(
            "keys/lines/{}.secret is missing: without it this node cannot speak on line {}. Put the file back from \
             a backup.",
            line.line, line.line
        )))
    })
}

fn keeper(
    dir: &NodeDir,
    config: Config,
    recovered: &Recovered,
    listener: &TcpListener,
    http_listener: &TcpListener,
) -> Result<Keeper, Failed> {
    let core = Core::new(Arc::clone(&recovered.feed));
    Ok(Keeper {
        lines: Lines::new(core.clone()),
        core,
        dir: dir.clone(),
        config: Arc::new(config),
        identity: Arc::new(Keys::of(dir).identity()?),
        line_address: local(listener)?,
        http_address: local(http_listener)?,
    })
}

/// Starts the core thread; the receiver tells how it ended.
fn start_core(
    keeper: &Keeper,
    recovered: Recovered,
    clock: Clock,
) -> Result<oneshot::Receiver<Result<(), Failed>>, Failed> {
    let wire = Box::new(keeper.lines.clone());
    let seat = Seat::new(&keeper.core, recovered, keeper.config.desk_names(), clock, wire);
    let (ended, end) = oneshot::channel();
    let thread = thread::Builder::new().name("core".to_owned()).spawn(move || {
        let _nobody_waits_when_the_runtime_is_gone = ended.send(seat.run());
    });
    thread
        .map(|_| end)
        .map_err(|why| Failed::internal(format_args!("no thread for the core: {why}")))
}

/// Tells the command line and the officer where the node is; last, because it says that all
/// is ready.
fn announce(keeper: &Keeper) -> Result<(), Failed> {
    let Keeper {
        dir,
        config,
        line_address,
        http_address,
        ..
    } = keeper;
    write_private(&dir.pid(), std::process::id().to_string().as_bytes())?;
    write_private(&dir.http_address(), http_address.to_string().as_bytes())?;
    println!(
        "détente: {} is up. HTTP at http://{http_address}, lines at {line_address}",
        config.party
    );
    if config.desks.len() == 1 {
        println!(
            "NO SECOND DESK: nobody is next when {} does not answer",
            config.desks[0].name
        );
    }
    Ok(())
}

/// Says what this node is, and lets the scenario move its clock.
fn replay(keeper: &Keeper, hands: Hands) -> Result<(), Failed> {
    println!(
        "RECONSTRUCTION: the clock follows a scenario and everything stated here is a DRILL. Nothing here is real."
    );
    let (core, runtime) = (keeper.core.clone(), tokio::runtime::Handle::current());
    let thread = thread::Builder::new().name("scenario".to_owned());
    let thread = thread.spawn(move || reconstruction::obey(core, hands, runtime));
    thread
        .map(drop)
        .map_err(|why| Failed::internal(format_args!("no thread for the scenario: {why}")))
}

async fn until_stopped(
    keeper: &Keeper,
    mut ended: oneshot::Receiver<Result<(), Failed>>,
) -> Result<(), Failed> {
    let listening = |kind| signal(kind).map_err(|why| Failed::internal(format_args!("no signals: {why}")));
    let (mut terminate, mut interrupt) = (
        listening(SignalKind::terminate())?,
        listening(SignalKind::interrupt())?,
    );
    let early = tokio::select! {
        end = &mut ended => Some(end),
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
    };
    let end = match early {
        Some(end) => end,
        None => {
            keeper.lines.shut().await;
            keeper.core.stop();
            ended.await
        }
    };
    let _may_be_gone = fs::remove_file(keeper.dir.pid());
    end.unwrap_or_else(|_| {
        Err(Failed::internal(
            "NODE STOPPED: the core thread broke off. Nothing that was acknowledged is lost. Start the node again, \
             and report the text above.",
        ))
    })
}

/// Binds `wanted`; where any port will do, the one of the last run, so that addresses given
/// to others stay true.
async fn bind(wanted: SocketAddr, last: &Path, what: &str) -> Result<TcpListener, Failed> {
    let last = read_text(last)?.and_then(|text| text.trim().parse::<SocketAddr>().ok());
    if let Some(last) = last.filter(|last| wanted.port() == 0 && last.ip() == wanted.ip()) {
        match listen_at(last) {
            Ok(listener) => return Ok(listener),
            Err(why) => eprintln!(
                "detente: {last}, the {what} address of the last run, is taken ({why}); using another. Peers and \
                 programs that know the old one must be told."
            ),
        }
    }
    listen_at(wanted).map_err(|why| {
        Failed::refused(format_args!(
            "cannot listen on {wanted} ({what}): {why}. Stop what listens there, or change {what}.listen in config.toml."
        ))
    })
}

fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(LISTEN_BACKLOG)
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Failed> {
    listener
        .local_addr()
        .map_err(|why| Failed::internal(format_args!("a listener without address: {why}")))
}

#[cfg(test)]
mod tests;
