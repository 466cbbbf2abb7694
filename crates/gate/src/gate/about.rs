//! What is known of a call besides its target: when it comes, what its session has done, and who calls.
//!
//! Untrusted: the name that a client gives itself.
//! Guarantees: all else is the machine's word or this server's own count.
//! Does not: hold a moment still; what is counted later is not in it, and the record has what was judged by.

use model::{CallFacts, ClientFacts, Kind, SessionFacts};

use super::Gate;

impl Gate {
    /// What policies are to know of a call of this kind that comes now.
    pub(super) async fn about_call(&self, kind: Kind) -> CallFacts {
        let mut client = self.client();
        let wanted = self.judge.wanted(kind);
        if wanted.signer {
            let signer = self.signer.get_or_init(|| self.judge.signer(&self.principal.parent)).await;
            client.signer = Some(signer.clone());
        }
        let session = self.session().map(|session| {
            session.look(|state, now| SessionFacts { age_minutes: now / 60_000, ..state.counters.facts() })
        });
        CallFacts {
            time: self.judge.host.local_time(),
            session: session.unwrap_or_default(),
            client,
            clock: wanted.clock.then(|| self.judge.host.process_clock()).flatten(),
        }
    }

    /// The program that started this server, by the name that it gave with its first call.
    fn client(&self) -> ClientFacts {
        let claimed =
            self.bound().as_ref().map(|bound| bound.client.chars().take(ClientFacts::CHARS).collect());
        ClientFacts {
            path: self.principal.parent.clone(),
            claimed_name: claimed.unwrap_or_default(),
            elevated: self.principal.elevated,
            signer: None,
            user: self.principal.user.clone(),
        }
    }
}
