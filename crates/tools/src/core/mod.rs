//! The toolset that steers a session.

mod status;

pub(crate) use status::Status;
