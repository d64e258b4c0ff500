//! Lowering, seen through the text form of the program model.

use bumpalo::Bump;

use super::{SourceFile, load};
use crate::ir::FuncId;
use crate::ir::text::print_func;

/// The functions of some files whose name ends so, as text.
fn lowered(files: &[(&str, &str)], name: &str) -> String {
    let files: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile::parse(path, text).expect("the language is built in"))
        .collect();
    for file in &files {
        assert_eq!(file.tree.broken, 0, "{} has broken nodes", file.path);
    }
    let arena = Bump::new();
    let program = load(&files, &arena, &|kind, name| {
        (kind == "id" && name == "btn_logout").then_some(0x7f0a_0001)
    });
    (0..program.funcs.len())
        .map(|index| FuncId(u32::try_from(index).expect("a small program")))
        .filter(|func| program.func_path(*func).ends_with(name))
        .map(|func| print_func(&program, func))
        .collect()
}

#[test]
fn a_kotlin_editor_chain_names_the_platform_methods() {
    let text = lowered(
        &[(
            "Session.kt",
            r#"
package app
import android.content.Context
import android.content.SharedPreferences
class Session(private val context: Context) {
    private val prefs: SharedPreferences = context.getSharedPreferences("session", Context.MODE_PRIVATE)
    companion object { private const val KEY = "access_token" }
    fun save(token: String) {
        prefs.edit().putString(KEY, token).apply()
    }
    fun clear() { prefs.edit { remove(KEY) } }
}
"#,
        )],
        "app.Session.save",
    );
    println!("{text}");
    assert!(text.contains(r#""access_token""#), "{text}");
    assert!(
        text.contains("call interface Landroid/content/SharedPreferences$Editor;->putString")
            || text.contains("call virtual Landroid/content/SharedPreferences$Editor;->putString(Ljava/lang/String;Ljava/lang/String;)"),
        "{text}"
    );
}
