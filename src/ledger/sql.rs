//! The little of SQL that says what a statement does to a table: verb, table, columns.

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `INSERT`, `REPLACE`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `DROP TABLE`.
    Drop,
}

/// A statement as far as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it does.
    pub verb: Verb,
    /// To which table; lower case, without quotes.
    pub table: String,
    /// Columns that it sets, in order.
    pub columns: Vec<String>,
    /// For each `?`, in order, the column that it is for.
    pub parameters: Vec<Option<String>>,
    /// Columns that an `UPDATE` empties: it sets them to `NULL`, `''` or `0`.
    pub emptied: Vec<String>,
    /// A `DELETE` without `WHERE`.
    pub whole_table: bool,
}

/// Most tokens that are looked at.
const MAX_TOKENS: usize = 2048;

/// Reads a statement; none when it is a query or not understood.
#[must_use]
pub fn parse(sql: &str) -> Option<Statement> {
    let tokens: Vec<&str> = tokens(sql).take(MAX_TOKENS).collect();
    let word = |at: usize| tokens.get(at).map(|token| token.to_ascii_lowercase());
    let mut at = 0;
    let verb = match word(0)?.as_str() {
        "insert" | "replace" => Verb::Insert,
        "update" => Verb::Update,
        "delete" => Verb::Delete,
        "drop" => Verb::Drop,
        _ => return None,
    };
    at += 1;
    // `OR ABORT`, `INTO`, `FROM`, `TABLE IF EXISTS`
    while let Some(token) = word(at) {
        match token.as_str() {
            "or" => at += 2,
            "into" | "from" | "table" | "if" | "exists" => at += 1,
            _ => break,
        }
    }
    let table = unquote(tokens.get(at)?).to_ascii_lowercase();
    at += 1;
    let mut columns = Vec::new();
    let mut parameters = Vec::new();
    let mut emptied = Vec::new();
    match verb {
        Verb::Insert => {
            if tokens.get(at) == Some(&"(") {
                at += 1;
                while let Some(token) = tokens.get(at) {
                    at += 1;
                    match *token {
                        ")" => break,
                        "," => {}
                        name => columns.push(unquote(name).to_owned()),
                    }
                }
            }
            let mut position = 0;
            let mut depth = 0u32;
            for token in tokens.get(at..).unwrap_or_default() {
                match *token {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    "," if depth == 1 => position += 1,
                    token if token.starts_with('?') || token.starts_with(':') => {
                        parameters.push(columns.get(position).cloned())
                    }
                    _ => {}
                }
            }
        }
        Verb::Update => {
            let mut before: Option<&str> = None;
            let mut setting = true;
            let rest = tokens.get(at..).unwrap_or_default();
            for (index, token) in rest.iter().enumerate() {
                if token.eq_ignore_ascii_case("where") {
                    setting = false;
                }
                match *token {
                    "=" => {
                        before = index
                            .checked_sub(1)
                            .and_then(|index| rest.get(index))
                            .copied();
                        if setting {
                            columns.extend(before.map(|name| unquote(name).to_owned()));
                            let empty = rest.get(index + 1).is_some_and(|value| {
                                matches!(*value, "''" | "\"\"" | "0")
                                    || value.eq_ignore_ascii_case("null")
                            });
                            emptied.extend(
                                before
                                    .filter(|_| empty)
                                    .map(|name| unquote(name).to_owned()),
                            );
                        }
                    }
                    token if token.starts_with('?') || token.starts_with(':') => {
                        parameters.push(
                            before
                                .filter(|_| setting)
                                .map(|name| unquote(name).to_owned()),
                        );
                    }
                    _ => {}
                }
            }
        }
        Verb::Delete | Verb::Drop => {}
    }
    let whole_table = matches!(verb, Verb::Drop)
        || (verb == Verb::Delete
            && !tokens
                .iter()
                .any(|token| token.eq_ignore_ascii_case("where")));
    Some(Statement {
        verb,
        table,
        columns,
        parameters,
        emptied,
        whole_table,
    })
}

fn unquote(name: &str) -> &str {
    name.trim_matches(['`', '"', '[', ']', '\''])
}

fn tokens(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql.trim_start();
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\n', '\t', '\r', ';']);
        let first = rest.chars().next()?;
        let length = match first {
            '(' | ')' | ',' | '=' => 1,
            '`' | '"' | '\'' => rest
                .get(1..)
                .and_then(|tail| tail.find(first))
                .map_or(rest.len(), |end| end + 2),
            _ => rest
                .find(|c: char| {
                    c.is_whitespace() || matches!(c, '(' | ')' | ',' | '=' | ';' | '\'' | '"' | '`')
                })
                .unwrap_or(rest.len())
                .max(first.len_utf8()),
        };
        let (token, tail) = rest.split_at_checked(length)?;
        rest = tail;
        Some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_may_empty_columns() {
        let sql = "UPDATE info SET sessionToken = 0, name = 'a', pin=NULL WHERE id = 0";
        assert_eq!(parse(sql).unwrap().emptied, ["sessionToken", "pin"]);
    }

    #[test]
    fn inserts_join_columns_to_parameters() {
        let statement =
            parse("INSERT OR REPLACE INTO `Account` (`id`,`accessToken`) VALUES (nullif(?, 0),?)")
                .unwrap();
        assert_eq!(statement.verb, Verb::Insert);
        assert_eq!(statement.table, "account");
        assert_eq!(
            statement.parameters,
            [Some("id".to_owned()), Some("accessToken".to_owned())]
        );
        let statement =
            parse("insert into info (id, sessionToken, userName) values (null, ?,?)").unwrap();
        assert_eq!(
            statement.parameters,
            [Some("sessionToken".to_owned()), Some("userName".to_owned())]
        );
    }

    #[test]
    fn updates_and_deletes_name_their_table() {
        let statement = parse("UPDATE user SET token = ?, age=? WHERE id = ?").unwrap();
        assert_eq!(statement.columns, ["token", "age"]);
        assert_eq!(
            statement.parameters,
            [Some("token".to_owned()), Some("age".to_owned()), None]
        );
        assert!(parse("delete from info").unwrap().whole_table);
        assert!(!parse("DELETE FROM info WHERE id=1").unwrap().whole_table);
        assert_eq!(parse("DROP TABLE IF EXISTS info").unwrap().table, "info");
        assert_eq!(parse("SELECT * FROM info"), None);
        assert_eq!(parse("insert"), None);
        assert_eq!(parse("é"), None);
    }
}
