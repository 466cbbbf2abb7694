//! Asking a person through the client: MCP elicitation, 2025-11-25.
//!
//! Untrusted: the client, whose answer may be the agent's own; the gate knows, and does not count it for everything.
//! Guarantees: only an accepted form with one of our words of consent in it is a yes.
//! Does not: know who answered.

use std::{future::Future, pin::Pin};

use gate::{ApprovalAnswer, Approver, Question};
use policy::config::Channel;
use rmcp::{
    Peer, RoleServer, ServiceError,
    model::{ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema},
    service::ElicitationMode,
};
use serde_json::{Value, json};

/// What a person can choose, with what it means.
const CHOICES: [(&str, ApprovalAnswer); 4] = [
    ("Yes, once", ApprovalAnswer::Once),
    ("Yes, for this target for 30 minutes", ApprovalAnswer::ForThisTarget),
    ("No", ApprovalAnswer::No),
    ("No, and stop the session", ApprovalAnswer::NoAndStop),
];

/// The client at the other end.
#[derive(Debug)]
pub struct Elicitation(Peer<RoleServer>);

impl Elicitation {
    /// The client, if it said that it can show forms.
    pub fn of(peer: &Peer<RoleServer>) -> Option<Self> {
        peer.supported_elicitation_modes().contains(&ElicitationMode::Form).then(|| Self(peer.clone()))
    }
}

impl Approver for Elicitation {
    fn channel(&self) -> Channel {
        Channel::Elicitation
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = ApprovalAnswer> + Send + 'a>> {
        Box::pin(async move {
            let Some(requested_schema) = form() else { return ApprovalAnswer::Unavailable };
            let form = ElicitRequestParams::FormElicitationParams {
                meta: None,
                message: question.to_string(),
                requested_schema,
            };
            match self.0.create_elicitation_with_timeout(form, Some(question.wait)).await {
                Ok(result) => answer(&result),
                // It cannot ask; another channel may.
                Err(ServiceError::McpError(_)) => ApprovalAnswer::Unavailable,
                Err(_) => ApprovalAnswer::Nothing,
            }
        })
    }
}

/// The form: one choice.
pub(super) fn form() -> Option<ElicitationSchema> {
    let words = CHOICES.map(|(words, _)| words);
    serde_json::from_value(json!({
        "type": "object",
        "properties": { "answer": { "type": "string", "title": "May it?", "enum": words } },
        "required": ["answer"],
    }))
    .ok()
}

pub(super) fn answer(result: &ElicitResult) -> ApprovalAnswer {
    let chosen = result.content.as_ref().and_then(|content| content.get("answer")).and_then(Value::as_str);
    match (&result.action, chosen) {
        (ElicitationAction::Accept, Some(chosen)) => CHOICES
            .iter()
            .find(|(words, _)| *words == chosen)
            .map_or(ApprovalAnswer::Nothing, |(_, answer)| *answer),
        (ElicitationAction::Decline, _) => ApprovalAnswer::No,
        _ => ApprovalAnswer::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_accepted_form_with_our_words_is_a_yes() {
        let says = |action, content: Value| {
            let mut result = ElicitResult::new(action);
            result.content = Some(content);
            answer(&result)
        };
        for (words, means) in CHOICES {
            assert_eq!(says(ElicitationAction::Accept, json!({"answer": words})), means);
            assert_eq!(says(ElicitationAction::Decline, json!({"answer": words})), ApprovalAnswer::No);
            assert_eq!(says(ElicitationAction::Cancel, json!({"answer": words})), ApprovalAnswer::Nothing);
        }
        for content in
            [json!(null), json!({}), json!({"answer": true}), json!({"answer": "yes, once"}), json!([])]
        {
            assert_eq!(
                says(ElicitationAction::Accept, content.clone()),
                ApprovalAnswer::Nothing,
                "{content}"
            );
        }
    }

    #[test]
    fn the_form_offers_every_choice() {
        let form = serde_json::to_value(form().unwrap()).unwrap();
        assert_eq!(form["properties"]["answer"]["enum"], json!(CHOICES.map(|(words, _)| words)));
        assert_eq!(form["required"], json!(["answer"]));
    }
}
