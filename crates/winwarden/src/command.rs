//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Lets an AI agent see and operate a Windows machine through the Model Context Protocol, and does nothing that was
/// not planned, judged and recorded
#[derive(Debug, Parser)]
#[command(name = "winwarden", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What winwarden can be asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve MCP over stdin and stdout until the input ends
    Serve(Serve),
    /// The process that touches windows; `serve` starts it
    #[command(hide = true)]
    Worker(Worker),
    /// Show what a client is told of the tools, and how many bytes each costs
    Tools(Tools),
    /// List the codes of failed calls with their meaning
    Codes,
    /// Judge a target by itself; nothing is opened, fetched or run
    #[command(subcommand)]
    Check(Check),
    /// Read what was recorded
    #[command(subcommand)]
    Audit(Audit),
}

/// `winwarden serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Which tools to offer.
    #[command(flatten)]
    pub choice: Choice,
    /// Serve a simulated machine, described in this file, instead of Windows (not in the Windows executable)
    #[arg(long, value_name = "WORLD.json")]
    pub sim: Option<PathBuf>,
    /// With --sim: write the simulated machine to this file after each change, and start from it where it exists
    #[arg(long, value_name = "FILE", requires = "sim")]
    pub sim_state: Option<PathBuf>,
    /// How much to say on stderr
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LogLevel::Warn)]
    pub log_level: LogLevel,
}

/// Which tools to offer.
#[derive(Debug, Args)]
pub struct Choice {
    /// Toolsets to offer, comma-separated: core, desktop, all
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values_t = tools::DEFAULT_TOOLSETS.iter().map(ToString::to_string))]
    pub toolsets: Vec<String>,
    /// Exactly these tools, comma-separated, of whatever toolset
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub tools: Option<Vec<String>>,
    /// Not these tools, comma-separated
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub exclude_tools: Vec<String>,
    /// Remove every way to get a picture of the screen
    #[arg(long)]
    pub no_pictures: bool,
}

impl Choice {
    /// The tools it names.
    ///
    /// # Errors
    /// A name that does not exist, with the nearest that does.
    pub fn tools(&self) -> Result<Vec<std::sync::Arc<dyn model::tool::Tool>>, tools::UnknownName> {
        tools::select(&self.toolsets, self.tools.as_deref(), &self.exclude_tools, self.no_pictures)
    }
}

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What went wrong with winwarden itself.
    Error,
    /// Also what was refused of the input.
    Warn,
    /// Also how the session goes.
    Info,
    /// Also what was ignored.
    Debug,
    /// Everything.
    Trace,
}

/// `winwarden worker`: the two ends of the gate's pipes.
#[derive(Debug, Clone, Copy, Args)]
pub struct Worker {
    /// Handle to read requests from
    #[arg(long, value_name = "HANDLE")]
    pub read: u64,
    /// Handle to write replies to
    #[arg(long, value_name = "HANDLE")]
    pub write: u64,
}

/// `winwarden tools`.
#[derive(Debug, Args)]
pub struct Tools {
    /// Which tools to show.
    #[command(flatten)]
    pub choice: Choice,
    /// As the JSON that `tools/list` gives
    #[arg(long)]
    pub json: bool,
}

/// `winwarden check`.
#[derive(Debug, Subcommand)]
pub enum Check {
    /// Web addresses: public ones on web ports, every redirect and every address of a name
    Url {
        /// Read questions as JSON lines from stdin, and answer each with a line
        #[arg(long, required = true)]
        batch: bool,
    },
}

/// `winwarden audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Print every record, one a line, oldest session first
    Export {
        /// The form of a record
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
        /// Only this session's; `last` is the newest
        #[arg(long, value_name = "ID")]
        session: Option<String>,
    },
}

/// Forms of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A JSON object a line.
    Jsonl,
}
