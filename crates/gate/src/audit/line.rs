//! A record as its line says it: each field in its place, those that do not apply left out.

use std::collections::BTreeSet;

use model::{CallFacts, Code};
use policy::{Verdict, taint::Source};
use serde::Serialize;
use serde_json::Value;

/// The fields of a record, in the order of its line. What others wrote stands here without secrets.
#[derive(Debug, Default, Serialize)]
pub(super) struct Line<'a> {
    pub(super) seq: u64,
    pub(super) time: String,
    pub(super) phase: &'static str,
    pub(super) session: &'a str,
    pub(super) principal: Option<&'a Value>,
    pub(super) claimed: Option<&'a Value>,
    pub(super) request_id: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<u32>,
    pub(super) tool: Option<&'a str>,
    pub(super) operation: Option<Value>,
    pub(super) target: Option<String>,
    pub(super) verdict: Option<&'static str>,
    pub(super) code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) judgement: Option<&'a Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) facts: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) circumstances: Option<CallFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tainted_by: Option<&'a BTreeSet<Source>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) taint: &'a [Source],
    #[serde(skip_serializing_if = "is_not")]
    pub(super) dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approval: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) intent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) elapsed_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) below: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) put_back: Option<Value>,
    /// What a person did, where it is no call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<&'a Value>,
    /// What the first record of a server says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) server: Option<&'a Value>,
    /// Whether the record before it was cut off in the middle.
    #[serde(skip_serializing_if = "is_not")]
    pub(super) follows_torn_line: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
const fn is_not(flag: &bool) -> bool {
    !*flag
}
