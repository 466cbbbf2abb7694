//! The registry: what comes out of it is what was put into it by other means, and no link is followed.

mod keys;
mod links;
mod values;
mod work;

use gate::registry::{Key, Registry, Rights};
use host_windows::SystemRegistry;
use model::{
    Code, Fault,
    registry::{RegistryKeyName, RegistryPath, View},
};
use testapps::registry::Place;

/// The name of what a caller calls so.
fn named(registry: &SystemRegistry, path: &str) -> RegistryKeyName {
    RegistryPath::parse(path).unwrap().names(&registry.machine(), View::W64).first().clone()
}

/// Opens the key of a test, or one below it.
fn open(registry: &SystemRegistry, place: &Place, rest: &str, rights: Rights) -> Result<Box<dyn Key>, Fault> {
    registry.open(&named(registry, &place.caller(rest)), rights)
}

/// The code with which something was refused.
#[track_caller]
fn refused<T>(done: Result<T, Fault>) -> Code {
    match done {
        Ok(_) => panic!("it was not refused"),
        Err(fault) => fault.code,
    }
}
