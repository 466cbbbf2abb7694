//! `winwarden check url`: may this web address be visited?

use std::{collections::HashMap, error::Error, net::IpAddr, process::ExitCode};

use policy::web::{self, Refused, Resolver};
use serde::{Deserialize, Serialize};

use crate::batch;

#[derive(Debug, Deserialize)]
struct Question {
    id: String,
    url: String,
    /// What its name resolves to.
    #[serde(default)]
    resolves_to: Option<Vec<String>>,
    /// What it resolves to when it is looked up once more.
    #[serde(default)]
    resolves_second: Option<Vec<String>>,
    /// Where the servers lead on, one after the other.
    #[serde(default)]
    redirect_to: Vec<String>,
    /// What the names in `redirect_to` resolve to.
    #[serde(default)]
    redirect_resolves_to: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
struct Answer {
    id: String,
    decision: &'static str,
    code: Option<model::Code>,
    canonical: Option<String>,
    reason: String,
}

/// The resolver of a question: it knows what the question says.
struct Told<'a> {
    question: &'a Question,
    /// How often each name was asked for.
    asked: HashMap<String, usize>,
    /// The name of the first address.
    first: Option<String>,
}

impl Resolver for Told<'_> {
    fn resolve(&mut self, host: &str) -> Vec<IpAddr> {
        let Question { resolves_to, resolves_second, redirect_resolves_to, .. } = self.question;
        let first = self.first.get_or_insert_with(|| host.to_owned()) == host;
        let asked = self.asked.entry(host.to_owned()).or_default();
        *asked += 1;
        let told = match (first, *asked, redirect_resolves_to) {
            (true, 1, _) | (true, _, None) => resolves_to.iter().chain(resolves_second).collect::<Vec<_>>(),
            (true, _, Some(again)) => vec![again],
            (false, ..) => redirect_resolves_to.iter().collect(),
        };
        // Where a look-up gives nothing, nobody knows what the next one gives.
        if told.iter().any(|answer| answer.is_empty()) {
            return Vec::new();
        }
        let addresses = told.into_iter().flatten().map(|text| text.parse::<IpAddr>());
        // An answer that is no address is no answer.
        addresses.collect::<Result<_, _>>().unwrap_or_default()
    }
}

/// Answers the questions on stdin.
pub fn batch() -> Result<ExitCode, Box<dyn Error>> {
    batch::answer(judge)
}

fn judge(question: Question) -> Answer {
    let mut told = Told { question: &question, asked: HashMap::new(), first: None };
    let judged = web::visit(&question.url, question.redirect_to.iter().map(String::as_str), &mut told);
    let canonical = web::Address::parse(&question.url).ok().map(|address| address.to_string());
    let (decision, code, reason) = match judged {
        Ok(destination) => ("allow", None, format!("a public address, at {}", destination.ip)),
        Err(refused) => ("deny", Some(Refused::code(&refused)), refused.to_string()),
    };
    Answer { id: question.id, decision, code, canonical, reason }
}
