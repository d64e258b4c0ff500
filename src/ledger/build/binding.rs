//! Whether a copied token is of use: whether the client proves that it holds a key (DPoP, mutual
//! TLS), and where that key is.

use super::phrase::stored_phrase;
use super::{Builder, Stored};
use crate::analysis::values::{Origin, Site};
use crate::finding::{Confidence, Step};
use crate::ledger::{Record, locate};
use crate::models::{ArgPos, ArtifactKind};

/// Methods that make or hold a key pair, and where the provider or the store is named.
const KEY_PAIRS: &str = "java.security.KeyPairGenerator.getInstance";
/// What presents a certificate of the client's.
const CERTIFICATES: &str = "javax.net.ssl.KeyManagerFactory.init";
/// The keystore whose keys never leave the hardware.
const HARDWARE: &str = "AndroidKeyStore";

impl<'s, 'p, 'a> Builder<'s, 'p, 'a> {
    /// One record for an app that stores tokens.
    pub(super) fn binding_record(&self, stored: &[Stored<'_>]) -> Option<Record> {
        let token = stored.iter().find(|stored| {
            stored.first().is_some_and(|write| {
                matches!(
                    write.credential.kind,
                    ArtifactKind::AccessToken | ArtifactKind::RefreshToken
                )
            })
        })?;
        let write = token.first()?;
        let proofs = self.program.texts.iter().any(|(text, _)| {
            text.eq_ignore_ascii_case("dpop") || text.eq_ignore_ascii_case("dpop+jwt")
        });
        let certificates = self.calls_of(CERTIFICATES);
        let pairs = self.calls_of(KEY_PAIRS);
        let hardware = pairs.iter().find(|site| {
            self.values
                .argument(**site, ArgPos::Param(1), &None)
                .iter()
                .any(|origin| matches!(origin, Origin::Text(text) if text.as_ref() == HARDWARE))
        });
        let software = pairs.iter().find(|site| {
            self.values
                .argument_value(**site, ArgPos::Param(1))
                .is_none()
        });
        let (state, place) = match (proofs, certificates.first()) {
            (true, _) if hardware.is_some() => ("hardware", hardware.copied()),
            (true, _) if software.is_some() => ("software", software.copied()),
            (true, _) => ("open", None),
            (false, Some(site)) => ("open", Some(*site)),
            // One DEX file alone is a part of an app.
            (false, None) if self.sources.manifest.is_none() => ("open", None),
            (false, None) => ("none", None),
        };
        let location = match (state, place) {
            ("software", Some(site)) => locate::site(self.program, site),
            _ => match self.sources.manifest {
                Some(manifest) => manifest.application.location.clone(),
                None => locate::site(self.program, write.site),
            },
        };
        let mut record = Record::new("binding", location, Confidence::High);
        record.set("state", state);
        record.subject = "binding".to_owned();
        record.flow.push(Step {
            location: locate::site(self.program, write.site),
            message: format!("{} is written here", stored_phrase(token)),
        });
        record.proof.push(format!(
            "no text of the code names DPoP, and nothing gives a client certificate to TLS, in {} functions",
            self.program.counts.functions
        ));
        let facts = &mut record.facts;
        facts.insert("token", stored_phrase(token));
        facts.insert(
            "how",
            if state == "software" {
                "proves that it holds a key, but that key is made in software, where a copy of the app's data takes it along".to_owned()
            } else {
                "sends no proof that it holds a key".to_owned()
            },
        );
        facts.insert(
            "open",
            if proofs || !certificates.is_empty() {
                "the app uses DPoP or a client certificate; where its key comes from, and for which requests it is used, is not visible"
            } else {
                "without a manifest this may be a part of an app only"
            }
            .to_owned(),
        );
        facts.insert(
            "met",
            "requests are proven with a key of the hardware keystore; whether the server asks for the proof is not observable in the client".to_owned(),
        );
        Some(record)
    }

    /// Calls of a platform function in the app's own code.
    fn calls_of(&self, path: &str) -> Vec<Site> {
        let Some((class, name)) = path.rsplit_once('.') else {
            return Vec::new();
        };
        let descriptor = format!("L{};", class.replace('.', "/"));
        let (Some(class), Some(name)) = (
            self.program.names.get(descriptor.as_bytes()),
            self.program.names.get(name.as_bytes()),
        ) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (index, method) in self.program.methods.iter().enumerate() {
            if method.class != class || method.name != name {
                continue;
            }
            let id = crate::ir::MethodId(u32::try_from(index).unwrap_or(u32::MAX));
            for caller in self.program.calls.row(id.0) {
                if self.graph.is_library_func(caller) {
                    continue;
                }
                found.extend(self.program.body(caller).iter_ops().filter_map(
                    |(op, call)| match call {
                        crate::ir::Op::Call { target, .. } if *target == id => {
                            Some(Site { func: caller, op })
                        }
                        _ => None,
                    },
                ));
            }
        }
        found.sort_unstable();
        found
    }
}
