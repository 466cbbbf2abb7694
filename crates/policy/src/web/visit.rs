//! A visit: the address, what its name stands for, and where it leads on.

use std::net::IpAddr;

use super::{Address, Refused, ip};

/// Redirects that are followed.
pub const MOST_REDIRECTS: usize = 10;

/// Turns names into addresses.
pub trait Resolver {
    /// Every address that `host` has; none where it has none or that cannot be found out.
    fn resolve(&mut self, host: &str) -> Vec<IpAddr>;
}

/// Where a request may go: to this address of the host, and to no other that a later look-up might give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The address as asked for.
    pub address: Address,
    /// The machine to speak to.
    pub ip: IpAddr,
}

/// Judges a visit to `text` and to each of `redirects`, in the order in which the servers give them. The last
/// destination is the answer.
///
/// # Errors
/// The first address that may not be visited.
pub fn visit<'a>(
    text: &str,
    redirects: impl IntoIterator<Item = &'a str>,
    resolver: &mut impl Resolver,
) -> Result<Destination, Refused> {
    let mut at = destination(Address::parse(text)?, resolver)?;
    for (followed, location) in redirects.into_iter().enumerate() {
        if followed == MOST_REDIRECTS {
            return Err(Refused::Redirects);
        }
        at = destination(at.address.redirect(location)?, resolver)?;
    }
    Ok(at)
}

/// All addresses of a host must be public: which of them is used is chance.
fn destination(address: Address, resolver: &mut impl Resolver) -> Result<Destination, Refused> {
    let Some(host) = address.domain() else {
        let ip = address.ip().ok_or(Refused::Scheme)?;
        return Ok(Destination { address, ip });
    };
    let found = resolver.resolve(host);
    found.iter().try_for_each(|ip| ip::public(*ip))?;
    let ip = found.first().copied().ok_or_else(|| Refused::Unresolved { host: host.to_owned() })?;
    Ok(Destination { address, ip })
}

#[cfg(test)]
#[path = "../tests/web.rs"]
mod tests;
