package sample;

import android.app.Activity;
import android.content.ContentValues;
import android.content.Context;
import android.content.SharedPreferences;
import android.database.sqlite.SQLiteDatabase;
import android.database.sqlite.SQLiteOpenHelper;
import android.os.Bundle;
import android.widget.Button;
import androidx.security.crypto.EncryptedSharedPreferences;
import androidx.security.crypto.MasterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** The whole file goes. */
public class InboxActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        new Db(this).add(getIntent().getStringExtra("from"), getIntent().getStringExtra("body"));
    }
}

public class AccountActivity extends Activity {
    @Override protected void onCreate(Bundle state) {
        super.onCreate(state);
        Button logout = new Button(this);
        logout.setText("Log out");
        logout.setOnClickListener(v -> logout());
        setContentView(logout);
    }

    private void logout() {
        new SessionStore(this).clear();
        deleteDatabase("app.db");
        finish();
    }
}

class Db extends SQLiteOpenHelper {
    Db(Context context) { super(context, "app.db", null, 1); }

    @Override public void onCreate(SQLiteDatabase db) {
        db.execSQL("CREATE TABLE messages (id INTEGER PRIMARY KEY, name TEXT, body TEXT)");
    }

    @Override public void onUpgrade(SQLiteDatabase db, int from, int to) {}

    void add(String name, String body) {
        ContentValues row = new ContentValues();
        row.put("name", name);
        row.put("body", body);
        getWritableDatabase().insert("messages", null, row);
    }
}

class Login {
    static void done(Context context, String accessToken) { new SessionStore(context).save(accessToken); }
}

/** Keeps the session encrypted. */
class SessionStore {
    private final SharedPreferences prefs;

    SessionStore(Context context) {
        try {
            MasterKey key = new MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build();
            prefs = EncryptedSharedPreferences.create(context, "session", key,
                EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
                EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void save(String token) { prefs.edit().putString("access_token", token).apply(); }

    String token() { return prefs.getString("access_token", null); }

    void clear() { prefs.edit().clear().apply(); }
}
