package sample

import android.app.Activity
import android.content.Context
import android.os.Bundle
import androidx.work.PeriodicWorkRequest
import androidx.work.WorkManager
import androidx.work.Worker
import androidx.work.WorkerParameters
import java.util.concurrent.TimeUnit
import okhttp3.FormBody
import okhttp3.OkHttpClient
import okhttp3.Request

/** The worker fetches the news, which needs no session; the token is refreshed when a request of the user's is refused. */
class HomeActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val work = PeriodicWorkRequest.Builder(NewsWorker::class.java, 1, TimeUnit.HOURS) // ok: session-keepalive
        WorkManager.getInstance(this).enqueue(work.build())
        Thread { if (Sessions(this).account() == 401) Sessions(this).refreshToken() }.start()
    }
}

class NewsWorker(context: Context, parameters: WorkerParameters) : Worker(context, parameters) {
    override fun doWork(): Result {
        OkHttpClient().newCall(Request.Builder().url("https://news.example.com/today").build()).execute().close()
        return Result.success()
    }
}

class Sessions(context: Context) {
    private val prefs = context.getSharedPreferences("session", Context.MODE_PRIVATE)

    fun account(): Int = OkHttpClient().newCall(Request.Builder().url("https://api.example.com/account").build()).execute().code()

    fun refreshToken() {
        val form = FormBody.Builder().add("grant_type", "refresh_token").add("refresh_token", prefs.getString("refresh_token", "")!!).build()
        val request = Request.Builder().url("https://id.example.com/oauth/token").post(form).build()
        OkHttpClient().newCall(request).execute().use { prefs.edit().putString("refresh_token", it.body()!!.string()).apply() }
    }
}
