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

/** Four times an hour a new token, used or not. */
class HomeActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val work = PeriodicWorkRequest.Builder(RefreshWorker::class.java, 15, TimeUnit.MINUTES) // expect: session-keepalive
        WorkManager.getInstance(this).enqueue(work.build())
    }
}

class RefreshWorker(context: Context, parameters: WorkerParameters) : Worker(context, parameters) {
    override fun doWork(): Result {
        Sessions(applicationContext).refreshToken()
        return Result.success()
    }
}

class Sessions(context: Context) {
    private val prefs = context.getSharedPreferences("session", Context.MODE_PRIVATE)

    fun refreshToken() {
        val form = FormBody.Builder().add("grant_type", "refresh_token").add("refresh_token", prefs.getString("refresh_token", "")!!).build()
        val request = Request.Builder().url("https://id.example.com/oauth/token").post(form).build()
        OkHttpClient().newCall(request).execute().use { prefs.edit().putString("refresh_token", it.body()!!.string()).apply() }
    }
}
