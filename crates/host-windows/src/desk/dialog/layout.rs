//! Where everything in the dialog goes, at any density.

use windows::{
    Win32::{
        Foundation::{LPARAM, RECT, WPARAM},
        Graphics::Gdi::InvalidateRect,
        UI::{
            Controls::{EM_SETMARGINS, EM_SETTABSTOPS, ShowScrollBar},
            HiDpi::AdjustWindowRectExForDpi,
            WindowsAndMessaging::{EC_LEFTMARGIN, SB_VERT, SendMessageW, SetWindowTextW},
        },
    },
    core::PCWSTR,
};

use super::{BUTTONS, CLOCK, Dialog, EXTENDED, FACTS, HEADING, STYLE, Spots, WARNING};
use crate::desk::{
    Answer,
    window::{Font, Fonts, Screen, place, rect, scaled},
    words::{columns, label},
};

impl Dialog {
    /// Gives everything its place and font for the present density, in the middle of `area`.
    pub(super) fn arrange(&mut self, area: RECT) {
        let px = |length: i32| scaled(length, self.dpi);
        let (margin, gap, between, sign) = (px(16), px(12), px(8), px(20));
        let width = px(660).min((area.right - area.left) * 9 / 10);
        let inner = width - 2 * margin;
        let Fonts { text, strong, heading } = &self.fonts;
        let line = text.measure("X", inner).cy;

        // What has to be there takes its height first; the facts get what is left.
        let head = heading.measure(&self.heading(), inner).cy.min(px(110));
        let warned = inner - sign - between;
        let warning = self.warning().map(|text| strong.measure(&text, warned).cy.min(px(90)));
        let code = self.code().map(|code| text.measure(&code, inner).cy);
        let button = line + px(14);
        let below = warning.map_or(0, |tall| tall.max(sign) + gap)
            + code.map_or(0, |tall| tall + between)
            + (line + gap)
            + button;
        let above = px(40) + margin + head + gap; // the title bar, too
        let most = ((area.bottom - area.top) * 9 / 10 - above - gap - below - margin).clamp(px(60), px(320));
        let picture = self.painting.as_ref().map(|painting| painting.within(px(240), most.min(px(220))));
        let beside = picture.map_or(0, |(wide, _)| wide + gap);
        let (facts, lines) = self.facts(inner - beside);
        let all = lines * line + px(10);
        let tall = all.max(px(60)).max(picture.map_or(0, |(_, tall)| tall)).min(most);

        let (mut spots, mut y) = (Spots::default(), margin);
        self.put(HEADING, heading, rect(margin, y, inner, head));
        y += head + gap;
        self.put_facts(&facts, rect(margin, y, inner - beside, tall), all > tall);
        if let Some((wide, high)) = picture {
            spots.picture = rect(width - margin - wide, y, wide, high);
        }
        y += tall + gap;
        if let Some(tall) = warning {
            spots.sign = rect(margin, y, sign, sign);
            let down = ((sign - tall) / 2).max(0);
            self.put(WARNING, strong, rect(margin + sign + between, y + down, warned, tall));
            y += tall.max(sign) + gap;
        }
        if let Some(tall) = code {
            spots.code = rect(margin, y, inner, tall);
            y += tall + between;
        }
        self.put(CLOCK, text, rect(margin, y, inner, line));
        y += line + gap;
        self.put_buttons(margin, width - margin, y, button);
        self.spots = spots;
        self.resize(area, width, y + button + margin);
    }

    fn put(&self, id: u16, font: &Font, at: RECT) {
        font.give(self.control(id));
        place(self.control(id), at);
    }

    /// The facts, which end with a NUL, with a scroll bar where they need one.
    fn put_facts(&self, shown: &[u16], at: RECT, scrolls: bool) {
        self.put(FACTS, &self.fonts.text, at);
        let control = self.control(FACTS);
        let margin = LPARAM(scaled(6, self.dpi) as isize);
        // SAFETY: the control is this thread's; the message carries numbers; the text lives through the call.
        unsafe {
            // A new font has taken the margin away.
            SendMessageW(control, EM_SETMARGINS, Some(WPARAM(EC_LEFTMARGIN as usize)), Some(margin));
            let _ = ShowScrollBar(control, SB_VERT, scrolls);
            let _ = SetWindowTextW(control, PCWSTR(shown.as_ptr()));
        }
    }

    /// Those that allow on the left, those that deny on the right.
    fn put_buttons(&self, mut left: i32, mut right: i32, y: i32, tall: i32) {
        let text = &self.fonts.text;
        let (padding, between) = (scaled(28, self.dpi), scaled(8, self.dpi));
        let wide = |name: &str| text.measure(name, i32::MAX).cx + padding;
        for (id, name, _) in BUTTONS.into_iter().filter(|(_, _, answer)| allows(*answer)) {
            self.put(id, text, rect(left, y, wide(name), tall));
            left += wide(name) + between;
        }
        for (id, name, _) in BUTTONS.into_iter().rev().filter(|(_, _, answer)| !allows(*answer)) {
            right -= wide(name);
            self.put(id, text, rect(right, y, wide(name), tall));
            right -= between;
        }
    }

    /// Makes the window as large as what is in it takes.
    fn resize(&self, area: RECT, width: i32, height: i32) {
        let mut outer = rect(0, 0, width, height);
        // SAFETY: the rectangle lives through the call.
        let _ = unsafe { AdjustWindowRectExForDpi(&raw mut outer, STYLE, false, EXTENDED, self.dpi) };
        let (width, height) = (outer.right - outer.left, outer.bottom - outer.top);
        let x = area.left + (area.right - area.left - width) / 2;
        let y = area.top + (area.bottom - area.top - height) / 2;
        place(self.window.raw(), rect(x, y, width, height));
        // SAFETY: the window is this thread's.
        let _ = unsafe { InvalidateRect(Some(self.window.raw()), None, true) };
    }

    /// The facts in lines that fit a width, with a NUL, and how many lines there are; sets the tab between the columns.
    fn facts(&self, width: i32) -> (Vec<u16>, i32) {
        let font = &self.fonts.text;
        let names = self.question.facts.iter().map(|(name, _)| font.measure(&label(name), width).cx);
        let column = names.max().unwrap_or_default() + scaled(16, self.dpi);
        // Tab stops are in quarters of an average character, of which systems have different ideas.
        let sample = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let average = (font.measure(sample, i32::MAX).cx / 52).max(1);
        let stop = u32::try_from(column * 4 / average).unwrap_or_default();
        // SAFETY: one number, which lives through the call.
        unsafe {
            let stops = LPARAM((&raw const stop).expose_provenance().cast_signed());
            SendMessageW(self.control(FACTS), EM_SETTABSTOPS, Some(WPARAM(1)), Some(stops));
        }
        let room = (width - column - column / 6 - scaled(36, self.dpi)).max(scaled(80, self.dpi));
        let screen = Screen::with(font);
        let mut shown = columns(&self.question.facts, |units| screen.fits(units, room));
        let lines = shown.iter().filter(|unit| **unit == 10).count() + 1;
        shown.push(0);
        (shown, i32::try_from(lines).unwrap_or(i32::MAX / 1000).min(1000))
    }
}

const fn allows(answer: Answer) -> bool {
    match answer {
        Answer::Once | Answer::ForThisTarget => true,
        Answer::No | Answer::NoAndStop | Answer::Closed | Answer::Expired => false,
    }
}
