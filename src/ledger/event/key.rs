//! Keys of ciphers that are made of constants.

use super::{Collector, root_of};
use crate::analysis::values::{Origin, Site, depends_on_caller, frames};
use crate::ir::{MethodId, Op};
use crate::ledger::credential::{is_constant, is_empty_value};
use crate::ledger::store;
use crate::models::{ArgPos, ArgRole, Protection, Roles, StoreKind};

/// Constructors of symmetric keys; the key material is the first argument.
const KEY_CLASSES: [&str; 4] = [
    "Ljavax/crypto/spec/SecretKeySpec;",
    "Ljavax/crypto/spec/PBEKeySpec;",
    "Ljavax/crypto/spec/DESKeySpec;",
    "Ljavax/crypto/spec/DESedeKeySpec;",
];

impl<'p, 'a> Collector<'p, 'a> {
    /// The call that opens a store with a constant key.
    pub(super) fn exposed_master_key(&self, opened: Site) -> Option<Site> {
        let body = self.program().body(opened.func);
        let Some(Op::Call { target, .. }) = body.op(opened.op) else {
            return None;
        };
        self.values.apis().of(*target).iter().find_map(|model| {
            let position = model.arg(ArgRole::MasterKey)?;
            let keys = self.values.argument(opened, position, &None);
            (is_constant(&keys) && !is_empty_value(&keys)).then_some(opened)
        })
    }

    /// Key material that protects nothing: constants, ids of the device, a key that lies in plain
    /// preferences.
    fn is_exposed_material(&self, origins: &[Origin]) -> bool {
        !origins.is_empty()
            && !is_empty_value(origins)
            && origins.iter().all(|origin| self.is_exposed_origin(origin))
    }

    fn is_exposed_origin(&self, origin: &Origin) -> bool {
        match origin {
            Origin::Int(_) | Origin::Text(_) | Origin::Class(_) | Origin::Bytes(_) => true,
            Origin::Built(parts) => parts.iter().all(|part| self.is_exposed_material(part)),
            Origin::Call(method, site, context) => {
                let symbol = self.program().method(*method);
                let class = self.program().names.text(symbol.class);
                if class == "Landroid/provider/Settings$Secure;" {
                    return true;
                }
                self.values.apis().of(*method).iter().any(|model| {
                    model.roles.contains(Roles::READ)
                        && model.store.map(store::family) == Some(StoreKind::Sharedprefs)
                        && store::of_site(self.values, *site, model, context)
                            .iter()
                            .all(|store| store.protection == Some(Protection::Plaintext))
                })
            }
            // Random bytes that were just made: what counts is where they are kept.
            Origin::New(ty, ..) => self.program().names.text(*ty) == "[B",
            _ => false,
        }
    }

    pub(super) fn constant_key_near(&self, site: Site) -> Option<Site> {
        let class = self.program().func(site.func).class;
        let graph = self.graph();
        self.constant_keys.sites.iter().copied().find(|key| {
            self.program().func(key.func).class == class || {
                let reach = graph.reach(
                    crate::analysis::callgraph::Node::whole(site.func),
                    None,
                    true,
                    40,
                );
                reach
                    .nodes
                    .iter()
                    .any(|reached| reached.node.func == key.func)
            }
        })
    }

    /// Places where a symmetric key is made of constants.
    pub(super) fn find_constant_keys(&self) -> ConstantKeys {
        let program = self.program();
        let mut found = ConstantKeys::default();
        for (index, symbol) in program.methods.iter().enumerate() {
            let class = program.names.text(symbol.class);
            if !KEY_CLASSES.contains(&class) || program.names.text(symbol.name) != "<init>" {
                continue;
            }
            let method = MethodId(u32::try_from(index).unwrap_or(u32::MAX));
            for func in program.calls.row(method.0) {
                if self.graph().is_library_func(func) {
                    continue;
                }
                for (op, call) in program.body(func).iter_ops() {
                    if matches!(call, Op::Call { target, .. } if *target == method) {
                        self.constant_key(Site { func, op }, &mut found);
                    }
                }
            }
        }
        found.sites.sort_unstable();
        found.sites.dedup();
        found.texts.sort_unstable();
        found.texts.dedup();
        found
    }

    fn constant_key(&self, site: Site, found: &mut ConstantKeys) {
        self.for_callers(site, |context, last| {
            let keys = self.values.argument(site, ArgPos::Param(0), context);
            if depends_on_caller(&keys, root_of(site, context)) && !last {
                return false;
            }
            let only_fresh = keys.iter().all(|key| matches!(key, Origin::New(..)));
            if self.is_exposed_material(&keys) && !only_fresh {
                found.sites.push(frames(context).last().unwrap_or(site));
                for key in &keys {
                    constant_texts(key, &mut found.texts);
                }
            }
            true
        });
    }
}

/// Cipher keys that are made of constants.
#[derive(Debug, Default)]
pub(super) struct ConstantKeys {
    /// Where: the outermost call that hands the constant over.
    pub(super) sites: Vec<Site>,
    /// The constants: no report may show them.
    pub(super) texts: Vec<String>,
}

/// The constant texts that a value is made of.
fn constant_texts(origin: &Origin, out: &mut Vec<String>) {
    match origin {
        Origin::Text(text) if !text.is_empty() => out.push(text.to_string()),
        Origin::Built(parts) => {
            for part in parts.iter().flatten() {
                constant_texts(part, out);
            }
        }
        _ => {}
    }
}
