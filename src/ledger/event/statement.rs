//! Tables of SQLite: statements, the values bound to them, rows given as `ContentValues`.

use super::{Clear, Collector, Events, Protected, Write};
use crate::analysis::callgraph::through_casts;
use crate::analysis::template::Template;
use crate::analysis::values::{Context, Origin, Site, template_of};
use crate::ir::{MethodId, Op};
use crate::ledger::credential::Judgement;
use crate::ledger::sql::{self, Verb};
use crate::ledger::store::{self, Store, StoreId};
use crate::models::{ApiModel, ArgPos, ArgRole, StoreKind};

impl<'p, 'a> Collector<'p, 'a> {
    /// SQL: the statement's text says what it does; bound values belong to its columns.
    pub(super) fn sql(&self, site: Site, model: &'static ApiModel, events: &mut Events) {
        let Some(sql_at) = model.arg(ArgRole::Sql) else {
            return;
        };
        for origin in self.values.argument(site, sql_at, &None) {
            let template = template_of(&origin);
            let text = template.to_string();
            let Some(statement) = sql::parse(&text) else {
                continue;
            };
            let name = Template::literal(&statement.table);
            let compiles = matches!(
                self.program().body(site.func).op(site.op),
                Some(Op::Call { target, .. })
                    if matches!(self.program().names.text(self.program().method(*target).name), "compileStatement" | "prepare")
            );
            if !compiles {
                removed(&statement, site, events);
            }
            match statement.verb {
                Verb::Delete | Verb::Drop => {}
                Verb::Insert | Verb::Update => {
                    for (column, values, at) in self.sql_values(site, model, &origin, &statement) {
                        let stores = [Store {
                            kind: StoreKind::Sqlite,
                            name: name.clone(),
                            protection: None,
                            opened: None,
                            world: false,
                            backup: model.backup,
                            from_caller: None,
                        }];
                        let column = Template::literal(&column);
                        self.write(
                            events,
                            site,
                            at,
                            &None,
                            &stores,
                            Some((&column, &name)),
                            &values,
                            model,
                        );
                    }
                }
            }
        }
    }

    /// `bindString(index, value)` on a statement that was compiled elsewhere and kept in a field.
    pub(super) fn bound(
        &self,
        site: Site,
        target: MethodId,
        events: &mut Events,
        model: &'static ApiModel,
    ) {
        let program = self.program();
        if !matches!(
            program.names.text(program.method(target).name),
            "bindString" | "bindBlob" | "bindText"
        ) {
            return;
        }
        let indexes = self.values.argument(site, ArgPos::Param(0), &None);
        let [Origin::Int(index)] = indexes.as_slice() else {
            return;
        };
        let Ok(index) = usize::try_from(*index - 1) else {
            return;
        };
        for origin in self.values.argument(site, ArgPos::Receiver, &None) {
            let Origin::Call(_, compiled, context) = &origin else {
                continue;
            };
            if compiled.func == site.func {
                continue;
            }
            for text in self.values.argument(*compiled, ArgPos::Param(0), context) {
                let Some(statement) = sql::parse(&template_of(&text).to_string()) else {
                    continue;
                };
                let Some(Some(column)) = statement.parameters.get(index) else {
                    continue;
                };
                let values = self.values.argument(site, ArgPos::Param(1), &None);
                let table = Template::literal(&statement.table);
                let store = Store {
                    kind: StoreKind::Sqlite,
                    name: table.clone(),
                    protection: None,
                    opened: None,
                    world: false,
                    backup: model.backup,
                    from_caller: None,
                };
                let column = Template::literal(column);
                self.write(
                    events,
                    site,
                    site,
                    &None,
                    &[store],
                    Some((&column, &table)),
                    &values,
                    model,
                );
            }
        }
    }

    pub(super) fn runs_statement(&self, target: MethodId) -> bool {
        let program = self.program();
        let symbol = program.method(target);
        program.names.text(symbol.name).starts_with("execute")
            && program.names.text(symbol.class).ends_with("Statement;")
    }

    /// Runs a statement that was compiled before: a `DELETE` removes here, not where it is compiled.
    pub(super) fn executed(&self, site: Site, events: &mut Events) {
        let program = self.program();
        for origin in self.values.argument(site, ArgPos::Receiver, &None) {
            let Origin::Call(method, compiled, context) = &origin else {
                continue;
            };
            let statements: Vec<sql::Statement> =
                match program.names.text(program.method(*method).name) {
                    "compileStatement" | "prepare" => self
                        .values
                        .argument(*compiled, ArgPos::Param(0), context)
                        .iter()
                        .filter_map(|text| sql::parse(&template_of(text).to_string()))
                        .collect(),
                    "acquire" => self
                        .adapter_statement(*compiled, context)
                        .into_iter()
                        .collect(),
                    _ => continue,
                };
            for statement in statements {
                removed(&statement, site, events);
            }
        }
    }

    /// Statements whose values are bound somewhere else (generated database code): a column that is
    /// named for a session value will hold one.
    pub(super) fn statements(&self, events: &mut Events) {
        let program = self.program();
        for (text, func) in &program.texts {
            if self.graph().is_library_func(*func) {
                continue;
            }
            let Some(statement) =
                sql::parse(text).filter(|statement| statement.verb == Verb::Insert)
            else {
                continue;
            };
            let body = program.body(*func);
            let Some((op, _)) = body
                .iter_ops()
                .find(|(_, op)| crate::ledger::credential::text_of(op) == Some(text.as_str()))
            else {
                continue;
            };
            let site = Site { func: *func, op };
            for column in &statement.columns {
                let Judgement::Is(credential) = self
                    .judge
                    .name(column, || format!("its column is `{column}`"))
                else {
                    continue;
                };
                let id = StoreId {
                    kind: StoreKind::Sqlite,
                    name: Template::literal(&statement.table),
                    key: Some(Template::literal(column)),
                };
                let known = events.writes.iter().any(|write| {
                    store::family(write.kind) == StoreKind::Sqlite
                        && write.id.name == id.name
                        && write.id.key == id.key
                });
                if known || !credential.strong {
                    continue;
                }
                let encrypted = self.encrypted_stores_exist(Some(StoreKind::Sqlite));
                events.writes.push(Write {
                    id,
                    kind: StoreKind::Sqlite,
                    credential,
                    protected: if encrypted {
                        Protected::Unknown
                    } else {
                        Protected::Plain
                    },
                    world: false,
                    opened_elsewhere: None,
                    served: None,
                    by_key: true,
                    site,
                    inner: site,
                    through: Vec::new(),
                    opened: None,
                    exposed_key: None,
                    sdk: None,
                });
            }
        }
    }

    /// The statement that a data-access object's adapter runs: a constant of the adapter's class.
    pub(super) fn adapter_statement(
        &self,
        site: Site,
        context: &Context,
    ) -> Option<sql::Statement> {
        let program = self.program();
        self.values
            .argument(site, ArgPos::Receiver, context)
            .iter()
            .find_map(|origin| {
                let Origin::New(ty, ..) = origin else {
                    return None;
                };
                let class = program.class_of.get(ty)?;
                program.funcs_of(*class).find_map(|func| {
                    program
                        .body(func)
                        .ops
                        .iter()
                        .find_map(|op| sql::parse(crate::ledger::credential::text_of(op)?))
                })
            })
    }

    /// Columns of a statement with the values that go there: bound by calls on the compiled
    /// statement, given as arguments, or joined into the text.
    fn sql_values(
        &self,
        site: Site,
        model: &ApiModel,
        sql: &Origin,
        statement: &sql::Statement,
    ) -> Vec<(String, Vec<Origin>, Site)> {
        let mut found = Vec::new();
        let body = self.program().body(site.func);
        if let Origin::Built(parts) = sql {
            // Joined in: the value's own origin says what it is; the column by the text before it.
            let mut position = 0usize;
            let mut in_values = false;
            for part in parts.iter() {
                if let [Origin::Text(text)] = part.as_slice() {
                    let lower = text.to_ascii_lowercase();
                    let tail = match lower.find("values") {
                        Some(at) => {
                            in_values = true;
                            lower.get(at..).unwrap_or_default()
                        }
                        None => lower.as_str(),
                    };
                    if in_values {
                        position += tail.matches(',').count();
                    }
                } else {
                    let column = statement.columns.get(position).cloned().unwrap_or_default();
                    found.push((column, part.clone(), site));
                }
            }
        }
        if let Some(position) = model.arg(ArgRole::Value)
            && let Some(array) = self.values.argument_value(site, position)
        {
            for (value, column) in self
                .values
                .elements(site.func, array)
                .into_iter()
                .zip(&statement.parameters)
            {
                if let Some(column) = column {
                    found.push((
                        column.clone(),
                        self.values.origins(site.func, value, &None),
                        site,
                    ));
                }
            }
        }
        // `bindString(index, value)` on what this call returned.
        if let Some(Op::Call {
            dst: Some(compiled),
            ..
        }) = body.op(site.op)
        {
            for (op, call) in body.iter_ops() {
                let Op::Call { target, args, .. } = call else {
                    continue;
                };
                let values = body.args(*args);
                let name = self
                    .program()
                    .names
                    .text(self.program().method(*target).name);
                if !matches!(name, "bindString" | "bindBlob")
                    || values.first().map(|value| through_casts(body, *value)) != Some(*compiled)
                {
                    continue;
                }
                let at = Site {
                    func: site.func,
                    op,
                };
                let index = values
                    .get(1)
                    .and_then(|value| crate::analysis::callgraph::constant_int(body, *value));
                let column = index
                    .and_then(|index| usize::try_from(index - 1).ok())
                    .and_then(|index| statement.parameters.get(index).cloned().flatten());
                if let (Some(column), Some(value)) = (column, values.get(2)) {
                    found.push((column, self.values.origins(site.func, *value, &None), at));
                }
            }
        }
        found
    }
}

/// What a statement that runs at `site` removes.
pub(super) fn removed(statement: &sql::Statement, site: Site, events: &mut Events) {
    let whole = matches!(statement.verb, Verb::Delete | Verb::Drop).then_some(None);
    let keys = statement
        .emptied
        .iter()
        .map(|column| Some(Template::literal(column)));
    events
        .clears
        .extend(whole.into_iter().chain(keys).map(|key| Clear {
            id: StoreId {
                kind: StoreKind::Sqlite,
                name: Template::literal(&statement.table),
                key,
            },
            everything: false,
            site,
            outer: site,
        }));
}
