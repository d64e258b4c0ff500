//! Sessions that are not the app's: of a sign-in provider on the device, and of the credential that
//! signs in on the next device.

use super::{Call, Finder, Residue, Thing, short_id};
use crate::analysis::values::{Origin, Site};
use crate::finding::Confidence;
use crate::ledger::exit::Remover;
use crate::models::{self, ApiModel, ArgRole, Roles, SdkModel, StoreKind};

/// `ClearCredentialStateRequest.TYPE_CLEAR_RESTORE_CREDENTIAL`
const CLEAR_RESTORE: &str = "androidx.credentials.TYPE_CLEAR_RESTORE_CREDENTIAL";

/// Class of the request to forget credentials.
const CLEAR_REQUEST: &str = "Landroidx/credentials/ClearCredentialStateRequest;";

/// What signs in on a next device, by the name of its store.
const RESTORE_STORES: [&str; 2] = ["restore-credential", "block-store"];

impl<'p> Finder<'_, 'p, '_> {
    /// Providers that the app signs in with.
    pub(super) fn provider_sessions(&self) -> Vec<Residue> {
        models::sdks()
            .iter()
            .filter(|sdk| sdk.provider)
            .filter_map(|sdk| self.provider_session(sdk))
            .collect()
    }

    fn provider_session(&self, sdk: &'static SdkModel) -> Option<Residue> {
        let made: Vec<(Site, String)> = self
            .calls_of(|model| model.lib == sdk.lib && model.roles.contains(Roles::LOGIN))
            .map(|call| (call.site, format!("`{}` signs in", short_id(call.model))))
            .collect();
        let (_, how) = made.first()?;
        let mut removers: Vec<Remover> = self
            .calls_of(|model| model.lib == sdk.lib && forgets(model))
            .filter(|call| !self.is_restore_only(call))
            .map(|call| Remover::at(call.site))
            .collect();
        // FirebaseUI signs out of the providers that it signed in with.
        removers.extend(
            self.calls_of(|model| {
                model.class == "Lcom/firebase/ui/auth/AuthUI;" && model.method == "signOut"
            })
            .map(|call| Remover::at(call.site)),
        );
        // Both of Google's reach the same account in Play services.
        if matches!(sdk.id, "google-signin" | "credential-manager") {
            removers.extend(
                self.calls_of(|model| {
                    model.lib != sdk.lib
                        && matches!(model.lib, "google-identity" | "androidx.credentials")
                        && forgets(model)
                })
                .filter(|call| !self.is_restore_only(call))
                .map(|call| {
                    Remover::at(call.site).unless(&format!(
                        "`{}` belongs to another way to sign in with the same account",
                        short_id(call.model)
                    ))
                }),
            );
        }
        Some(Residue {
            thing: Thing::ProviderSession,
            subject: format!("provider:{}", sdk.id),
            what: format!("the session of {}", sdk.name),
            how: how.clone(),
            doubt: self.provider_doubt(sdk),
            limited: None,
            confidence: Confidence::High,
            removers,
            made,
        })
    }

    /// An account may be asked for to reach its data, not to sign in.
    fn provider_doubt(&self, sdk: &SdkModel) -> Option<String> {
        if sdk.id != "google-signin" {
            return None;
        }
        let signs_in = self.calls.iter().any(|call| {
            call.model.lib == sdk.lib
                && matches!(
                    call.model.method,
                    "requestIdToken" | "requestServerAuthCode" | "getIdToken" | "getServerAuthCode"
                )
        }) || self
            .events
            .sdk
            .iter()
            .any(|(_, model)| model.lib == "firebase-auth");
        (!signs_in).then(|| {
            "whether users sign in with the Google account, or only share data from it, is not in the code"
                .to_owned()
        })
    }

    /// What the app leaves for the next device.
    pub(super) fn restore_credentials(&self) -> Vec<Residue> {
        RESTORE_STORES
            .iter()
            .filter_map(|store| self.restore_credential(store))
            .collect()
    }

    fn restore_credential(&self, store: &'static str) -> Option<Residue> {
        let restores = store == "restore-credential";
        let made: Vec<(Site, String)> = self
            .calls_of(|model| {
                model.store == Some(StoreKind::Blockstore)
                    && model.store_name == Some(store)
                    && model.roles.contains(Roles::STORE)
            })
            .map(|call| (call.site, format!("`{}` makes it", made_by(call.model))))
            .collect();
        let (_, how) = made.first()?;
        let mut removers: Vec<Remover> = self
            .calls_of(|model| {
                model.store == Some(StoreKind::Blockstore)
                    && model.store_name == Some(store)
                    && model.roles.contains(Roles::CLEAR)
            })
            .map(|call| Remover::at(call.site))
            .collect();
        if restores {
            // The request says which kind it is; the call that takes it may stand elsewhere.
            removers.extend(
                self.calls_of(|model| model.class == CLEAR_REQUEST)
                    .filter(|call| self.is_restore_type(call))
                    .map(|call| Remover::at(call.site)),
            );
        }
        Some(Residue {
            thing: Thing::RestoreCredential,
            subject: format!("blockstore:{store}"),
            what: if restores {
                "the restore credential, which signs the user in on the next device".to_owned()
            } else {
                "what it put into Block Store, which the next device gets".to_owned()
            },
            how: how.clone(),
            // Block Store holds up to sixteen entries of any kind.
            doubt: (!restores && !self.token_kept).then(|| {
                "what is put into Block Store is not known to be a session value".to_owned()
            }),
            limited: None,
            confidence: Confidence::High,
            removers,
            made,
        })
    }

    /// Whether a request to forget is about the restore credential.
    fn is_restore_type(&self, call: &Call) -> bool {
        self.argument(call, ArgRole::Type)
            .iter()
            .any(|kind| matches!(kind, Origin::Text(text) if &**text == CLEAR_RESTORE))
    }

    /// Whether a call forgets nothing but the restore credential.
    fn is_restore_only(&self, call: &Call) -> bool {
        if !call.model.method.starts_with("clearCredentialState") {
            return false;
        }
        let requests: Vec<Call> = self
            .calls_of(|model| model.class == CLEAR_REQUEST)
            .filter(|request| request.site.func == call.site.func)
            .collect();
        !requests.is_empty() && requests.iter().all(|request| self.is_restore_type(request))
    }
}

/// Whether a call makes the device forget the account.
fn forgets(model: &ApiModel) -> bool {
    model.is(Roles::SIGN_OUT | Roles::LOCAL_SIGN_OUT) || (model.is(Roles::REVOKE) && model.local)
}

/// Name of what makes it: a constructor by its class.
fn made_by(model: &ApiModel) -> &'static str {
    let id = short_id(model);
    id.strip_suffix(".<init>").unwrap_or(id)
}
