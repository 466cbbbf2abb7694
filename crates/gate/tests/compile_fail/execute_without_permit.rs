//! A host executes a permit and nothing else.
async fn act(host: &dyn gate::Host, operation: &model::Operation, run: &gate::Run) {
    let _ = host.execute(operation, run).await;
}

fn main() {}
