//! What the lexicon must find, and what it must leave alone.

use super::ArtifactKind::{
    AccessToken, ApiKey, Cookie, IdToken, OauthOther, Password, Pin, RefreshToken, Session,
};
use super::*;

const STRONG: &[(&str, ArtifactKind)] = &[
    ("accessToken", AccessToken),
    ("access_token", AccessToken),
    ("ACCESS_TOKEN", AccessToken),
    ("access-token", AccessToken),
    ("ACCESSTOKEN", AccessToken),
    ("accesstoken", AccessToken),
    ("pref_key_access_token", AccessToken),
    ("com.auth0.access_token", AccessToken),
    ("KEY_ACCESS_TOKEN", AccessToken),
    ("mAccessToken", AccessToken),
    ("userAccessTokenValue", AccessToken),
    ("getAccessToken", AccessToken),
    ("saveAuthToken", AccessToken),
    ("authToken", AccessToken),
    ("auth_token_{?}", AccessToken),
    ("AUTHTOKEN", AccessToken),
    ("oauthToken", AccessToken),
    ("oauth2_token", AccessToken),
    ("OAuthToken", AccessToken),
    ("OAuth2AccessToken", AccessToken),
    ("bearer_token", AccessToken),
    ("bearer", AccessToken),
    ("jwt", AccessToken),
    ("user_jwt", AccessToken),
    ("jwtToken", AccessToken),
    ("X-Auth-Token", AccessToken),
    ("x-access-token", AccessToken),
    ("api_token", AccessToken),
    ("userToken", AccessToken),
    ("loginToken", AccessToken),
    ("sso_token", AccessToken),
    ("authState", AccessToken),
    ("firebaseIdToken", AccessToken),
    ("zugriffstoken", AccessToken),
    ("token_de_acceso", AccessToken),
    ("token di accesso", AccessToken),
    ("access token", AccessToken),
    ("アクセストークン", AccessToken),
    ("访问令牌", AccessToken),
    ("액세스 토큰", AccessToken),
    ("refreshToken", RefreshToken),
    ("refresh_token", RefreshToken),
    ("com.auth0.refresh_token", RefreshToken),
    (
        "CognitoIdentityServiceProvider.{?}.{?}.refreshToken",
        RefreshToken,
    ),
    ("jwt_refresh_token", RefreshToken),
    ("oauth_refresh_token", RefreshToken),
    ("refreshTokens", RefreshToken),
    ("offline_token", RefreshToken),
    ("access_and_refresh_token", RefreshToken),
    ("refreshtoken", RefreshToken),
    ("idToken", IdToken),
    ("id_token", IdToken),
    ("ID_TOKEN", IdToken),
    ("IDToken", IdToken),
    ("google_id_token", IdToken),
    ("identityToken", IdToken),
    ("sessionId", Session),
    ("SESSION_ID", Session),
    ("session_token", Session),
    ("sessionToken", Session),
    ("sessionKey", Session),
    ("JSESSIONID", Session),
    ("PHPSESSID", Session),
    ("ASP.NET_SessionId", Session),
    ("connect.sid", Session),
    ("user_session", Session),
    ("sessionid", Session),
    ("remember_token", Session),
    ("laravel_session", Session),
    ("sb-{?}-session-token", Session),
    ("session_cookie", Cookie),
    ("authCookie", Cookie),
    ("password", Password),
    ("PASSWORD", Password),
    ("KEY_PASSWORD", Password),
    ("userPassword", Password),
    ("login_password", Password),
    ("pwd", Password),
    ("passwd", Password),
    ("etPassword", Password),
    ("passwordField", Password),
    ("newPassword", Password),
    ("passwort", Password),
    ("contraseña", Password),
    ("contrasena", Password),
    ("motDePasse", Password),
    ("senha", Password),
    ("wachtwoord", Password),
    ("пароль", Password),
    ("密码", Password),
    ("请输入密码", Password),
    ("パスワード", Password),
    ("비밀번호", Password),
    ("mật khẩu", Password),
    ("รหัสผ่าน", Password),
    ("passcode", Pin),
    ("userPin", Pin),
    ("app_pin", Pin),
    ("mpin", Pin),
    ("geheimzahl", Pin),
    ("client_secret", OauthOther),
    ("code_verifier", OauthOther),
    ("serverAuthCode", OauthOther),
    ("recovery_code", OauthOther),
    ("totpSecret", OauthOther),
    ("api_key", ApiKey),
    ("apiKey", ApiKey),
    ("private_key", ApiKey),
    ("secretKey", ApiKey),
];

const WEAK: &[(&str, ArtifactKind)] = &[
    ("token", AccessToken),
    ("TOKEN", AccessToken),
    ("tokens", AccessToken),
    ("token_{?}", AccessToken),
    ("myToken", AccessToken),
    ("saved_token", AccessToken),
    ("tokenValue", AccessToken),
    ("TOKEN_KEY", AccessToken),
    ("pref_token", AccessToken),
    ("Authorization", AccessToken),
    ("credentials", AccessToken),
    ("auth", AccessToken),
    ("encrypted_access_token", AccessToken),
    ("encryptedToken", AccessToken),
    ("session", Session),
    ("currentSession", Session),
    ("sid", Session),
    ("SID", Session),
    ("cookie", Cookie),
    ("Set-Cookie", Cookie),
    ("cookies", Cookie),
    ("pin", Pin),
    ("pinCode", Pin),
    ("pw", Password),
    ("passwordRecovery", Password),
    ("passwordToCheck", Password),
    ("secret", Password),
    ("otp", OauthOther),
    ("токен", AccessToken),
    ("トークン", AccessToken),
    ("sesion", Session),
];

const NONE: &[&str] = &[
    // tokens of other kinds
    "push_token",
    "pushToken",
    "fcmToken",
    "fcm_token",
    "FCM_TOKEN",
    "fcmtoken",
    "gcm_token",
    "apns_token",
    "device_token",
    "deviceToken",
    "DEVICE_TOKENS",
    "SharedPreferencesTokenStore.TOKEN",
    "registration_token",
    "registrationToken",
    "notificationToken",
    "firebase_token",
    "firebase_app_check_token",
    "hms_push_token",
    "csrf_token",
    "csrfToken",
    "X-CSRF-Token",
    "xsrf-token",
    "captchaToken",
    "recaptcha_token",
    "pageToken",
    "next_page_token",
    "nextPageToken",
    "cursor_token",
    "syncToken",
    "next_sync_token",
    "cancellationToken",
    "cancelToken",
    "uploadToken",
    "download_token",
    "continuationToken",
    "resumeToken",
    "typeToken",
    "tokenizer",
    "StringTokenizer",
    "tokenize",
    "max_tokens",
    "tokenCount",
    "token_count",
    "accessTokenCount",
    "num_tokens",
    "Mapbox token",
    "mapbox_access_token",
    "mapboxToken",
    "windowToken",
    "getWindowToken",
    "purchaseToken",
    "purchase_token",
    "token_symbol",
    "tokenSymbol",
    "token_balance",
    "tokenAddress",
    "tokenPrice",
    "nftToken",
    "colorToken",
    "design_token",
    "mediaSessionToken",
    "payment_token",
    "card_token",
    "stripeToken",
    // about a token
    "tokenExpiry",
    "token_expires_at",
    "access_token_expires_in",
    "accessTokenExpiration",
    "refresh_token_expiry",
    "token_type",
    "tokenType",
    "access_token_type",
    "accessTokenUrl",
    "token_url",
    "tokenEndpoint",
    "tokenManager",
    "AccessTokenProvider",
    "tokenRefreshListener",
    "tokenHash",
    "password_hash",
    "hashedPasswordSalt",
    "isTokenValid",
    "hasToken",
    "hasRefreshToken",
    "tokenExpired",
    "expires_at",
    "expires_in",
    "isLoggedIn",
    "is_logged_in",
    "logged_in",
    // passwords that are none
    "forgotPassword",
    "forgot_password",
    "resetPassword",
    "rememberPassword",
    "remember_password",
    "showPassword",
    "passwordVisible",
    "password_hint",
    "passwordStrength",
    "password_length",
    "passwordToggle",
    "wifiPassword",
    "wifi_password",
    "smtpPassword",
    "proxy_password",
    "keystore_password",
    "hotspotPassword",
    "hasPassword",
    // words that only look alike
    "inside",
    "outside",
    "residue",
    "bypass",
    "compass",
    "passthrough",
    "passenger",
    "passport",
    "pass_count",
    "boarding_pass",
    "keyEvent",
    "key_event",
    "keyboard",
    "keyframe",
    "primary_key",
    "public_key",
    "foreignKey",
    "map pin",
    "mapPin",
    "pinned",
    "pinch",
    "spinner",
    "shipping",
    "pinCode (postal)",
    "postalPinCode",
    "delivery_pincode",
    "certificatePin",
    "pin_icon",
    // sessions that are none
    "session_count",
    "sessionCount",
    "sessionStart",
    "sessionStart analytics",
    "analytics_session_id",
    "ga_session_id",
    "crashlytics_session_id",
    "audioSessionId",
    "audio_session",
    "mediaSession",
    "cameraSession",
    "CameraCaptureSession",
    "castSession",
    "workout_session",
    "sessionDuration",
    "session_timeout",
    "custom_tabs_session",
    "sslSession",
    "cookie_consent",
    "cookie_banner_shown",
    // settings
    "theme",
    "language",
    "first_run",
    "user_id",
    "username",
    "email",
    "onboarding_done",
    "author",
    "authority",
    "state",
    "loading_state",
    "refresh_rate",
    "pull_to_refresh",
    "device_id",
    "installation_id",
    "key",
    "",
    "{?}",
    "_",
    "Your access token has expired, please sign in again",
    "Password too short",
    "Auth token revoked: ",
    "passwordRecoveryEnabled",
    "password_last_changed",
    "AccessTokenCreationCallback",
    "isAccessTokenExpired",
    "hasUsernamePassword",
    "Lcom/twitter/sdk/android/core/TwitterAuthToken;",
    "/session/:sessionId/element",
    "customtabs.extra.SESSION_ID",
    "valueAt",
    "(TK;S)S",
];

#[test]
fn strong_names() {
    assert!(STRONG.len() >= 80);
    let wrong: Vec<_> = STRONG
        .iter()
        .filter(|&&(name, kind)| classify_identifier(name) != Some(Hit { kind, strong: true }))
        .map(|&(name, kind)| (name, kind, classify_identifier(name)))
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn weak_names() {
    let wrong: Vec<_> = WEAK
        .iter()
        .filter(|&&(name, kind)| {
            classify_identifier(name)
                != Some(Hit {
                    kind,
                    strong: false,
                })
        })
        .map(|&(name, kind)| (name, kind, classify_identifier(name)))
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn names_that_are_none() {
    assert!(NONE.len() >= 80);
    let wrong: Vec<_> = NONE
        .iter()
        .filter_map(|name| Some((*name, classify_identifier(name)?)))
        .collect();
    assert_eq!(wrong, []);
}

#[test]
fn a_text_is_no_name() {
    assert_eq!(classify_identifier(&"token_".repeat(100)), None);
    assert_eq!(classify_identifier("enter your new password below"), None);
    let many = ["a"; 40].join("_") + "_token";
    assert_eq!(classify_identifier(&many), None);
}

#[test]
fn negative_classes() {
    assert!(is_negative_class("Landroid/os/IBinder;"));
    assert!(is_negative_class("Landroid/view/View;->getWindowToken"));
    assert!(is_negative_class(
        "Landroidx/compose/material3/tokens/ColorTokens;"
    ));
    assert!(!is_negative_class("Lcom/example/Session;"));
}

#[test]
fn splitting() {
    let split = |text| words(text).collect::<Vec<_>>();
    assert_eq!(split("accessToken"), ["access", "Token"]);
    assert_eq!(split("HTTPServer2Token"), ["HTTP", "Server", "2", "Token"]);
    assert_eq!(
        split("com.auth0.id_token"),
        ["com", "auth", "0", "id", "token"]
    );
    assert_eq!(split("X-Auth--Token "), ["X", "Auth", "Token"]);
    assert_eq!(split("contraseñaNueva"), ["contraseña", "Nueva"]);
    assert_eq!(split("लॉग आउट"), ["लॉग", "आउट"]);
    assert_eq!(split("退出登录"), ["退出登录"]);
    assert_eq!(split("{?}_{?}"), [""; 0]);
}

#[test]
fn logout_names() {
    for name in [
        "logout",
        "logOut",
        "LOGOUT",
        "log_out",
        "doLogout",
        "performLogout",
        "onLogout",
        "onLogoutClicked",
        "onLogoutClick",
        "handleLogout",
        "forceLogout",
        "autoLogout",
        "logoutUser",
        "logoutCurrentUser",
        "logoutAndFinish",
        "logoutFromServer",
        "signOut",
        "sign_out",
        "SIGN_OUT",
        "signout",
        "userSignOut",
        "LogoutUseCase",
        "SignOutInteractor",
        "LogoutEvent",
        "LogoutCommand",
        "LogoutAction",
        "LogoutClicked",
        "USER_LOGGED_OUT",
        "onLoggedOut",
        "endSession",
        "clearSession",
        "terminateSession",
        "invalidateSession",
        "clearUserSession",
        "disconnectAccount",
        "resetAuth",
        "logoff",
        "signOff",
        "requestLogout",
        "logoutAllDevices",
        "signOutEverywhere",
        "kickOut",
        "unauthenticate",
        "com.example.LOGOUT",
        "LogoutWorker",
        "confirmLogout",
    ] {
        assert!(is_logout_identifier(name), "{name}");
    }
    for name in [
        "isLogout",
        "isLoggedOut",
        "hasLoggedOut",
        "wasLoggedOut",
        "shouldLogout",
        "canLogout",
        "getLogoutUrl",
        "logoutUrl",
        "LOGOUT_URL",
        "logoutEndpoint",
        "setOnLogoutListener",
        "addLogoutListener",
        "OnLogoutListener",
        "logoutListener",
        "logoutButton",
        "btnLogout_view",
        "logoutLabel",
        "logoutText",
        "logoutIcon",
        "logoutDialog",
        "showLogoutDialog",
        "showLogoutConfirmation",
        "trackLogout",
        "reportLogout",
        "logoutResponse",
        "LogoutResult",
        "logoutFailed",
        "onLogoutFailed",
        "onLogoutSuccess",
        "onLogoutComplete",
        "logoutReason",
        "logoutTime",
        "lastLogout",
        "logoutCount",
        "logoutState",
        "catalogOutlet",
        "dialogOutside",
        "setCanceledOnTouchOutside",
        "LogOutputStream",
        "logOutput",
        "checkout",
        "layout",
        "signOutbound",
        "login",
        "clearToken",
        "deleteToken",
        "removeToken",
        "unregister",
        "closeSession",
        "clear",
        "reset",
        "provideLogoutUseCase_Factory",
        "LogoutModule",
        "bindLogout",
        "clearCache",
        "tokenExpired",
        "onSessionExpired",
        "",
    ] {
        assert!(!is_logout_identifier(name), "{name}");
    }
}

#[test]
fn other_events() {
    for name in [
        "login",
        "signIn",
        "doLogin",
        "LoginUseCase",
        "performSignIn",
        "authenticateUser",
        "logIn",
    ] {
        assert_eq!(event_identifier(name), Some(EventKind::Login), "{name}");
    }
    for name in [
        "isLoggedIn",
        "loginUrl",
        "lastLogin",
        "loginButton",
        "plugin",
        "slogan",
        "getLoginName",
        "logout",
    ] {
        assert_ne!(event_identifier(name), Some(EventKind::Login), "{name}");
    }
    for (name, event) in [
        ("changePassword", Some(EventKind::PasswordChange)),
        ("updatePassword", Some(EventKind::PasswordChange)),
        ("isPasswordChanged", None),
        ("deleteAccount", Some(EventKind::AccountDelete)),
        ("confirmDeleteMyAccount", Some(EventKind::AccountDelete)),
        ("unregister", None),
        ("addBeneficiary", Some(EventKind::SensitiveAction)),
        ("transferTo", None),
        ("forceLogout", Some(EventKind::ForcedLogout)),
        ("kickOut", Some(EventKind::ForcedLogout)),
        ("refreshAccessToken", Some(EventKind::TokenRefresh)),
        ("getRefreshToken", None),
        ("refreshTokenType", None),
    ] {
        assert_eq!(event_identifier(name), event, "{name}");
    }
    assert_eq!(
        event_identifier("clearTokens"),
        Some(EventKind::CredentialClear)
    );
    assert_eq!(
        event_identifier("onSessionExpired"),
        Some(EventKind::SessionTimeout)
    );
    assert_eq!(
        event_identifier("switchAccount"),
        Some(EventKind::SwitchAccount)
    );
}

#[test]
fn labels() {
    for text in [
        "Log out",
        "LOG OUT",
        "Logout",
        "Sign out",
        "Sign-out",
        "Log out…",
        " Log out ",
        "Log out of your account",
        "Sign out now",
        "Abmelden",
        "ABMELDEN",
        "Ausloggen",
        "Se déconnecter",
        "SE DÉCONNECTER",
        "Déconnexion",
        "Cerrar sesión",
        "CERRAR SESION",
        "Sair da conta",
        "Terminar sessão",
        "Disconnettiti",
        "Uitloggen",
        "Wyloguj się",
        "WYLOGUJ",
        "Выйти из аккаунта",
        "Вийти з облікового запису",
        "Çıkış yap",
        "ÇIKIŞ YAP",
        "Oturumu kapat",
        "退出登录",
        "登出",
        "ログアウト",
        "ログアウトする",
        "로그아웃",
        "تسجيل الخروج",
        "התנתק",
        "लॉग आउट",
        "लॉगआउट",
        "ออกจากระบบ",
        "Đăng xuất",
        "Logga ut",
        "Log ud",
        "Logg ut",
        "Kirjaudu ulos",
        "Odhlásit se",
        "ODHLÁSIŤ",
        "Kijelentkezés",
        "Deconectare",
        "Αποσύνδεση",
        "ΑΠΟΣΥΝΔΕΣΗ",
        "Log out?",
    ] {
        assert_eq!(event_label(text), Some(EventKind::Logout), "{text}");
    }
    for text in [
        "Exit",
        "Sair",
        "Esci",
        "Выйти",
        "Выход",
        "Salir",
        "Quitter",
        "退出",
        "注销",
        "خروج",
        "Disconnect",
    ] {
        assert_eq!(
            event_label(text),
            Some(EventKind::LogoutAmbiguous),
            "{text}"
        );
    }
    for text in [
        "Log out of all devices",
        "Sign out everywhere",
        "Von allen Geräten abmelden",
        "Cerrar sesión en todos los dispositivos",
        "すべての端末からログアウト",
        "退出所有设备",
    ] {
        assert_eq!(
            event_label(text),
            Some(EventKind::LogoutAllDevices),
            "{text}"
        );
    }
    for text in [
        "Log in",
        "Login",
        "Checkout",
        "Layout",
        "Blog outline",
        "Are you sure you want to log out of the app?",
        "Logout failed",
        "Log out successful",
        "You have been logged out",
        "Don't log out",
        "Exit full screen",
        "Leave group",
        "Newsletter abmelden",
        "Close dialog",
        "Odjava s newslettera",
        "确定要退出当前的登录吗？吗",
        "退出全屏模式",
        "アプリからログアウトしますか？よろしいですか",
        "Выйти из группы",
        "Sign up",
        "Sign here",
        "",
        "%1$s",
        "Log",
        "Out",
    ] {
        let signs_out = matches!(
            event_label(text),
            Some(EventKind::Logout | EventKind::LogoutAmbiguous | EventKind::LogoutAllDevices)
        );
        assert!(!signs_out, "{text}");
    }
    assert_eq!(
        event_label("Passwort ändern"),
        Some(EventKind::PasswordChange)
    );
    assert_eq!(
        event_label("Delete my account"),
        Some(EventKind::AccountDelete)
    );
    assert_eq!(event_label("Konto löschen"), Some(EventKind::AccountDelete));
    assert_eq!(
        event_label("Switch account"),
        Some(EventKind::SwitchAccount)
    );
    assert_eq!(event_label("Anmelden"), Some(EventKind::Login));
}

#[test]
fn needles_hold_for_every_label() {
    let needles: Vec<String> = table::LABEL_NEEDLES
        .iter()
        .map(|needle| needle.to_ascii_lowercase())
        .collect();
    for (term, _, _) in table::EVENT_LABEL {
        assert!(
            needles.iter().any(|needle| term.contains(needle.as_str())),
            "{term}"
        );
    }
    for label in [
        "Se Déconnecter",
        "ВЫЙТИ ИЗ АККАУНТА",
        "Çıkış Yap",
        "LOG OUT",
        "Cerrar Sesión",
        "cerrar sesion",
    ] {
        let text = label.to_ascii_lowercase();
        assert!(
            needles.iter().any(|needle| text.contains(needle.as_str())),
            "{label}"
        );
    }
}

#[test]
fn resource_ids() {
    for id in [
        "logout",
        "btn_logout",
        "button_logout",
        "logoutButton",
        "logout_btn",
        "tv_logout",
        "action_logout",
        "nav_log_out",
        "menu_sign_out",
        "signOutButton",
        "ll_logout",
        "pref_logout",
        "settings_logout_row",
        "confirm_logout",
    ] {
        assert!(logout_resource_id(id), "{id}");
    }
    for id in [
        "login_button",
        "logout_message",
        "logout_error",
        "cancel_logout",
        "logout_dialog",
        "logout_progress",
        "layout_root",
        "checkout",
        "exit",
        "log_output",
        "logout_url",
        "sign_up",
    ] {
        assert!(!logout_resource_id(id), "{id}");
    }
}

#[test]
fn endpoints() {
    use EndpointKind::{
        AccountDelete, EndSession, Introspect, Login, Logout, PasswordChange, Revoke, Token,
    };
    for (verb, path, kind) in [
        (None, "oauth/revoke", Revoke),
        (None, "/oauth2/revoke", Revoke),
        (
            Some("POST"),
            "https://api.example.com/oauth2/v1/revoke",
            Revoke,
        ),
        (None, "token/revoke", Revoke),
        (None, "/connect/revocation", Revoke),
        (None, "auth/revokeToken", Revoke),
        (None, "/v1/tokens/invalidate", Revoke),
        (None, "sessions/revoke", Revoke),
        (
            None,
            "https://oauth2.googleapis.com/revoke?token={?}",
            Revoke,
        ),
        (None, "https://appleid.apple.com/auth/revoke", Revoke),
        (Some("DELETE"), "me/permissions", Revoke),
        (None, "/v2/logout?client_id={?}", EndSession),
        (
            None,
            "https://idp.example.com/realms/{?}/protocol/openid-connect/logout",
            EndSession,
        ),
        (None, "connect/endsession", EndSession),
        (None, "oidc/end_session", EndSession),
        (None, "logout", Logout),
        (None, "/api/v1/auth/logout", Logout),
        (None, "user/sign_out", Logout),
        (None, "{?}/logout", Logout),
        (None, "https://{?}/users/{?}/signout", Logout),
        (None, "/logout.php", Logout),
        (None, "account/logoutUser", Logout),
        (None, "user-logout", Logout),
        (None, "doLogout", Logout),
        (Some("DELETE"), "sessions/current", Logout),
        (Some("DELETE"), "/v1/sessions/{?}", Logout),
        (Some("DELETE"), "auth/session", Logout),
        (Some("DELETE"), "oauth/token", Logout),
        (None, "session/clearSession", Logout),
        (Some("POST"), "sessions/current/terminate", Logout),
        (None, "oauth/token", Token),
        (None, "/auth/refresh", Token),
        (None, "refresh-token", Token),
        (None, "api/token/refresh/", Token),
        (Some("POST"), "https://{?}/oauth2/v2.0/token", Token),
        (None, "auth/login", Login),
        (Some("POST"), "sessions", Login),
        (None, "signin", Login),
        (None, "user/change-password", PasswordChange),
        (Some("PUT"), "users/{?}/password", PasswordChange),
        (None, "account/delete", AccountDelete),
        (Some("DELETE"), "users/me", AccountDelete),
        (None, "/oauth/introspect", Introspect),
        (None, "userinfo", Introspect),
    ] {
        assert_eq!(endpoint(verb, path), Some(kind), "{verb:?} {path}");
    }
    for (verb, path) in [
        (None, "push/unregister"),
        (None, "device/unregister"),
        (Some("DELETE"), "devices/{?}"),
        (Some("DELETE"), "push/tokens/{?}"),
        (Some("POST"), "notifications/token"),
        (Some("POST"), "users/{?}/fcm-token"),
        (None, "sessions/current"),
        (Some("GET"), "sessions/current"),
        (Some("GET"), "users/me"),
        (None, "blogoutline"),
        (None, "checkout"),
        (None, "catalog/outlet"),
        (None, "products/{?}"),
        (None, "workout/logs"),
        (None, "logout-url"),
        (None, ""),
        (None, "{?}"),
        (Some("DELETE"), "sessions/{?}/messages"),
    ] {
        assert_eq!(endpoint(verb, path), None, "{verb:?} {path}");
    }
    assert_eq!(possible_endpoint("sessions/current"), Some(Logout));
    assert_eq!(possible_endpoint("products"), None);
}

#[test]
fn constants() {
    use ValueKind as V;
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc";
    for (text, kind) in [
        (jwt, V::Jwt),
        ("Bearer ", V::BearerPrefix),
        ("token ", V::BearerPrefix),
        ("Bearer abcdefghijklmnopqrstuvwxyz", V::BearerCredential),
        ("Basic dXNlcjpwYXNz", V::BasicCredential),
        ("ya29.a0AfH6SMBx1234567890abcd", V::ProviderCredential),
        ("Authorization", V::AuthHeader),
        ("x-auth-token", V::AuthHeader),
        ("refresh_token", V::Grant),
        ("openid profile offline_access", V::ScopeOffline),
        ("offline", V::AccessTypeOffline),
        ("token_type_hint", V::TokenHint),
        ("auth_prefs", V::PrefsFile),
    ] {
        assert_eq!(value_pattern(text), Some(kind), "{text}");
    }
    for text in [
        "Content-Type",
        "You are offline",
        "X-CSRF-Token",
        "bearer of news",
        "settings",
        "",
        "eyJhbGci",
    ] {
        assert_eq!(value_pattern(text), None, "{text}");
    }
}

#[test]
fn tables_are_personal_by_name_or_column() {
    let none: [String; 0] = [];
    for table in [
        "users",
        "tbl_user_message",
        "ChatMessage",
        "orders",
        "checkins",
    ] {
        assert!(is_personal(table, &none), "{table}");
    }
    for table in [
        "message_types",
        "info",
        "venues",
        "user_agents",
        "order_status",
    ] {
        assert!(!is_personal(table, &none), "{table}");
    }
    let columns = ["id".to_owned(), "userName".to_owned()];
    assert!(is_personal("info", &columns));
    assert!(!is_personal("info_types", &columns));
}

#[test]
fn login_pages_of_providers_are_known() {
    for url in [
        "https://accounts.google.com/o/oauth2/v2/auth?client_id={?}",
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=app",
        "https://id.example.com/oauth2/authorize",
        "https://id.example.com/authorize?client_id={?}",
        "https://sso.example.com/realms/a/protocol/openid-connect/auth?{?}",
        "{?}?client_id=app&response_type=code",
    ] {
        assert_eq!(endpoint(None, url), Some(EndpointKind::Authorize), "{url}");
    }
    for url in [
        "https://www.example.com/help/how-to-authorize-a-payment",
        "https://id.example.com/oauth2/token",
        "https://api.example.com/payments/authorize",
        "https://id.example.com/oauth2/revoke",
    ] {
        assert_ne!(endpoint(None, url), Some(EndpointKind::Authorize), "{url}");
    }
}
