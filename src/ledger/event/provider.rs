//! Content providers that other apps may ask: what they read of a table, every app can read.

use super::{Collector, Events};
use crate::analysis::callgraph::Node;
use crate::analysis::template::Template;
use crate::analysis::values::{Origin, Site, template_of};
use crate::ir::{FuncId, Op};
use crate::ledger::store;
use crate::models::{ArgPos, ArgRole, Roles, StoreKind};

/// What a provider's entry for reading is called, and how it begins.
const QUERY: &str = "query";
const URI: &str = "Landroid/net/Uri;";
/// Most functions behind one query.
const QUERY_LIMIT: usize = 120;

/// A table that is handed out.
struct Served {
    table: Template,
    /// The columns, where they are constants; else whatever is asked for.
    columns: Option<Vec<String>>,
    site: Site,
}

impl<'p, 'a> Collector<'p, 'a> {
    /// Marks writes to tables that a provider of the app serves to other apps.
    pub(super) fn served_by_providers(&self, events: &mut Events) {
        let to_tables = |kind: StoreKind| store::family(kind) == StoreKind::Sqlite;
        if !events.writes.iter().any(|write| to_tables(write.kind)) {
            return;
        }
        let served: Vec<Served> = self
            .queries()
            .into_iter()
            .flat_map(|func| self.served(func))
            .collect();
        for write in events
            .writes
            .iter_mut()
            .filter(|write| to_tables(write.kind))
        {
            let column = write
                .id
                .key
                .as_ref()
                .and_then(Template::as_literal)
                .map(str::to_owned);
            write.served = served
                .iter()
                .find(|served| {
                    served.table == write.id.name
                        && !served.table.is_unknown()
                        && match (&served.columns, &column) {
                            (Some(columns), Some(column)) => columns
                                .iter()
                                .any(|known| known.eq_ignore_ascii_case(column)),
                            _ => true,
                        }
                })
                .map(|served| served.site);
        }
    }

    /// The functions that answer other apps' queries, in a fixed order.
    fn queries(&self) -> Vec<FuncId> {
        let program = self.program();
        let mut found: Vec<FuncId> = self
            .exported
            .iter()
            .flat_map(|class| program.funcs_of(*class))
            .filter(|func| {
                let proto = program.proto(program.symbol(*func).proto);
                program.func_name(*func) == QUERY
                    && proto
                        .params
                        .first()
                        .is_some_and(|ty| program.names.text(*ty) == URI)
            })
            .collect();
        found.sort_unstable();
        found
    }

    fn served(&self, query: FuncId) -> Vec<Served> {
        let program = self.program();
        let reach = self
            .graph()
            .reach(Node::whole(query), None, false, QUERY_LIMIT);
        let mut found = Vec::new();
        for reached in &reach.nodes {
            let func = reached.node.func;
            for (op, call) in program.body(func).iter_ops() {
                let Op::Call { target, .. } = call else {
                    continue;
                };
                let site = Site { func, op };
                let symbol = program.method(*target);
                // `SQLiteQueryBuilder.setTables`, of the platform or of a fork of it.
                if program.names.text(symbol.name) == "setTables" {
                    self.tables(site, ArgPos::Param(0), None, &mut found);
                }
                for model in self.values.apis().of(*target) {
                    let reads = model.roles.contains(Roles::READ)
                        && model.store.map(store::family) == Some(StoreKind::Sqlite);
                    if let Some(table) = model.arg(ArgRole::Table).filter(|_| reads) {
                        self.tables(site, table, self.columns(site), &mut found);
                    }
                    if let Some(sql) = model.arg(ArgRole::Sql).filter(|_| reads) {
                        for origin in self.values.argument(site, sql, &None) {
                            let text = template_of(&origin).to_string();
                            found.extend(table_of(&text).map(|table| Served {
                                table: Template::literal(table),
                                columns: None,
                                site,
                            }));
                        }
                    }
                }
            }
        }
        found
    }

    fn tables(
        &self,
        site: Site,
        position: ArgPos,
        columns: Option<Vec<String>>,
        found: &mut Vec<Served>,
    ) {
        for origin in self.values.argument(site, position, &None) {
            found.push(Served {
                table: template_of(&origin),
                columns: columns.clone(),
                site,
            });
        }
    }

    /// The columns of `query(table, columns, …)`, if they are constants.
    fn columns(&self, site: Site) -> Option<Vec<String>> {
        let array = self.values.argument_value(site, ArgPos::Param(1))?;
        let elements = self.values.elements(site.func, array);
        let names: Vec<String> = elements
            .iter()
            .filter_map(|element| {
                match self.values.origins(site.func, *element, &None).as_slice() {
                    [Origin::Text(name)] => Some(name.to_string()),
                    _ => None,
                }
            })
            .collect();
        (!names.is_empty() && names.len() == elements.len()).then_some(names)
    }
}

/// The table of `SELECT … FROM table`.
fn table_of(sql: &str) -> Option<&str> {
    let mut words = sql.split_whitespace();
    words.find(|word| word.eq_ignore_ascii_case("from"))?;
    let table = words
        .next()?
        .trim_matches(['`', '"', '[', ']', ',', ';', '(', ')']);
    (!table.is_empty()).then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_names_its_table() {
        assert_eq!(
            table_of("SELECT a, b FROM `users` WHERE a = ?"),
            Some("users")
        );
        assert_eq!(table_of("select * from t;"), Some("t"));
        assert_eq!(table_of("PRAGMA x"), None);
        assert_eq!(table_of("select * from"), None);
    }
}
