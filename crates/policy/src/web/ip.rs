//! Addresses that belong to no one on the public internet.
//!
//! Sources: IANA's registries of special-purpose addresses, IPv4 and IPv6 (RFC 6890 and its updates), and the addresses
//! at which cloud providers serve their instances' metadata.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Refused;

/// First address and length of the prefix, with what it is reserved for.
type Blocks<A> = &'static [(A, u32, &'static str)];

const V4: Blocks<Ipv4Addr> = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private networks"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carriers' networks"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's metadata"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "this link"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private networks"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocols"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "relays that are no more"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private networks"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "measurements"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "the future"),
];

/// What of 2000::/3, the only part of IPv6 that is given to anyone, is not public either.
const V6: Blocks<Ipv6Addr> = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocols"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "tunnels to IPv4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
];

/// Whether an address is one of the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    public(address).is_ok()
}

pub(super) fn public(address: IpAddr) -> Result<(), Refused> {
    let why = match address {
        IpAddr::V4(v4) => reserved_v4(v4),
        IpAddr::V6(v6) => reserved_v6(v6),
    };
    why.map_or(Ok(()), |why| Err(Refused::Private { address, why }))
}

fn reserved_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let within = |first: Ipv4Addr, length: u32| (bits ^ first.to_bits()) >> (32 - length) == 0;
    V4.iter().find(|(first, length, _)| within(*first, *length)).map(|(.., why)| *why)
}

fn reserved_v6(address: Ipv6Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let within = |first: Ipv6Addr, length: u32| (bits ^ first.to_bits()) >> (128 - length) == 0;
    if !within(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3) {
        return Some("this machine, this network, or IPv4 under another name");
    }
    V6.iter().find(|(first, length, _)| within(*first, *length)).map(|(.., why)| *why)
}
