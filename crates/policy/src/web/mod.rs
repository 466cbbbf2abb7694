//! Which web addresses may be visited: public ones on web ports, by http and https.
//!
//! Untrusted: the address, what names resolve to, and where servers redirect.
//! Guarantees: an [`Address`] can be read in one way only; a [`Destination`] is a public address of the machine that
//! will be spoken to, so that nothing is looked up again between the check and its use; a redirect is a new visit.
//! Does not: fetch, resolve or keep a public server from passing on what it is told.

mod address;
mod ip;
mod name;
mod visit;

pub use address::Address;
pub use ip::is_public;
pub use visit::{Destination, MOST_REDIRECTS, Resolver, visit};

use model::Code;
use thiserror::Error;

/// Why an address is not visited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// It is longer than can be judged.
    #[error("the address is longer than {} characters", address::LONGEST)]
    TooLong,
    /// It cannot be read, or not in one way only.
    #[error("the address cannot be read in one way only: {0}")]
    Malformed(&'static str),
    /// It is not an absolute http or https address with a host.
    #[error("only absolute http and https addresses with a host are visited")]
    Scheme,
    /// It carries a user name or password.
    #[error("an address with a user name or password is not visited")]
    Credentials,
    /// Its port is no web port.
    #[error("port {0} is no web port")]
    Port(u16),
    /// Its host's name is known only inside a network or a machine.
    #[error("`{host}` is no public name: {why}")]
    Name {
        /// The host, in lower case.
        host: String,
        /// What kind of name it is.
        why: &'static str,
    },
    /// It leads to an address that is not public.
    #[error("`{address}` is not public: {why}")]
    Private {
        /// The address.
        address: std::net::IpAddr,
        /// What it is reserved for.
        why: &'static str,
    },
    /// What its name stands for is not known.
    #[error("`{host}` does not resolve to an address")]
    Unresolved {
        /// The host, in lower case.
        host: String,
    },
    /// It leads on and on.
    #[error("more than {MOST_REDIRECTS} redirects")]
    Redirects,
}

impl Refused {
    /// The code of the failed call.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::TooLong | Self::Redirects => Code::LimitExceeded,
            Self::Malformed(_) => Code::InvalidArgument,
            Self::Scheme
            | Self::Credentials
            | Self::Port(_)
            | Self::Name { .. }
            | Self::Private { .. }
            | Self::Unresolved { .. } => Code::ForbiddenUrl,
        }
    }
}
