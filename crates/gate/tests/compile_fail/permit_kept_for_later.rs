//! A permit cannot be copied to be used again.
fn twice(permit: &gate::Permit) -> gate::Permit {
    permit.clone()
}

fn main() {}
