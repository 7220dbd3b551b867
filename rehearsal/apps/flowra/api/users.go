package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

type userKey struct{}

func tokenOf(r *http.Request) string {
	if token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); found {
		return token
	}
	// A browser's WebSocket sends no header of ours.
	return r.URL.Query().Get("token")
}

// signedIn lets those through who have a token of Keycloak.
func (a *api) signedIn(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		found, err := a.keycloak.verify(r.Context(), tokenOf(r))
		if errors.Is(err, errToken) {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			refuse(w, http.StatusUnauthorized, err.Error())
			return
		}
		if err != nil {
			a.log.Error("failed to connect to Keycloak", "error", err.Error())
			refuse(w, http.StatusServiceUnavailable, "failed to connect to Keycloak")
			return
		}
		if it, ok := w.(*recorded); ok {
			it.user = found.Subject
		}
		next(w, r.WithContext(context.WithValue(r.Context(), userKey{}, found)))
	}
}

// notForged lets through who has no token, too.
func (a *api) notForged(next http.HandlerFunc) http.HandlerFunc {
	checked := a.signedIn(next)
	return func(w http.ResponseWriter, r *http.Request) {
		if tokenOf(r) == "" {
			next(w, r)
			return
		}
		checked(w, r)
	}
}

func (a *api) me(w http.ResponseWriter, r *http.Request) {
	found, _ := r.Context().Value(userKey{}).(claims)
	answer(w, http.StatusOK, map[string]string{"id": found.Subject, "name": found.Name, "version": a.what.Version})
}

// login takes {"username", "password"} and gives what Keycloak's token endpoint gives this client.
func (a *api) login(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Username, Password string }
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&asked) != nil {
		refuse(w, http.StatusBadRequest, `send {"username": …, "password": …}`)
		return
	}
	tokens, status, err := a.keycloak.signIn(r.Context(), asked.Username, asked.Password)
	switch {
	case err == nil:
		answer(w, http.StatusOK, tokens)
	case status == http.StatusUnauthorized && strings.Contains(err.Error(), "invalid_grant"):
		refuse(w, http.StatusUnauthorized, "wrong name or password")
	default:
		a.log.Error("Keycloak refuses this client", "error", err.Error())
		refuse(w, http.StatusBadGateway, "failed to connect to Keycloak")
	}
}
