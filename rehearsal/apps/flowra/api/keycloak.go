package main

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"flowra/internal/settings"
)

type keycloak struct {
	realm, client, secret string
	http                  *http.Client

	lock    sync.Mutex
	issuer  string
	keys    map[string]*rsa.PublicKey
	fetched time.Time
}

func newKeycloak(s settings.Settings) *keycloak {
	return &keycloak{
		realm:  strings.TrimRight(s.Text("keycloak.url"), "/") + "/realms/" + s.Text("keycloak.realm"),
		client: s.Text("keycloak.client_id"), secret: s.Text("keycloak.client_secret"),
		http: &http.Client{Timeout: 5 * time.Second},
	}
}

type claims struct {
	jwt.RegisteredClaims
	Party string `json:"azp"`
	Name  string `json:"preferred_username"`
}

var errToken = errors.New("invalid token or token expired")

// verify takes tokens that this realm made for this client, and have not ended.
func (k *keycloak) verify(ctx context.Context, token string) (claims, error) {
	var found claims
	issuer, err := k.load(ctx, "")
	if err != nil {
		return found, err
	}
	_, err = jwt.ParseWithClaims(token, &found, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		if _, err := k.load(ctx, id); err != nil {
			return nil, err
		}
		k.lock.Lock()
		defer k.lock.Unlock()
		if key := k.keys[id]; key != nil {
			return key, nil
		}
		return nil, errToken
	}, jwt.WithIssuer(issuer), jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired())
	if err != nil || found.Party != k.client {
		return found, errToken
	}
	return found, nil
}

// load asks for issuer and keys, at first and for a key that it does not know; then not more often than every ten seconds.
func (k *keycloak) load(ctx context.Context, id string) (string, error) {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.keys != nil && (id == "" || k.keys[id] != nil || time.Since(k.fetched) < 10*time.Second) {
		return k.issuer, nil
	}
	var about struct {
		Issuer string `json:"issuer"`
	}
	var set struct {
		Keys []struct{ Kid, Kty, Use, N, E string } `json:"keys"`
	}
	if err := k.get(ctx, "/.well-known/openid-configuration", &about); err != nil {
		return "", err
	}
	if err := k.get(ctx, "/protocol/openid-connect/certs", &set); err != nil {
		return "", err
	}
	keys := map[string]*rsa.PublicKey{}
	for _, key := range set.Keys {
		n, errN := base64.RawURLEncoding.DecodeString(key.N)
		e, errE := base64.RawURLEncoding.DecodeString(key.E)
		if key.Kty == "RSA" && key.Use == "sig" && errN == nil && errE == nil {
			keys[key.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		}
	}
	k.issuer, k.keys, k.fetched = about.Issuer, keys, time.Now()
	return k.issuer, nil
}

func (k *keycloak) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.realm+path, nil)
	if err != nil {
		return err
	}
	_, err = k.ask(request, into)
	return err
}

// check has Keycloak look at a token that is none: it answers only a client whose secret is right.
func (k *keycloak) check(ctx context.Context) error {
	var found struct{ Active bool }
	_, err := k.post(ctx, "/token/introspect", url.Values{"token": {"none"}}, &found)
	return err
}

// signIn gives Keycloak's answer and its status; an error is one of the connection or of this client.
func (k *keycloak) signIn(ctx context.Context, user, password string) (json.RawMessage, int, error) {
	var found json.RawMessage
	status, err := k.post(ctx, "/token", url.Values{"grant_type": {"password"}, "scope": {"openid"}, "username": {user}, "password": {password}}, &found)
	return found, status, err
}

func (k *keycloak) post(ctx context.Context, path string, form url.Values, into any) (int, error) {
	form.Set("client_id", k.client)
	form.Set("client_secret", k.secret)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, k.realm+"/protocol/openid-connect"+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return k.ask(request, into)
}

func (k *keycloak) ask(request *http.Request, into any) (int, error) {
	response, err := k.http.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var why struct{ Error string }
		_ = json.NewDecoder(response.Body).Decode(&why)
		return response.StatusCode, fmt.Errorf("%s: %d %s", request.URL.Path, response.StatusCode, why.Error)
	}
	return response.StatusCode, json.NewDecoder(response.Body).Decode(into)
}
