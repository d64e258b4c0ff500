//! Tables of databases with the user's data, by their names.

use super::{Finder, Residue, Thing};
use crate::analysis::libraries;
use crate::analysis::template::Template;
use crate::analysis::values::{Site, template_of};
use crate::finding::Confidence;
use crate::ir::{FuncId, Op};
use crate::ledger::credential;
use crate::ledger::exit::Remover;
use crate::ledger::sql::{self, Verb};
use crate::ledger::store::family;
use crate::models::{ArgRole, ClearScope, Protection, Roles, StoreKind, lexicon};

/// Most tables that are told apart.
const MAX_TABLES: usize = 200;

impl<'p> Finder<'_, 'p, '_> {
    /// Tables that are written in the app's own code and named for what belongs to a user.
    pub(super) fn user_data(&self) -> Vec<Residue> {
        let tables = self.personal_tables();
        if tables.is_empty() {
            return Vec::new();
        }
        let databases = self.database_removers();
        let encrypted = self.is_encrypted().then(|| {
            "the database is encrypted; whether its key goes at sign-out is not decided".to_owned()
        });
        tables
            .into_iter()
            .map(|(table, site)| {
                let emptied = self.emptied(&table, &databases);
                let scattered = || {
                    emptied.scattered.then(|| {
                        "a statement that deletes its rows is in the code, and where it runs cannot be followed".to_owned()
                    })
                };
                Residue {
                    thing: Thing::UserData,
                    subject: "user-data".to_owned(),
                    what: format!("the table `{table}`"),
                    how: format!("the app writes to the table `{table}`"),
                    made: vec![(site, format!("rows of `{table}` are written here"))],
                    doubt: encrypted.clone().or_else(scattered),
                    limited: None,
                    confidence: Confidence::High,
                    removers: emptied.removers,
                }
            })
            .collect()
    }

    fn personal_tables(&self) -> Vec<(String, Site)> {
        let program = self.program();
        let mut found: Vec<(String, Site)> = Vec::new();
        let mut add = |table: &str, columns: &[String], site: Site| {
            let table = table.to_ascii_lowercase();
            if found.len() < MAX_TABLES
                && lexicon::is_personal(&table, columns)
                && !found.iter().any(|(known, _)| *known == table)
            {
                found.push((table, site));
            }
        };
        for (text, func) in &program.texts {
            if self.values.graph().is_library_func(*func)
                || libraries::marked(program.body(*func)).is_some()
            {
                continue;
            }
            let Some(statement) =
                sql::parse(text).filter(|statement| statement.verb == Verb::Insert)
            else {
                continue;
            };
            let place = program
                .body(*func)
                .iter_ops()
                .find(|(_, op)| credential::text_of(op) == Some(text.as_str()))
                .map(|(op, _)| Site { func: *func, op });
            if let Some(site) = place {
                add(&statement.table, &statement.columns, site);
            }
        }
        for call in self.calls_of(|model| {
            model.roles.contains(Roles::STORE) && model.arg(ArgRole::Table).is_some()
        }) {
            for origin in self.argument(&call, ArgRole::Table) {
                if let Some(table) = template_of(&origin).as_literal() {
                    add(table, &[], call.site);
                }
            }
        }
        found.sort();
        found
    }

    fn is_encrypted(&self) -> bool {
        self.calls_of(|model| {
            model.roles.contains(Roles::STORE_OPEN)
                && model.store.map(family) == Some(StoreKind::Sqlite)
        })
        .any(|call| call.model.protection == Some(Protection::Encrypted))
    }

    /// Places that empty or delete a database as a whole.
    fn database_removers(&self) -> Vec<Remover> {
        // With several databases, which one has a table is not known.
        let mut names: Vec<Template> = self
            .calls_of(|model| {
                model.roles.contains(Roles::STORE_OPEN)
                    && model.store.map(family) == Some(StoreKind::Sqlite)
            })
            .flat_map(|call| self.argument(&call, ArgRole::StoreName))
            .map(|origin| template_of(&origin))
            .collect();
        names.sort();
        names.dedup();
        self.calls_of(|model| {
            model.roles.contains(Roles::CLEAR)
                && model.store.map(family) == Some(StoreKind::Sqlite)
                && model.scope == Some(ClearScope::Store)
                && model.arg(ArgRole::Table).is_none()
        })
        .map(|call| {
            let remover = Remover::at(call.site);
            if names.len() > 1 {
                remover.unless("the app has several databases, and this may be another one")
            } else {
                remover
            }
        })
        .collect()
    }

    /// Everything that may empty a table.
    fn emptied(&self, table: &str, databases: &[Remover]) -> Emptied {
        let mut removers = databases.to_vec();
        let mut seen = false;
        for clear in &self.events.clears {
            if family(clear.id.kind) != StoreKind::Sqlite && !clear.everything {
                continue;
            }
            let remover = Remover {
                outer: clear.outer,
                ..Remover::at(clear.site)
            };
            if databases.iter().any(|known| known.site == clear.site) && !clear.everything {
                continue;
            }
            match clear.id.name.as_literal() {
                _ if clear.everything => removers.push(remover),
                Some(name) if name.eq_ignore_ascii_case(table) && clear.id.key.is_none() => {
                    seen = true;
                    removers.push(remover);
                }
                Some(_) => {}
                None => removers.push(remover.unless("which table is emptied is not known")),
            }
        }
        let mut scattered = false;
        for (text, func) in &self.program().texts {
            if self.values.graph().is_library_func(*func)
                || sql::parse(text).is_none_or(|statement| {
                    statement.verb != Verb::Delete || statement.table != table
                })
            {
                continue;
            }
            match self.run_with(*func, text) {
                Some(site) => removers.push(Remover::at(site)),
                None => scattered = true,
            }
        }
        Emptied {
            removers,
            scattered: scattered && !seen,
        }
    }

    /// The call that runs a statement: one that takes its text and gives nothing back. What the
    /// class is called does not matter, since shrinkers rename it.
    fn run_with(&self, func: FuncId, text: &str) -> Option<Site> {
        let program = self.program();
        let body = program.body(func);
        body.iter_ops().find_map(|(op, call)| {
            let Op::Call { target, args, .. } = call else {
                return None;
            };
            let proto = program.proto(program.method(*target).proto);
            let takes = body.args(*args).iter().any(|value| {
                body.def(*value)
                    .is_some_and(|(_, def)| credential::text_of(def) == Some(text))
            });
            (takes && program.names.text(proto.ret) == "V").then_some(Site { func, op })
        })
    }
}

/// What may empty a table.
struct Emptied {
    removers: Vec<Remover>,
    /// There is a statement for it whose execution was not found.
    scattered: bool,
}
