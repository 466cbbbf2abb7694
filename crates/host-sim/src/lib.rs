//! temp
use gate::*;
use model::*;
use std::path::Path;
#[derive(Debug)]
pub struct SimHost;
impl SimHost {
    pub fn from_file(_: &Path) -> Result<Self, std::io::Error> {
        Ok(Self)
    }
    pub fn save_state(&self, _: &Path) -> std::io::Result<()> {
        Ok(())
    }
}
impl Host for SimHost {
    fn resolve<'a>(&'a self, _: Lookup, _: &'a Run) -> Answer<'a, Facts> {
        Box::pin(async { Ok(Facts::default()) })
    }
    fn execute<'a>(&'a self, p: &'a Permit, run: &'a Run) -> Answer<'a, Outcome> {
        Box::pin(async move {
            if let Operation::WaitFor(w) = p.operation() {
                tokio::select! { () = tokio::time::sleep(std::time::Duration::from_millis(w.timeout_ms.into())) => {}, () = run.cancel.cancelled() => return Err(Fault::new(Code::Cancelled, "x")) }
                return Ok(Outcome::Waited(Waited { elapsed_ms: 1, element: None, window: None }));
            }
            Ok(Outcome::Windows(WindowList::default()))
        })
    }
    fn survey<'a>(&'a self, _: &'a Permit, _: &'a Run) -> Answer<'a, Vec<ui::Node>> {
        Box::pin(async { Ok(vec![]) })
    }
    fn report(&self) -> HostReport {
        HostReport::default()
    }
}
