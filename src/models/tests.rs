//! The tables as a whole: complete, sorted, findable.

use std::collections::BTreeSet;

use regex::Regex;

use super::*;

/// Number of parameters of a DEX method descriptor. Written apart from the build script's, to
/// check that too.
fn parameters(descriptor: &str) -> Option<usize> {
    let types =
        Regex::new(r"^\((?<p>(\[*([ZBSCIJFD]|L[^;\[(.]+;))*)\)(V|\[*([ZBSCIJFD]|L[^;\[(.]+;))$")
            .ok()?;
    let one = Regex::new(r"\[*([ZBSCIJFD]|L[^;]+;)").ok()?;
    Some(
        one.find_iter(types.captures(descriptor)?.name("p")?.as_str())
            .count(),
    )
}

#[test]
fn nothing_got_lost() {
    assert!(apis().len() >= 825 + 900, "{}", apis().len());
    assert!(sdks().len() >= 28);
    assert!(table::TERMS.len() >= 300);
    assert!(table::NEGATIVE_TERMS.len() >= 300);
    assert!(table::EVENT_LABEL.len() >= 200);
    assert!(table::ENDPOINTS.len() >= 11);
    assert!(table::VALUES.len() >= 8);
    let used: Roles = apis()
        .iter()
        .fold(Roles::EMPTY, |set, api| set.union(api.roles));
    for &role in Role::ALL {
        assert!(used.contains(role.into()), "no model is {role}");
    }
}

#[test]
fn sorted_for_binary_search() {
    let key = |api: &ApiModel| (api.method, api.class, api.id);
    assert!(apis().windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
    assert!(sdks().windows(2).all(|pair| pair[0].id < pair[1].id));
    assert!(table::TERMS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(table::TYPES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    for set in [
        table::NEGATIVE_TERMS,
        table::NEUTRAL,
        table::PERSONAL,
        table::NOT_PERSONAL,
        table::PERSONAL_COLUMNS,
        table::OPENERS,
        table::EVENT_OPENERS,
        table::NOT_FIRST,
        table::NOT_LAST,
        table::UNLESS_LAST,
        table::NOT_IDENTIFIER,
        table::NOT_RESOURCE,
        table::NOT_LABEL,
    ] {
        assert!(set.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

#[test]
fn every_model_is_found_by_its_own_signature() {
    let mut ids = BTreeSet::new();
    for api in apis() {
        assert!(ids.insert(api.id), "{}", api.id);
        assert!(
            by_id(api.id).is_some_and(|found| std::ptr::eq(found, api)),
            "{}",
            api.id
        );
        assert!(api.id.starts_with(&format!("{}:", api.lib)), "{}", api.id);
        if api.class.is_empty() {
            for &(form, text) in api.symbols {
                assert!(
                    by_symbol(form, text).any(|found| std::ptr::eq(found, api)),
                    "{}",
                    api.id
                );
            }
            continue;
        }
        assert!(
            by_method(api.method)
                .iter()
                .any(|found| std::ptr::eq(found, api)),
            "{}",
            api.id
        );
        assert!(
            by_class(api.class).any(|found| std::ptr::eq(found, api)),
            "{}",
            api.id
        );
        let found = find(api.class, api.method, api.descriptor.unwrap_or("any"));
        assert_eq!(found.map(|found| found.id), Some(api.id));
        assert!(api.covers(api.descriptor.unwrap_or("()V")));
    }
    assert!(by_method("noSuchMethod").is_empty());
    assert_eq!(by_class("Lno/such/Class;").len(), 0);
    assert!(by_id("no:such").is_none());
    assert!(find("Landroid/util/Log;", "d", "()V").is_none());
}

#[test]
fn signatures_are_dex() {
    let name = Regex::new(r"^([A-Za-z_$][\w$-]*|<init>|\*)$").unwrap();
    for api in apis().iter().filter(|api| !api.class.is_empty()) {
        assert!(
            api.class.starts_with('L') && api.class.ends_with(';') && !api.class.contains('.'),
            "{}",
            api.id
        );
        let Some(descriptor) = api.descriptor else {
            continue;
        };
        let count = parameters(descriptor);
        assert!(count.is_some(), "{}: {descriptor}", api.id);
        let inside =
            |pos: ArgPos| !matches!(pos, ArgPos::Param(at) if Some(usize::from(at)) >= count);
        assert!(api.args.iter().all(|&(_, pos)| inside(pos)), "{}", api.id);
        if let Some(edge) = &api.edge {
            assert!(edge.from.iter().all(|&pos| inside(pos)), "{}", api.id);
            assert!(!edge.to.is_empty(), "{}", api.id);
            for target in edge.to {
                assert!(
                    target
                        .descriptor
                        .is_none_or(|descriptor| parameters(descriptor).is_some()),
                    "{}",
                    api.id
                );
                assert!(
                    name.is_match(target.method),
                    "{}: {}",
                    api.id,
                    target.method
                );
            }
        }
        if api.method == "<init>" {
            assert!(descriptor.ends_with(")V"), "{}", api.id);
        }
    }
}

#[test]
fn fields_fit_together() {
    let mut wrong: Vec<(&str, &str)> = Vec::new();
    for api in apis() {
        let is = |roles: Roles| api.roles.intersects(roles);
        let mut rule = |holds: bool, why: &'static str| {
            if !holds {
                wrong.push((api.id, why));
            }
        };
        if is(Roles::STORE) && !is(Roles::ENTRY_POINT) {
            rule(api.store.is_some(), "stores nowhere");
        }
        if is(Roles::CLEAR) && api.store.is_some() {
            rule(api.scope.is_some() || is(Roles::STORE), "clears how much");
        }
        if is(Roles::LOCAL_SIGN_OUT) {
            rule(
                api.local && api.server == ServerEffect::None,
                "a local sign-out is local",
            );
        }
        if is(Roles::REVOKE | Roles::END_SESSION) {
            rule(
                api.server != ServerEffect::None,
                "revokes without an effect on the server",
            );
        }
        if is(Roles::PASS) {
            let from = api.arg(ArgRole::Value).or(api.arg(ArgRole::Key)).is_some();
            rule(
                from || api.returns == Returns::Receiver,
                "passes nothing on",
            );
        }
        if is(Roles::CALLBACK_EDGE) {
            rule(api.edge.is_some(), "leads nowhere");
        }
        if is(Roles::CREDENTIAL_SOURCE | Roles::READ)
            && api.descriptor.is_some_and(|d| d.ends_with(";"))
        {
            rule(api.returns != Returns::Other, "gives nothing back");
        }
        if let Some(descriptor) = api.descriptor.filter(|_| api.returns != Returns::Other) {
            rule(!descriptor.ends_with(")V"), "gives back what is void");
        }
        if api.verb.is_some() {
            rule(
                is(Roles::NETWORK_BUILD | Roles::NETWORK_SEND),
                "a verb without a request",
            );
        }
        rule(!api.source.is_empty(), "says nothing of its source");
    }
    assert_eq!(wrong, []);
}

#[test]
fn well_known_models() {
    let put = find(
        "Landroid/content/SharedPreferences$Editor;",
        "putString",
        "(Ljava/lang/String;Ljava/lang/String;)Landroid/content/SharedPreferences$Editor;",
    )
    .unwrap();
    assert!(put.roles.contains(Roles::STORE));
    assert_eq!(put.arg(ArgRole::Key), Some(ArgPos::Param(0)));
    assert_eq!(put.arg(ArgRole::Value), Some(ArgPos::Param(1)));
    assert_eq!(put.returns, Returns::Receiver);
    assert_eq!(
        (put.store, put.protection),
        (Some(StoreKind::Sharedprefs), Some(Protection::Plaintext))
    );

    let edit = by_id("android.sharedprefs:SharedPreferences.edit").unwrap();
    assert_eq!((edit.roles, edit.returns), (Roles::PASS, Returns::Receiver));

    let append = find(
        "Ljava/lang/StringBuilder;",
        "append",
        "(C)Ljava/lang/StringBuilder;",
    )
    .unwrap();
    assert!(append.roles.contains(Roles::PASS.union(Roles::CONCAT)));
    assert_eq!(append.arg(ArgRole::Into), Some(ArgPos::Receiver));

    let revoke = by_id("auth0:AuthenticationAPIClient.revokeToken").unwrap();
    assert!(
        revoke
            .roles
            .contains(Roles::REVOKE.union(Roles::SIGN_OUT_BUILD))
    );

    let firebase = by_id("firebase-auth:FirebaseAuth.signOut").unwrap();
    assert!(firebase.local && firebase.server == ServerEffect::None);

    let format: Vec<_> = by_id("java.lang:String.format")
        .unwrap()
        .args_of(ArgRole::Value)
        .collect();
    assert_eq!(format, [ArgPos::Param(0), ArgPos::Param(1)]);

    let click = by_id("android.ui-callbacks:View.setOnClickListener")
        .unwrap()
        .edge
        .unwrap();
    assert_eq!(click.kind, EdgeKind::Callback);
    assert_eq!(click.from, [ArgPos::Param(0)]);
    assert_eq!(
        click.to,
        [Target {
            method: "onClick",
            descriptor: Some("(Landroid/view/View;)V")
        }]
    );

    assert_eq!(
        sdk_of_class("Lcom/auth0/android/Auth0;").map(|sdk| sdk.id),
        Some("auth0")
    );
    assert_eq!(sdk_of_class("Lcom/auth0x/Auth0;").map(|sdk| sdk.id), None);
    assert_eq!(
        sdk_by_id("facebook-login").map(|sdk| sdk.protection),
        Some(Protection::Plaintext)
    );
    assert_eq!(
        platform_supertypes("Landroid/app/Activity;")[0],
        "Landroid/view/ContextThemeWrapper;"
    );
    assert!(platform_supertypes("Lcom/example/Main;").is_empty());
}

#[test]
fn roles_are_a_set() {
    let set = Roles::STORE | Roles::READ;
    assert!(
        set.contains(Roles::STORE)
            && !set.contains(Roles::CLEAR)
            && set.intersects(Roles::READ | Roles::CLEAR)
    );
    assert_eq!(set.names().collect::<Vec<_>>(), ["store", "read"]);
    assert_eq!(
        Role::ALL.iter().copied().collect::<Roles>().iter().count(),
        Role::ALL.len()
    );
    assert!(Role::ALL.len() <= 64);
}

#[test]
fn platform_types_end() {
    for (class, supertypes) in table::TYPES {
        let mut todo = supertypes.to_vec();
        for _ in 0..64 {
            let Some(next) = todo.pop() else { break };
            assert_ne!(next, *class, "{class} inherits from itself");
            todo.extend(platform_supertypes(next));
        }
        assert!(todo.is_empty(), "{class}");
    }
}

#[test]
fn every_regex_compiles() {
    for (_, _, regex, not) in table::ENDPOINTS {
        assert!(Regex::new(regex).is_ok(), "{regex}");
        assert!(not.is_none_or(|not| Regex::new(not).is_ok()), "{not:?}");
    }
    for (_, regex) in table::VALUES {
        assert!(Regex::new(regex).is_ok(), "{regex}");
    }
}
