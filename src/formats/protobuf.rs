//! The wire format of protocol buffers: fields of a message, in the order of the file, nothing
//! allocated and nothing known of any schema. Groups, which no schema here uses, end a message.

/// A message over its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Message<'a>(pub &'a [u8]);

/// A field's value as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire<'a> {
    /// A number of variable length.
    Varint(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// Text, bytes, or another message.
    Bytes(&'a [u8]),
    /// Four bytes.
    Fixed32(u32),
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Number in the schema.
    pub number: u32,
    /// Value.
    pub value: Wire<'a>,
}

impl<'a> Field<'a> {
    /// The value as bytes; of any other type, none.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        match self.value {
            Wire::Bytes(bytes) => bytes,
            _ => &[],
        }
    }

    /// The value as a message within this one.
    #[must_use]
    pub fn message(&self) -> Message<'a> {
        Message(self.bytes())
    }

    /// The value as a number of 32 bits; of any other type, 0.
    #[must_use]
    pub fn number32(&self) -> u32 {
        match self.value {
            Wire::Varint(value) => (value & 0xffff_ffff) as u32,
            Wire::Fixed32(value) => value,
            _ => 0,
        }
    }
}

impl<'a> Message<'a> {
    /// The fields, up to the first that is broken.
    #[must_use]
    pub fn fields(self) -> Fields<'a> {
        Fields {
            rest: self.0,
            broken: false,
        }
    }

    /// The last field with a number, as the format wants it of a field that is not repeated.
    #[must_use]
    pub fn get(self, number: u32) -> Option<Field<'a>> {
        self.fields().filter(|field| field.number == number).last()
    }
}

/// Iterates over the fields of a message.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    rest: &'a [u8],
    /// The message broke off.
    pub broken: bool,
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<Field<'a>> {
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number != 0)?;
        let value = match key & 7 {
            0 => Wire::Varint(self.varint()?),
            1 => Wire::Fixed64(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                Wire::Bytes(self.take(len)?)
            }
            5 => Wire::Fixed32(u32::from_le_bytes(self.take(4)?.try_into().ok()?)),
            _ => return None,
        };
        Some(Field { number, value })
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(head)
    }

    #[inline]
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.broken = true;
            self.rest = &[];
        }
        field
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Writes a field with bytes.
    pub(crate) fn put(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
        varint(out, u64::from(number) << 3 | 2);
        varint(out, bytes.len() as u64);
        out.extend_from_slice(bytes);
    }

    /// Writes a field with a number.
    pub(crate) fn put_number(out: &mut Vec<u8>, number: u32, value: u64) {
        varint(out, u64::from(number) << 3);
        varint(out, value);
    }

    fn varint(out: &mut Vec<u8>, mut value: u64) {
        while value > 0x7f {
            out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
            value >>= 7;
        }
        out.push(u8::try_from(value).unwrap());
    }

    #[test]
    fn fields_of_every_type() {
        let mut data = Vec::new();
        put(&mut data, 1, b"text");
        put_number(&mut data, 2, u64::MAX);
        data.extend_from_slice(&[0x1d, 1, 2, 3, 4, 0x21, 1, 0, 0, 0, 0, 0, 0, 0]);
        let fields: Vec<_> = Message(&data).fields().collect();
        assert_eq!(
            fields.iter().map(|field| field.number).collect::<Vec<_>>(),
            [1, 2, 3, 4]
        );
        assert_eq!(fields[0].bytes(), b"text");
        assert_eq!(fields[1].value, Wire::Varint(u64::MAX));
        assert_eq!(fields[2].value, Wire::Fixed32(0x0403_0201));
        assert_eq!(fields[3].value, Wire::Fixed64(1));
        for len in 0..data.len() {
            let mut fields = Message(&data[..len]).fields();
            let count = fields.by_ref().count();
            assert!(count < 4);
        }
        // A length beyond the end, a number that never ends, a group.
        for bad in [&[0x0a, 0x7f, 1][..], &[0x80; 12], &[0x0b, 0x08, 1]] {
            let mut fields = Message(bad).fields();
            assert_eq!(fields.by_ref().count(), 0);
            assert!(fields.broken);
        }
    }
}
