//! What travels beside a message: a text to type, or the data of values to write. Wiped after use.

use std::fmt;

use model::{Code, Fault, KeyChange, Operation, SecretText, ValueToWrite, registry::RegistryData};
use zeroize::{Zeroize, Zeroizing};

use super::frame::MAX_SECRET;

/// A secret, which no message shows.
#[derive(Clone)]
pub enum Secret {
    /// A text.
    Text(SecretText),
    /// Bytes: of a text that was received, or of the values of a change, one after the other.
    Bytes(Zeroizing<Vec<u8>>),
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.bytes().len())
    }
}

impl From<SecretText> for Secret {
    fn from(text: SecretText) -> Self {
        Self::Text(text)
    }
}

impl From<Zeroizing<Vec<u8>>> for Secret {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

impl Secret {
    /// Its bytes, as they go over the pipe.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.expose().as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// The text that it is.
    ///
    /// # Errors
    /// `INTERNAL` where it is none.
    pub fn text(self) -> Result<SecretText, Fault> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Bytes(mut bytes) => match String::from_utf8(std::mem::take(&mut *bytes)) {
                Ok(text) => Ok(SecretText::new(text)),
                Err(error) => {
                    error.into_bytes().zeroize();
                    Err(Fault::new(Code::Internal, "the text of an order is not UTF-8"))
                }
            },
        }
    }

    /// The data that an operation writes; none where it writes none.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` where it is too much for one message.
    pub fn of(operation: &Operation) -> Result<Option<Self>, Fault> {
        let values = written(operation);
        let length = values.iter().fold(0_usize, |length, value| length.saturating_add(value.data.length()));
        if !u32::try_from(length).is_ok_and(|length| length <= MAX_SECRET) {
            let message = format!("the values of one change have at most {MAX_SECRET} bytes, not {length}");
            return Err(Fault::new(Code::LimitExceeded, message));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(length)); // never moved while it grows
        for value in values {
            let mut data = value.data.expose();
            bytes.extend_from_slice(&data.bytes);
            data.bytes.zeroize();
        }
        Ok((!bytes.is_empty()).then_some(Self::Bytes(bytes)))
    }

    /// Gives the data back to the operation that it was taken from.
    ///
    /// # Errors
    /// `INTERNAL` where it is more or less than the operation writes.
    pub fn give(secret: Option<Self>, operation: &mut Operation) -> Result<(), Fault> {
        let wrong = || Fault::new(Code::Internal, "the order has not the data that it writes");
        let mut rest = secret.as_ref().map_or([].as_slice(), Self::bytes);
        for value in written_mut(operation) {
            let (bytes, others) = rest.split_at_checked(value.data.length()).ok_or_else(wrong)?;
            value.data = RegistryData { kind: value.data.kind(), bytes: bytes.to_vec() }.into();
            rest = others;
        }
        if rest.is_empty() { Ok(()) } else { Err(wrong()) }
    }
}

/// The values that an operation writes, in its order.
fn written(operation: &Operation) -> Vec<&ValueToWrite> {
    match operation {
        Operation::RegistryWrite(request) => request.values.iter().collect(),
        Operation::RegistryImport(request) => {
            let values = request.changes.iter().filter_map(|(_, change)| match change {
                KeyChange::Write { values, delete: _ } => Some(values),
                KeyChange::Delete => None,
            });
            values.flatten().collect()
        }
        _ => Vec::new(),
    }
}

fn written_mut(operation: &mut Operation) -> Vec<&mut ValueToWrite> {
    match operation {
        Operation::RegistryWrite(request) => request.values.iter_mut().collect(),
        Operation::RegistryImport(request) => {
            let values = request.changes.iter_mut().filter_map(|(_, change)| match change {
                KeyChange::Write { values, delete: _ } => Some(values),
                KeyChange::Delete => None,
            });
            values.flatten().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use model::{
        RegistryImportRequest, RegistryKey, RegistryWriteRequest,
        registry::{RegistryPath, ValueType, View},
    };

    use super::*;

    fn key() -> RegistryKey {
        RegistryKey { path: RegistryPath::parse(r"HKCU\Software\App").unwrap(), view: View::W64 }
    }

    fn value(name: &str, bytes: &[u8]) -> ValueToWrite {
        let data = RegistryData { kind: ValueType::Binary, bytes: bytes.to_vec() };
        ValueToWrite { name: name.to_owned(), data: data.into() }
    }

    fn write(values: Vec<ValueToWrite>) -> Operation {
        Operation::RegistryWrite(RegistryWriteRequest { key: key(), values, create_key: true })
    }

    /// The operation as the worker has it.
    fn sent(operation: &Operation) -> Result<Operation, Fault> {
        let text = serde_json::to_string(operation).unwrap();
        assert!(!text.contains("aHVudGVyMg") && !text.contains("hunter2"), "{text}");
        let mut received: Operation = serde_json::from_str(&text).unwrap();
        let secret = Secret::of(operation)?;
        assert!(!format!("{secret:?}").contains("hunter2"));
        Secret::give(secret, &mut received).map(|()| received)
    }

    #[test]
    fn the_data_of_a_change_travels_beside_it_and_comes_back_to_its_values() {
        let operation = write(vec![value("a", b"hunter2"), value("b", b""), value("c", &[0, 255, 216])]);
        assert_eq!(sent(&operation).unwrap(), operation);
        let changes = vec![
            (key(), KeyChange::Write { values: vec![value("a", b"hunter2")], delete: vec!["x".to_owned()] }),
            (key(), KeyChange::Delete),
            (key(), KeyChange::Write { values: vec![value("b", b"two"), value("c", b"3")], delete: vec![] }),
        ];
        let operation = Operation::RegistryImport(RegistryImportRequest { changes });
        assert_eq!(sent(&operation).unwrap(), operation);
        assert!(Secret::of(&write(vec![value("empty", b"")])).unwrap().is_none());
    }

    #[test]
    fn an_order_with_other_data_than_it_writes_is_refused() {
        let mut operation = write(vec![value("a", b"12"), value("b", b"3")]);
        for wrong in [None, Some(vec![1, 2]), Some(vec![1, 2, 3, 4])] {
            let wrong = wrong.map(|bytes| Secret::from(Zeroizing::new(bytes)));
            assert!(Secret::give(wrong, &mut operation).is_err());
        }
    }

    #[test]
    fn more_than_one_message_takes_is_refused_before_it_is_sent() {
        let half = vec![0; 32 << 20];
        let fault =
            Secret::of(&write(vec![value("a", &half), value("b", &half), value("c", b"1")])).unwrap_err();
        assert_eq!(fault.code, Code::LimitExceeded);
        assert!(Secret::of(&write(vec![value("a", &half), value("b", &half)])).unwrap().is_some());
    }

    #[test]
    fn bytes_that_are_no_text_are_none() {
        assert!(Secret::from(Zeroizing::new(vec![255])).text().is_err());
    }
}
