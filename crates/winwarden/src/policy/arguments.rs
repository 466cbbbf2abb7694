//! The command line of `winwarden policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::command::Choice;

/// `winwarden policy`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge the cases in files and tell which went otherwise than they say
    Test {
        /// Files of cases (TOML)
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// What they are judged by.
        #[command(flatten)]
        given: Given,
    },
    /// Judge recorded decisions again and tell which would have been others
    Replay {
        /// The records (JSON lines); every session that was recorded here where none is named
        #[arg(long, value_name = "FILE")]
        audit: Option<PathBuf>,
        /// What they are judged by.
        #[command(flatten)]
        given: Given,
        /// How far an agent may go
        #[arg(long, value_name = "PROFILE")]
        profile: Option<String>,
    },
    /// Tell which grants the recorded sessions used, and which never
    Review {
        /// The records (JSON lines); every session that was recorded here where none is named
        #[arg(long, value_name = "FILE")]
        audit: Option<PathBuf>,
        /// Settings of the command line.
        #[command(flatten)]
        choice: Choice,
    },
    /// Tell who may do what, in plain words
    Describe {
        /// Settings of the command line.
        #[command(flatten)]
        choice: Choice,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell what is wrong with the policies of a folder: what cannot load or match, contradicts, or gives too much
    Check {
        /// The folder of `.cedar` files
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// Policies beside those of the profile.
#[derive(Debug, Default, Args)]
pub struct Given {
    /// The policies in this folder's `.cedar` files count, in place of those beside the settings
    #[arg(long, value_name = "DIR")]
    pub policy: Option<PathBuf>,
    /// Read settings from this file, and the policies beside it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}
