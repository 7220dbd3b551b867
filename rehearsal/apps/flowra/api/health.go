package main

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// patience of one look at a component, below the 3 s that the guide gives a readiness probe.
const patience = 2 * time.Second

func (a *api) health(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "healthy"})
}

type component struct {
	Status       string `json:"status"`
	Milliseconds int64  `json:"duration_ms"`
	Error        string `json:"error,omitempty"`
}

// components looks at all of them side by side. What is wrong with one is in the log, in the words of the guide.
func (a *api) components(ctx context.Context) map[string]component {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	looks := map[string]struct {
		name string
		look func(context.Context) error
	}{
		"mongodb":  {"MongoDB", a.pingMongo},
		"redis":    {"Redis", func(ctx context.Context) error { return a.redis.Ping(ctx).Err() }},
		"keycloak": {"Keycloak", a.keycloak.check},
	}
	var lock sync.Mutex
	var all sync.WaitGroup
	found := map[string]component{}
	for key, it := range looks {
		all.Go(func() {
			began := time.Now()
			err := it.look(ctx)
			seen := component{Status: "up", Milliseconds: time.Since(began).Milliseconds()}
			if err != nil {
				a.log.Error("failed to connect to "+it.name, "error", err.Error())
				seen.Status, seen.Error = "down", "failed to connect to "+it.name
			}
			lock.Lock()
			defer lock.Unlock()
			found[key] = seen
		})
	}
	all.Wait()
	return found
}

// A ping needs no login: this does.
func (a *api) pingMongo(ctx context.Context) error {
	_, err := a.database.Collection("schema").EstimatedDocumentCount(ctx)
	return err
}

// ready is without Keycloak: with the keys it once gave, tokens are checked while it is away.
func (a *api) ready(w http.ResponseWriter, r *http.Request) {
	seen := a.components(r.Context())
	states := map[string]string{}
	for name, it := range seen {
		states[name] = it.Status
	}
	if a.what.MayBeReady() && states["mongodb"] == "up" && states["redis"] == "up" {
		answer(w, http.StatusOK, map[string]any{"status": "ready", "components": states})
		return
	}
	answer(w, http.StatusServiceUnavailable, map[string]any{"status": "not ready", "components": states})
}

func (a *api) details(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, map[string]any{"status": "healthy", "version": a.what.Version, "components": a.components(r.Context())})
}
