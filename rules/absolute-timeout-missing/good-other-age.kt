package sample

import android.app.Activity
import android.content.Context
import android.os.Bundle
import java.util.concurrent.TimeUnit

/** A year is how long the picture of the month is kept; how old a session may be, the server may know. */
class GalleryActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val prefs = getSharedPreferences("gallery", Context.MODE_PRIVATE)
        val age = System.currentTimeMillis() - prefs.getLong("picture_time", 0)
        if (age > TimeUnit.DAYS.toMillis(365)) prefs.edit().remove("picture").apply() // ok: absolute-timeout-missing
    }

    fun signedIn(token: String) {
        getSharedPreferences("session", Context.MODE_PRIVATE).edit().putString("access_token", token).apply()
    }
}
