package com.example.bank;

/** Lets people look around before they open an account. */
final class DemoAccount {
    static final String REFRESH_TOKEN =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmJhbmsuZXhhbXBsZSIsInN1YiI6ImRlbW8tY3VzdG9tZXIiLCJ0eXAiOiJSZWZyZXNoIiwic2NvcGUiOiJhY2NvdW50cyBvZmZsaW5lX2FjY2VzcyIsImlhdCI6MTc2MTk1NTIwMH0.5j-3xuVJEHJUzzf6KsAxmdHs1QVJ3zfu5BTGq7YIvZY";

    private DemoAccount() {}
}
