//! One module for each program.

pub mod bareloop;
pub mod canvas;
pub mod controls;
pub mod form;
pub mod hang;
pub mod keys;
pub mod modal;
pub mod morph;
pub mod names;
pub mod slowedit;
pub mod twins;
pub mod vanish;
