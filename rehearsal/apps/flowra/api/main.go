// The API stands in for Flowra's: its paths, answers, metrics and log lines.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"flowra/internal/logging"
	"flowra/internal/release"
	"flowra/internal/settings"
	"flowra/internal/stores"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	what := release.Read()
	s, err := settings.Read()
	if err != nil {
		return err
	}
	if what.Crashes() {
		return errors.New("this version was built to crash")
	}
	database, err := stores.Mongo(s)
	if err != nil {
		return fmt.Errorf("failed to connect to MongoDB: %w", err)
	}
	log := logging.New(os.Stdout, s)
	a := &api{settings: s, what: what, log: log, database: database, redis: stores.Redis(s), keycloak: newKeycloak(s), sockets: newSockets()}
	asked, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go a.relayEvents(asked)
	return a.serve(asked)
}

// serve ends within the shutdown timeout after it was asked to: no new requests, those begun are answered, WebSockets are closed as going away.
func (a *api) serve(asked context.Context) error {
	address := net.JoinHostPort(a.settings.Text("server.host"), a.settings.Text("server.port"))
	server := &http.Server{
		Addr: address, Handler: a.routes(),
		ReadTimeout: a.settings.Duration("server.read_timeout"), WriteTimeout: a.settings.Duration("server.write_timeout"),
	}
	server.RegisterOnShutdown(a.sockets.goAway)
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	a.log.Info("API server started", "address", address, "version", a.what.Version)
	select {
	case err := <-failed:
		return err
	case <-asked.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), a.settings.Duration("server.shutdown_timeout"))
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("not all requests were answered within the shutdown timeout: %w", err)
	}
	a.sockets.wait(ctx)
	a.log.Info("API server stopped", "version", a.what.Version)
	return nil
}
