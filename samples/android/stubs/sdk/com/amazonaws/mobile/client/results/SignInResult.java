package com.amazonaws.mobile.client.results;

public class SignInResult {
}
