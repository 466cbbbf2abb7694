//! A key with all below it as the text of a `.reg` file.

use model::{
    Code, Fault, RegistryExportRequest,
    registry::{RegFile, RegistryOutcome},
};
use policy::registry::{Act, Judged};

use super::{
    Read,
    spot::{Met, Names, Of, Spot, Sub},
    work::{Work, shown},
};

struct Text {
    file: RegFile,
    most: usize,
    keys: u32,
    withheld: u32,
}

impl Work<'_> {
    pub(super) fn export(&self, request: &RegistryExportRequest) -> Result<RegistryOutcome, Fault> {
        let spot = self.spot(0, &request.key, Act::Read)?;
        let most = request.max_bytes as usize;
        let mut text = Text { file: RegFile::default(), most, keys: 0, withheld: 0 };
        let depth = spot.open.iter().map(|opened| match self.guard.judge_key(&opened.name, Act::Read) {
            Judged::Allow { max_depth } => max_depth,
            Judged::Ask { .. } | Judged::Refuse(_) => 0,
        });
        let depth = depth.min().unwrap_or_default();
        self.export_key(&spot, depth, &mut text)?;
        let Text { file, keys, withheld, .. } = text;
        Ok(RegistryOutcome::Exported { text: file.text(), keys, withheld, notes: self.notes(false) })
    }

    fn export_key(&self, spot: &Spot, depth: u32, text: &mut Text) -> Result<(), Fault> {
        // A name that no such file can hold.
        if !text.file.key(&spot.path) {
            return Ok(());
        }
        text.keys += 1;
        let mut names = Names::new(spot, Of::Values(self.guard.limits().value_bytes));
        while let Some(Met { name, read, .. }) = names.next(self)? {
            match read {
                Some(Read::Whole(data)) if !self.guard.shows(&name, &data) => {
                    text.withheld += 1;
                    false
                }
                Some(Read::Whole(data)) => text.file.value(&name, &data),
                Some(Read::Over(size)) => return Err(self.too_large(&spot.path, &name, size)),
                None => false,
            };
            text.within(spot)?;
        }
        text.within(spot)?;
        let mut names = Names::new(spot, Of::Subkeys);
        while let Some(Met { name, place, .. }) = names.next(self)? {
            let Some(sub) = self.sub(spot, &name, Some(&place))? else { continue };
            self.export_below(spot, &sub, depth, text)?;
        }
        Ok(())
    }

    fn export_below(&self, above: &Spot, sub: &Sub, depth: u32, text: &mut Text) -> Result<(), Fault> {
        // Another name of a key elsewhere, which this key does not hold.
        if !sub.is_here() {
            return Ok(());
        }
        let spot = match self.spot_below(above, sub) {
            Ok(Some(spot)) => spot,
            Ok(None) => return Ok(()),
            Err(fault) if fault.code == Code::RegistryLink => return Ok(()),
            Err(fault) => return Err(fault),
        };
        let Some(depth) = depth.checked_sub(1) else {
            let message = format!(
                "`{}` lies deeper than a walk from where the export begins may go (`registry.max_depth`, and that of \
                 the key's root)",
                shown(&spot.path)
            );
            let fault = Fault::new(Code::LimitExceeded, message);
            return Err(fault.hint("export keys further down one by one"));
        };
        self.export_key(&spot, depth.min(sub.max_depth), text)
    }
}

impl Text {
    fn within(&self, spot: &Spot) -> Result<(), Fault> {
        match self.file.len().checked_sub(self.most) {
            None | Some(0) => Ok(()),
            Some(_) => {
                let message = format!(
                    "the text is over the limit of {} bytes (`max_bytes`) at `{}`, after {} keys",
                    self.most,
                    shown(&spot.path),
                    self.keys
                );
                Err(Fault::new(Code::LimitExceeded, message).hint("export keys further down one by one"))
            }
        }
    }
}
