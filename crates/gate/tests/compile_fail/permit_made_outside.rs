//! A permit cannot be made outside the gate, not even from an approved call.
fn permit(approved: gate::Approved) -> gate::Permit {
    gate::Permit { approved }
}

fn main() {}
