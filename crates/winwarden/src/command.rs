//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tools::dialects::Dialect;

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
    /// Tell what would become of calls; each is planned, resolved and judged, and none is run
    Explain(Explain),
    /// Stop sessions that run: all but `status` is refused until a person resumes them
    Stop(Stop),
    /// Let a stopped session go on
    Resume(Resume),
    /// Answer what a person is asked, at a terminal
    #[command(subcommand)]
    Approvals(Approvals),
    /// Show, check and put back the settings
    #[command(subcommand)]
    Config(Config),
    /// Read the settings of another server and write what they come to
    Import(Import),
    /// Test, check and explain policies
    #[command(subcommand)]
    Policy(crate::policy::Command),
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
    /// Settings of the command line.
    #[command(flatten)]
    pub choice: Choice,
    /// The tools of another server in their place.
    #[command(flatten)]
    pub dialect: Spoken,
    /// The machine to serve.
    #[command(flatten)]
    pub machine: Simulated,
    /// With --sim: write the simulated machine to this file after each change, and start from it where it exists
    #[arg(long, value_name = "FILE", requires = "sim")]
    pub sim_state: Option<PathBuf>,
    /// With --sim: write the codes that a badge would show to this file; else a terminal can allow and resume nothing
    #[arg(long, value_name = "FILE", requires = "sim")]
    pub sim_codes: Option<PathBuf>,
    /// Start although winwarden would be elevated: then so is whatever it does
    #[arg(long)]
    pub allow_elevated: bool,
    /// How much to say on stderr
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub log_level: Option<LogLevel>,
}

/// The tools of another server.
#[derive(Debug, Args)]
pub struct Spoken {
    /// Offer the tools of another server instead: winreg (WinReg-Mcp)
    #[arg(long, value_name = "NAME", value_parser = Dialect::named, conflicts_with_all = ["toolsets", "tools"])]
    pub dialect: Option<Dialect>,
}

/// A machine that is not this one.
#[derive(Debug, Args)]
pub struct Simulated {
    /// Use a simulated machine, described in this file, instead of Windows (not in the Windows executable)
    #[arg(long, value_name = "WORLD.json")]
    pub sim: Option<PathBuf>,
}

/// `winwarden explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Settings of the command line.
    #[command(flatten)]
    pub choice: Choice,
    /// The tools of another server in their place.
    #[command(flatten)]
    pub dialect: Spoken,
    /// The machine to look at.
    #[command(flatten)]
    pub machine: Simulated,
    /// Read calls as JSON lines from stdin, and answer each with a line
    #[arg(long, required = true)]
    pub batch: bool,
}

/// Settings that the command line gives; each counts for more than the environment and the files.
#[derive(Debug, Default, Args)]
pub struct Choice {
    /// Read settings from this file instead of the person's own
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How far an agent may go: observe, unattended, assistant (the default), workspace, lab
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// Toolsets to offer, comma-separated: core, desktop, registry, all
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub toolsets: Option<Vec<String>>,
    /// Exactly these tools, comma-separated, of whatever toolset
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub tools: Option<Vec<String>>,
    /// Not these tools, comma-separated
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub exclude_tools: Option<Vec<String>>,
    /// Remove every way to get a picture of the screen
    #[arg(long)]
    pub no_pictures: bool,
    /// Plan, judge and record every call, and carry none out
    #[arg(long)]
    pub dry_run: bool,
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

impl LogLevel {
    /// The level a setting names; the reader of settings knows no other names.
    pub fn named(name: &str) -> Self {
        Self::from_str(name, true).unwrap_or(Self::Warn)
    }
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

/// `winwarden stop`.
#[derive(Debug, Args)]
pub struct Stop {
    /// Only this session
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
}

/// `winwarden resume`.
#[derive(Debug, Args)]
pub struct Resume {
    /// This session, where several are stopped
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// The code that the badge shows; asked for where it is not given
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
    /// As if it had read nothing that others wrote
    #[arg(long)]
    pub clear_taint: bool,
}

/// `winwarden approvals`.
#[derive(Debug, Subcommand)]
pub enum Approvals {
    /// List the questions that are open
    List,
    /// Print a question in full
    Show {
        /// Its id, as `list` tells it
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Say yes, with the code that is shown beside the question
    Allow {
        /// Its id, as `list` tells it
        #[arg(value_name = "ID")]
        id: String,
        /// The code; asked for where it is not given
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
        /// Also for the same act on the same target in the next 30 minutes
        #[arg(long)]
        for_target: bool,
    },
    /// Say no
    Deny {
        /// Its id, as `list` tells it
        #[arg(value_name = "ID")]
        id: String,
        /// Also stop the session
        #[arg(long)]
        stop: bool,
    },
}

/// `winwarden config`.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Write a file to start from, in which every setting stands as a comment
    Init,
    /// Read every source of settings and tell all that is wrong with them
    Check(Choice),
    /// Print the settings in force, and where each came from
    Show {
        /// Settings of the command line.
        #[command(flatten)]
        choice: Choice,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of the file, for editors
    Schema,
    /// List every configuration that was ever loaded, the newest last
    History,
    /// Put one of them back in place of the person's
    Restore {
        /// Its name, as `history` lists it
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// `winwarden import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The `security` block of mcp-windows-automation, Windows-MCP's config.toml, or WinReg-Mcp's allowed_paths.json
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Go on without what cannot be honoured
    #[arg(long)]
    pub accept_losses: bool,
    /// Write to this file, which must not exist, instead of stdout
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
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
    /// Keys of the registry: under all their names, by the settings in force or by those of a question
    Registry(CheckRegistry),
}

/// `winwarden check registry`.
#[derive(Debug, Args)]
pub struct CheckRegistry {
    /// The key, in any spelling
    #[arg(value_name = "KEY", required_unless_present = "batch", conflicts_with = "batch")]
    pub path: Option<String>,
    /// What to do with it: read_value, write_value, delete_value, enumerate_keys, enumerate_values, get_key_info, delete_key
    #[arg(long, value_name = "OP", default_value = "read_value")]
    pub op: String,
    /// The value that is meant, "" for the default one
    #[arg(long, value_name = "NAME")]
    pub value: Option<String>,
    /// Levels to list
    #[arg(long, value_name = "LEVELS")]
    pub depth: Option<u32>,
    /// The view of 64-bit or of 32-bit programs
    #[arg(long, value_name = "BITS")]
    pub view: Option<u64>,
    /// The user whose HKEY_CURRENT_USER is meant
    #[arg(long, value_name = "SID")]
    pub sid: Option<String>,
    /// Number of the current control set
    #[arg(long, value_name = "NUMBER")]
    pub control_set: Option<u16>,
    /// Read settings from this file instead of the person's own
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read questions as JSON lines from stdin, and answer each with a line
    #[arg(long)]
    pub batch: bool,
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
