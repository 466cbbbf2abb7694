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
    /// Policies of this folder's `.cedar` files count too
    #[arg(long, value_name = "DIR")]
    pub policy: Option<PathBuf>,
    /// Settings of this file and the policies beside it count too
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}
