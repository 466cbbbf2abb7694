//! Stage 9: the host does what the permit says; what it shows is named.

use std::time::Duration;

use model::{Fault, Kind, Operation, Outcome, ui::Node};

use super::Gate;
use crate::{
    deadline::within,
    host::Run,
    stages::{Call, Permit},
};

/// How long past its deadline a host waits for a change of the registry to be put back, and for what it does where that fails.
const PUT_BACK: Duration = Duration::from_secs(9);

impl Gate {
    /// Stage 9, ended as by a cancel when the session is stopped: what was half done in input is taken back.
    pub(super) async fn execute_unless_stopped(
        &self,
        call: &Call,
        permit: &Permit,
        deadline: Duration,
    ) -> Result<Outcome, Fault> {
        let stopped = self.stopping();
        let execute = self.execute(call, permit, deadline);
        tokio::pin!(execute);
        tokio::select! {
            ended = &mut execute => return ended,
            () = stopped.cancelled(), if permit.operation().kind() != Kind::Status => call.cancel.cancel(),
        }
        execute.await
    }

    /// Stage 9: the host does it, within the deadline; what it shows, or fails with, is named.
    async fn execute(&self, call: &Call, permit: &Permit, deadline: Duration) -> Result<Outcome, Fault> {
        if permit.operation().kind() == Kind::Status {
            return Ok(Outcome::Status(self.status()));
        }
        let mut ended = self.let_host(call, permit, deadline).await;
        self.name_and_redact(permit, &mut ended)?;
        ended
    }

    async fn let_host(&self, call: &Call, permit: &Permit, deadline: Duration) -> Result<Outcome, Fault> {
        let operation = permit.operation();
        let resolved = &permit.approved.resolved;
        let mut run = self.judge.run_asking(call, deadline, resolved.below.as_ref());
        self.cover(permit, &mut run, deadline).await?;
        run.reveals = operation.kind() == Kind::WaitFor && self.reveals(resolved);
        if matches!(operation.kind(), Kind::RegistrySearch | Kind::RegistryExport) {
            run.registry = self.judge.rules(self.reveals(resolved));
        }
        let mut shown = Vec::new();
        if let Operation::Screenshot(request) = operation
            && request.marks
        {
            let marked = self.marks(permit, &run, deadline).await?;
            run.marks = marked.iter().filter_map(|node| Some((node.reference?, node.rect))).collect();
            shown = marked;
        }
        // Who changes the registry has time to put back what it did.
        let patience = if permit.before().is_some() { deadline + PUT_BACK } else { deadline };
        let mut ended = within(patience, self.judge.host.execute(permit, &run)).await;
        if let Ok(Outcome::Picture(picture)) = &mut ended {
            picture.marks = shown;
        }
        ended
    }

    /// The elements that a picture will show, with their names.
    async fn marks(&self, permit: &Permit, run: &Run, deadline: Duration) -> Result<Vec<Node>, Fault> {
        let mut nodes = within(deadline, self.judge.host.survey(permit, run)).await?;
        nodes.retain(|node| run.cover.shows(&node.key.window));
        let mut memory = self.judge.memory();
        for node in &mut nodes {
            memory.name_element(node);
        }
        Ok(nodes)
    }
}
