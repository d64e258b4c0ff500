package com.auth0.android;

public class Auth0Exception extends RuntimeException {
}
