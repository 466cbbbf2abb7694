//! A permit can be read by a host, which is all a host does with it.
async fn act(host: &dyn gate::Host, permit: &gate::Permit, run: &gate::Run) {
    let _ = (permit.operation(), permit.facts(), permit.locators());
    let _ = host.execute(permit, run).await;
}

fn main() {}
