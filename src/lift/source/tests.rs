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
    assert!(text.contains(r#""access_token""#), "{text}");
    assert!(
        text.contains("call interface Landroid/content/SharedPreferences$Editor;->putString")
            || text.contains("call virtual Landroid/content/SharedPreferences$Editor;->putString(Ljava/lang/String;Ljava/lang/String;)"),
        "{text}"
    );
}

#[test]
fn names_without_braces_are_values_of_a_text() {
    let text = lowered(
        &[(
            "Page.kt",
            "package app\nclass Page {\n  fun address(jwt: String) = \"https://a.example/?jwt=$jwt&x=${jwt}\"\n}\n",
        )],
        "app.Page.address",
    );
    assert!(text.contains("\"https://a.example/?jwt=\""), "{text}");
    assert_eq!(text.matches("StringBuilder;->append").count(), 4, "{text}");
}

#[test]
fn a_lambda_is_a_class_that_holds_what_it_takes_along() {
    let text = lowered(
        &[(
            "Screen.kt",
            r#"
package app
import android.app.Activity
import android.view.View
class Screen : Activity() {
    fun bind(button: View, name: String) {
        button.setOnClickListener { leave(name) }
    }
    private fun leave(name: String) {}
}
"#,
        )],
        ".onClick",
    );
    assert!(
        text.contains("implements Landroid/view/View$OnClickListener;"),
        "{text}"
    );
    assert!(text.contains("val$name:Ljava/lang/String;"), "{text}");
    assert!(
        text.contains("call direct Lapp/Screen;->leave(Ljava/lang/String;)V"),
        "{text}"
    );
}

#[test]
fn the_way_that_a_constant_rules_out_is_not_lowered() {
    let text = lowered(
        &[(
            "Flags.java",
            "package app;\nclass Flags {\n  static final boolean TELL = false;\n  void leave() { if (TELL) tell(); else stay(); }\n  void tell() {}\n  void stay() {}\n}\n",
        )],
        "app.Flags.leave",
    );
    assert!(text.contains("->stay()"), "{text}");
    assert!(!text.contains("->tell()"), "{text}");
}

#[test]
fn room_gets_the_code_that_is_generated_for_it() {
    let text = lowered(
        &[(
            "Db.kt",
            r#"
package app
import androidx.room.Dao
import androidx.room.Entity
import androidx.room.Insert
import androidx.room.Query
@Entity(tableName = "accounts")
data class Account(val id: Long, val accessToken: String)
@Dao
interface AccountDao {
    @Insert fun add(account: Account)
    @Query("DELETE FROM accounts WHERE id = :id") fun remove(id: Long)
}
"#,
        )],
        "AccountDao_Impl.add",
    );
    assert!(
        text.contains("INSERT OR REPLACE INTO `accounts` (`id`,`accessToken`) VALUES (?,?)"),
        "{text}"
    );
    assert!(text.contains("bindString"), "{text}");
}

#[test]
fn deep_and_broken_files_are_read_as_far_as_they_go() {
    let deep = format!("class A {{ fun f() {{ {} }} }}", "if (x) { ".repeat(3000));
    let long = format!("class A {{ val x = {}1 }}", "1 + ".repeat(3000));
    for (path, text) in [
        ("A.kt", deep.as_str()),
        ("A.kt", long.as_str()),
        ("A.java", "class A { void f( { g(1, ; } }"),
        ("A.kt", "class : { fun ( = }"),
        ("A.java", ""),
    ] {
        let file = SourceFile::parse(path, text).expect("the language is built in");
        let files = [file];
        let arena = Bump::new();
        let _ = load(&files, &arena, &|_, _| None);
    }
}
