//! What every subcommand that reads a build can be told about it.

use std::path::PathBuf;

use clap::Args;

use super::config::{self, Config};
use crate::analysis::libraries::Pattern;
use crate::scan::{MappingChoice, ScanOptions};

/// Arguments about the build.
#[derive(Args)]
pub(super) struct Reading {
    /// The R8 or ProGuard mapping of the build: restores names and lines
    ///
    /// Without it, the mapping inside the bundle or beside the build in Gradle's output folders is
    /// used when it belongs to the build.
    #[arg(long, value_name = "FILE", conflicts_with = "no_mapping")]
    mapping: Option<PathBuf>,
    /// Leave the names as they are in the build
    #[arg(long)]
    no_mapping: bool,
    /// Classes that are the app's own, as in `com.acme.**`; may be given several times
    #[arg(long, value_name = "PATTERN")]
    first_party: Vec<Pattern>,
    /// Configuration, instead of the `signoff.toml` of this folder or one above it in the repository
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long)]
    no_config: bool,
}

impl Reading {
    /// Puts what was said into the options of a scan.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration.
    pub(super) fn apply(&self, options: &mut ScanOptions) -> Result<(), String> {
        options.mapping = match &self.mapping {
            Some(file) => MappingChoice::File(file.clone()),
            None if self.no_mapping => MappingChoice::Off,
            None => MappingChoice::Find,
        };
        let file = match &self.config {
            Some(file) => Some(file.clone()),
            None if self.no_config => None,
            None => std::env::current_dir()
                .ok()
                .and_then(|folder| config::find(&folder)),
        };
        let config = match file {
            Some(file) => Config::read(&file)?,
            None => Config::default(),
        };
        options.first_party = config.first_party;
        options.first_party.extend(self.first_party.iter().cloned());
        Ok(())
    }
}
