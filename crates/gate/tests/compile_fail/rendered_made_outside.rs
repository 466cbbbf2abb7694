//! Words alone cannot leave the gate.
fn reply(words: model::tool::Reply) -> gate::Rendered {
    gate::Rendered { reply: Ok(words) }
}

fn main() {}
