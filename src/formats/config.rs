//! Configurations of Android resources (`ResTable_config` of AOSP's `ResourceTypes.h`), and the
//! folder qualifiers that name them: `de`, `b+sr+Latn`, `night`, `sw600dp-v31`.

use std::fmt;

use super::chunk::u16_at;

/// For which device configuration a value is. The default one is all zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Config {
    pub(crate) mcc: u16,
    pub(crate) mnc: u16,
    /// Two letters, three packed into two bytes as the format packs them, or none.
    pub(crate) language: [u8; 2],
    pub(crate) region: [u8; 2],
    pub(crate) script: [u8; 4],
    pub(crate) variant: [u8; 8],
    pub(crate) numbering: [u8; 8],
    pub(crate) grammatical_gender: u8,
    pub(crate) orientation: u8,
    pub(crate) touchscreen: u8,
    pub(crate) density: u16,
    pub(crate) keyboard: u8,
    pub(crate) navigation: u8,
    pub(crate) input_flags: u8,
    pub(crate) screen_width: u16,
    pub(crate) screen_height: u16,
    pub(crate) sdk: u16,
    pub(crate) sdk_minor: u16,
    pub(crate) screen_layout: u8,
    pub(crate) ui_mode: u8,
    pub(crate) smallest_width_dp: u16,
    pub(crate) width_dp: u16,
    pub(crate) height_dp: u16,
    pub(crate) screen_layout2: u8,
    pub(crate) color_mode: u8,
}

impl Config {
    /// Reads a configuration, which says its own size first; older ones are shorter.
    #[must_use]
    pub fn parse(data: &[u8]) -> Self {
        let size = u16_at(data, 0).map_or(0, usize::from);
        let data = data.get(..size).unwrap_or(data);
        let byte = |at: usize| data.get(at).copied().unwrap_or(0);
        let short = |at: usize| u16_at(data, at).unwrap_or(0);
        let script_was_computed = byte(52) != 0;
        Self {
            mcc: short(4),
            mnc: short(6),
            language: bytes(data, 8),
            region: bytes(data, 10),
            orientation: byte(12),
            touchscreen: byte(13),
            density: short(14),
            keyboard: byte(16),
            navigation: byte(17),
            input_flags: byte(18),
            grammatical_gender: byte(19) & 0x03,
            screen_width: short(20),
            screen_height: short(22),
            sdk: short(24),
            sdk_minor: short(26),
            screen_layout: byte(28),
            ui_mode: byte(29),
            smallest_width_dp: short(30),
            width_dp: short(32),
            height_dp: short(34),
            script: if script_was_computed {
                [0; 4]
            } else {
                bytes(data, 36)
            },
            variant: bytes(data, 40),
            screen_layout2: byte(48),
            color_mode: byte(49),
            numbering: bytes(data, 53),
        }
    }

    /// Whether this is the configuration for everything else: the folder without a qualifier.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The lowest platform that it is for; 0 for all.
    #[must_use]
    pub fn sdk(&self) -> u16 {
        self.sdk
    }

    /// Language alone, as in `de` or `fil`; empty for all languages.
    #[must_use]
    pub fn language(&self) -> String {
        unpack(self.language, b'a')
    }

    /// The locale's qualifier, `de`, `pt-rBR`, `b+sr+Latn`; empty for all languages.
    #[must_use]
    pub fn locale(&self) -> String {
        let language = self.language();
        if language.is_empty() {
            return language;
        }
        let region = unpack(self.region, b'0');
        let (script, variant, numbering) = (
            text(&self.script),
            text(&self.variant),
            text(&self.numbering),
        );
        if script.is_empty() && variant.is_empty() && numbering.is_empty() {
            return if region.is_empty() {
                language
            } else {
                format!("{language}-r{region}")
            };
        }
        let mut out = format!("b+{language}");
        for (prefix, part) in [
            ("+", script),
            ("+", region),
            ("+", variant),
            ("+u+nu+", numbering),
        ] {
            if !part.is_empty() {
                out.push_str(prefix);
                out.push_str(&part);
            }
        }
        out
    }

    /// All qualifiers in the order in which folders have them; empty for the default.
    #[must_use]
    pub fn qualifier(&self) -> String {
        let mut out: Vec<String> = Vec::new();
        let mut named = |name: &str| {
            if !name.is_empty() {
                out.push(name.to_owned());
            }
        };
        if self.mcc != 0 {
            named(&format!("mcc{}", self.mcc));
        }
        if self.mnc != 0 {
            let mnc = if self.mnc == 0xffff { 0 } else { self.mnc };
            named(&format!("mnc{mnc:02}"));
        }
        named(&self.locale());
        named(pick(
            self.grammatical_gender,
            &["neuter", "feminine", "masculine"],
        ));
        named(pick(self.screen_layout >> 6 & 3, &["ldltr", "ldrtl"]));
        for (prefix, size) in [
            ("sw", self.smallest_width_dp),
            ("w", self.width_dp),
            ("h", self.height_dp),
        ] {
            if size != 0 {
                named(&format!("{prefix}{size}dp"));
            }
        }
        named(pick(
            self.screen_layout & 0x0f,
            &["small", "normal", "large", "xlarge"],
        ));
        named(pick(self.screen_layout >> 4 & 3, &["notlong", "long"]));
        named(pick(self.screen_layout2 & 3, &["notround", "round"]));
        named(pick(self.color_mode & 3, &["nowidecg", "widecg"]));
        named(pick(self.color_mode >> 2 & 3, &["lowdr", "highdr"]));
        named(pick(self.orientation, &["port", "land", "square"]));
        // 1 is "normal" and has no qualifier.
        named(pick(
            self.ui_mode & 0x0f,
            &[
                "",
                "desk",
                "car",
                "television",
                "appliance",
                "watch",
                "vrheadset",
            ],
        ));
        named(pick(self.ui_mode >> 4 & 3, &["notnight", "night"]));
        named(&density(self.density));
        named(pick(self.touchscreen, &["notouch", "stylus", "finger"]));
        named(pick(
            self.input_flags & 3,
            &["keysexposed", "keyshidden", "keyssoft"],
        ));
        named(pick(self.keyboard, &["nokeys", "qwerty", "12key"]));
        named(pick(
            self.input_flags >> 2 & 3,
            &["navexposed", "navhidden"],
        ));
        named(pick(
            self.navigation,
            &["nonav", "dpad", "trackball", "wheel"],
        ));
        if self.screen_width != 0 || self.screen_height != 0 {
            named(&format!("{}x{}", self.screen_width, self.screen_height));
        }
        if self.sdk_minor != 0 {
            named(&format!("v{}.{}", self.sdk, self.sdk_minor));
        } else if self.sdk != 0 {
            named(&format!("v{}", self.sdk));
        }
        out.join("-")
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.qualifier())
    }
}

fn pick(value: u8, names: &[&'static str]) -> &'static str {
    usize::from(value)
        .checked_sub(1)
        .and_then(|at| names.get(at))
        .copied()
        .unwrap_or_default()
}

fn density(density: u16) -> String {
    let name = match density {
        0 => "",
        120 => "ldpi",
        160 => "mdpi",
        213 => "tvdpi",
        240 => "hdpi",
        320 => "xhdpi",
        480 => "xxhdpi",
        640 => "xxxhdpi",
        0xfffe => "anydpi",
        0xffff => "nodpi",
        other => return format!("{other}dpi"),
    };
    name.to_owned()
}

fn bytes<const N: usize>(data: &[u8], at: usize) -> [u8; N] {
    data.get(at..at + N)
        .and_then(|bytes| bytes.try_into().ok())
        .unwrap_or([0; N])
}

/// Two letters as they are, or three in 15 bits, 5 bits each, from `base`.
fn unpack(code: [u8; 2], base: u8) -> String {
    let [a, b] = code;
    if a == 0 {
        return String::new();
    }
    let letters = if a & 0x80 == 0 {
        vec![a, b]
    } else {
        vec![
            base + (b & 0x1f),
            base + (b >> 5) + ((a & 0x03) << 3),
            base + (a >> 2 & 0x1f),
        ]
    };
    text(&letters)
}

/// Packs a language or a region as the format does; the inverse of [`unpack`].
pub(crate) fn pack(code: &str, base: u8) -> [u8; 2] {
    match *code.as_bytes() {
        [a, b] => [a, b],
        [a, b, c] => {
            let [a, b, c] = [a, b, c].map(|letter| letter.wrapping_sub(base) & 0x1f);
            [0x80 | c << 2 | b >> 3, b << 5 | a]
        }
        _ => [0, 0],
    }
}

/// ASCII up to the first zero; anything else becomes `?`.
fn text(bytes: &[u8]) -> String {
    bytes
        .iter()
        .take_while(|byte| **byte != 0)
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(*byte)
            } else {
                '?'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers() {
        let config = Config {
            language: pack("de", b'a'),
            ..Config::default()
        };
        assert_eq!(config.qualifier(), "de");
        let config = Config {
            language: pack("pt", b'a'),
            region: pack("BR", b'0'),
            sdk: 31,
            ..Config::default()
        };
        assert_eq!(config.qualifier(), "pt-rBR-v31");
        let config = Config {
            language: pack("sr", b'a'),
            script: *b"Latn",
            ..Config::default()
        };
        assert_eq!(config.qualifier(), "b+sr+Latn");
        let config = Config {
            language: pack("fil", b'a'),
            ui_mode: 0x20,
            ..Config::default()
        };
        assert_eq!(config.qualifier(), "fil-night");
        let config = Config {
            language: pack("es", b'a'),
            region: pack("419", b'0'),
            ..Config::default()
        };
        assert_eq!(config.qualifier(), "es-r419");
        assert!(Config::default().is_default());
        assert_eq!(Config::default().qualifier(), "");
    }
}
