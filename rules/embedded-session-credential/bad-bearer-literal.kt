package sample

import android.app.Activity
import android.os.Bundle
import android.util.Log
import okhttp3.OkHttpClient
import okhttp3.Request

/** An opaque token behind the word Bearer. */
class NewsActivity : Activity() {
    private val client = OkHttpClient()

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        Thread { load() }.start()
    }

    private fun load() {
        val builder = Request.Builder().url("https://api.example.com/news")
        builder.header("Authorization", "Bearer 9f8e7d6c5b4a39281706f5e4d3c2b1a098877665") // expect: embedded-session-credential
        val response = client.newCall(builder.build()).execute()
        Log.i("News", "news: " + response.code())
        response.close()
    }
}
