//! The call graph that is expected of the bank, in debug and release builds: what each way out
//! reaches, and whether for certain.

use super::*;

/// For each way out of a build of the bank, by its id, the effects that it reaches.
fn reached(build: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples/android/built")
        .join(build);
    let options = ScanOptions::new(&path);
    let input = crate::input::open(&options.path, &options.budgets).unwrap();
    let ids = input.select(|part| {
        matches!(
            part.role,
            Role::Dex(_) | Role::Manifest(_) | Role::Resources(_)
        )
    });
    let read: Vec<(PartId, Cow<'_, [u8]>)> = ids
        .iter()
        .copied()
        .zip(input.read_all(&ids))
        .filter_map(|(id, bytes)| Some((id, bytes.ok()?)))
        .collect();
    let facts = Facts::read(&input, &read, &mut Vec::new());
    let parts: Vec<(String, &[u8])> = read
        .iter()
        .filter_map(|(id, bytes)| {
            let part = input.part(*id)?;
            matches!(part.role, Role::Dex(_)).then(|| (part.name.clone(), bytes.as_ref()))
        })
        .collect();
    let mut loaded = dex::load(dex::parse(&parts), None);
    let apis = match_program(&loaded.program);
    let marker = Marker::new(&apis).unwrap();
    dex::index(&mut loaded.program, &loaded.units, &marker);
    let mut controls = facts.controls(&|path| read_file(&input, path));
    facts.controls_by_id(&loaded.program, &mut controls);
    let names = |id: u32| {
        let (kind, entry) = facts.table.name(ResId(id))?;
        Some((kind.into_owned(), entry.into_owned()))
    };
    let ledger = build::build(&Sources {
        program: &loaded.program,
        apis: &apis,
        manifest: facts.manifest.as_ref(),
        backup: facts.backup.as_ref(),
        controls: &controls,
        resource_texts: &[],
        resources: &names,
        elsewhere: &[],
        first_party: &[],
        now: 1_700_000_000,
    });
    let mut all: Vec<String> = ledger
        .reached
        .iter()
        .flat_map(|(entry, effects)| {
            let first = std::iter::once(format!("{entry}:"));
            first.chain(effects.iter().map(|effect| format!("  {effect}")))
        })
        .collect();
    all.dedup();
    all
}

#[test]
fn the_vulnerable_bank_in_a_debug_build() {
    assert_eq!(
        reached("vulnerable-debug.apk"),
        [
            "res:id/button_leave:",
            "  certain clear sharedprefs:session:access_token",
            "  certain clear sharedprefs:session:refresh_token",
            "res:id/button_sign_out_here:",
            "  certain clear sharedprefs:session:access_token",
            "  certain clear sharedprefs:session:refresh_token",
            "res:id/action_sign_out:",
            "  certain clear sharedprefs:session:access_token",
            "res:id/button_switch_user:",
        ]
    );
}

/// The same for certain; what R8 has moved out of the bundled libraries counts as the app's own, and
/// may delete files.
#[test]
fn the_vulnerable_bank_in_a_release_build() {
    assert_eq!(
        reached("vulnerable-release.apk"),
        [
            "res:id/button_leave:",
            "  Screen clear file:{?}",
            "  certain clear sharedprefs:session:access_token",
            "  certain clear sharedprefs:session:refresh_token",
            "res:id/button_sign_out_here:",
            "  Dispatch clear file:{?}",
            "  certain clear sharedprefs:session:access_token",
            "  certain clear sharedprefs:session:refresh_token",
            "res:id/action_sign_out:",
            "  Screen clear file:{?}",
            "  certain clear sharedprefs:session:access_token",
            "res:id/button_switch_user:",
            "  Screen clear file:{?}",
        ]
    );
}

/// The portal's cookies, the preferences, the database, the revocation: from every way out.
#[test]
fn the_fixed_bank_in_a_debug_build() {
    assert_eq!(
        reached("fixed-debug.apk"),
        [
            "res:id/button_leave:",
            "  certain POST v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear sqlite:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
            "res:id/button_sign_out_here:",
            "  Screen clear sqlite:{?}",
            "  certain POST v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear sqlite:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
            "res:id/action_sign_out:",
            "  certain POST v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear sqlite:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
            "res:id/button_switch_user:",
            "  certain POST v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear sqlite:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
        ]
    );
}

/// The coroutine that signs out is started by renamed code, and found for certain all the same. (The
/// bundled database is renamed too, so that no model knows it.)
#[test]
fn the_fixed_bank_in_a_release_build() {
    assert_eq!(
        reached("fixed-release.apk"),
        [
            "res:id/button_leave:",
            "  Allocation clear sharedprefs:{?}",
            "  Allocation clear sharedprefs:{?}:{?}",
            "  Dispatch clear sharedprefs:{?}:pending_revocation",
            "  Dispatch https://api.bank.example/v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
            "  certain v1/oauth/revoke",
            "res:id/button_sign_out_here:",
            "  Allocation clear sharedprefs:{?}",
            "  Allocation clear sharedprefs:{?}:{?}",
            "  Dispatch clear sharedprefs:{?}:pending_revocation",
            "  Dispatch https://api.bank.example/v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
            "  certain v1/oauth/revoke",
            "res:id/action_sign_out:",
            "  Allocation clear sharedprefs:{?}",
            "  Allocation clear sharedprefs:{?}:{?}",
            "  Dispatch clear sharedprefs:{?}:pending_revocation",
            "  Dispatch https://api.bank.example/v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
            "  certain v1/oauth/revoke",
            "res:id/button_switch_user:",
            "  Allocation clear sharedprefs:{?}",
            "  Allocation clear sharedprefs:{?}:{?}",
            "  Dispatch clear sharedprefs:{?}:pending_revocation",
            "  Dispatch https://api.bank.example/v1/oauth/revoke",
            "  certain clear sharedprefs:{?}",
            "  certain clear webview-cookies:{?}",
            "  certain clear webview-storage:{?}",
            "  certain v1/oauth/revoke",
        ]
    );
}
