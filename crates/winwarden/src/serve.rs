//! `winwarden serve`: a session from its start to its end.

use std::{error::Error, io, process::ExitCode, sync::Arc, time::Duration};

use gate::{Gate, GateConfig};
use rmcp::ServiceExt;
use tokio_util::sync::CancellationToken;

use crate::{
    command::{LogLevel, Serve},
    config, control, home, log,
    mcp::{self, Server, Stdio},
    platform::{self, Machine},
};

/// How long calls may go on after the input has ended, before they are cancelled.
const GRACE: Duration = Duration::from_millis(500);
/// How long they then have to end.
const LAST_CALL: Duration = Duration::from_millis(350);

/// Serves until the input ends, or until the process is asked to stop.
pub fn run(options: &Serve) -> Result<ExitCode, Box<dyn Error>> {
    let loaded = config::load_for(&options.choice, options.dialect.dialect)?;
    let settings = &loaded.settings;
    log::start(options.log_level.unwrap_or_else(|| LogLevel::named(&settings.log_level)));
    // As early as may be, for their threads take as long to start as all that follows.
    let ended = CancellationToken::new();
    let input = io::BufReader::with_capacity(1 << 16, mcp::input());
    let stdio = Stdio::start(input, mcp::output(), ended.clone())?;
    loaded.bounded().for_each(|bounded| tracing::warn!("{bounded}"));
    let home = home::folder()?;
    let (tools, policy) = (loaded.tools()?, loaded.policy()?);
    // One thread: of several, each that is woken wakes another to see whether there is more to do.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let machine = runtime.block_on(async { Machine::open(options) })?;
    // Only now: what no server could start with was never in force.
    let changed = config::keep(&home, &loaded)?;
    if changed {
        tracing::warn!(
            digest = loaded.digest,
            "the configuration is another one than that of the last session"
        );
    }
    let approvers = machine.approvers(&loaded.settings);
    let config = GateConfig {
        home: home.clone(),
        principal: platform::principal(),
        settings: loaded.settings,
        policy,
        approvers,
        clock: Arc::new(platform::MachineClock::new()),
        configuration: loaded.digest,
        configuration_changed: changed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let gate = Arc::new(Gate::open(config, machine.host())?);
    tracing::info!(tools = tools.len(), "serving");
    let stop = CancellationToken::new();
    let server = Server::new(Arc::clone(&gate), tools, options.dialect.dialect, stop.clone())?;
    let interrupted = CancellationToken::new();
    let asked_to_end = async {
        tokio::select! {
            () = ended.cancelled() => tokio::time::sleep(GRACE).await,
            () = interrupted.cancelled() => {}
        }
    };
    let begun = || {
        machine.attach(&gate);
        say_notices(Arc::clone(&gate));
        control::start(&home, Arc::downgrade(&gate), interrupted.clone())
            .inspect_err(|error| tracing::warn!(%error, "no terminal reaches this server"))
    };
    runtime.block_on(session(server, stdio, begun, asked_to_end, stop));
    runtime.shutdown_background();
    gate.close();
    let closed = machine.close();
    log::finish();
    closed?;
    Ok(ExitCode::SUCCESS)
}

/// Says on stderr what is to be known of the machine. Asking the system loads what a thread that starts meanwhile waits
/// for, so it comes after the first reply.
fn say_notices(gate: Arc<Gate>) {
    std::thread::spawn(move || gate.notices().iter().for_each(|notice| tracing::warn!("{notice}")));
}

/// Ends with the session, or soon after it is asked to, whatever still runs. What `begun` gives, after the first reply, is
/// kept until then.
async fn session<T>(
    server: Server,
    stdio: Stdio,
    begun: impl FnOnce() -> T,
    asked_to_end: impl Future<Output = ()>,
    stop: CancellationToken,
) {
    let serving = async {
        match server.serve(stdio).await {
            Ok(running) => {
                let _beside = begun();
                drop(running.waiting().await);
            }
            Err(error) => tracing::debug!(%error, "the session did not begin"),
        }
    };
    let ending = async {
        asked_to_end.await;
        stop.cancel();
        tokio::time::sleep(LAST_CALL).await;
    };
    tokio::select! {
        () = serving => {}
        () = ending => tracing::info!("calls that still ran were cut off"),
    }
}
