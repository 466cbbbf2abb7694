//! A record cannot be made outside the gate: nothing unrecorded can become a reply.
fn reply(tool: std::sync::Arc<dyn model::tool::Tool>, outcome: model::Outcome) -> gate::Rendered {
    gate::Recorded { tool, ended: Ok(outcome) }.render()
}

fn main() {}
