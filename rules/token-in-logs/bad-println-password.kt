package sample

import android.app.Activity
import android.os.Bundle
import android.widget.Button
import android.widget.EditText

/** A password is a session value too, and standard output is a log. */
class LoginActivity : Activity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val user = EditText(this)
        val password = EditText(this)
        val login = Button(this)
        login.setOnClickListener { check(user.text.toString(), password.text.toString()) }
    }

    private fun check(user: String, password: String) {
        System.out.println("login of " + user + " with password " + password) // expect: token-in-logs
        if (user.isEmpty()) setTitle("Name?")
    }
}
