package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/mongo"

	"flowra/internal/release"
	"flowra/internal/settings"
)

type api struct {
	settings settings.Settings
	what     release.Release
	log      *slog.Logger
	database *mongo.Database
	redis    *redis.Client
	keycloak *keycloak
	sockets  *sockets
}

func (a *api) routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /health", a.health)
	routes.HandleFunc("GET /ready", a.ready)
	routes.HandleFunc("GET /health/details", a.details)
	routes.HandleFunc("GET /api/v1/version", a.version)
	routes.HandleFunc("GET /api/v1/slow", a.slow)
	routes.HandleFunc("POST /api/v1/login", a.login)
	routes.HandleFunc("GET /api/v1/me", a.signedIn(a.me))
	routes.HandleFunc("GET /api/v1/messages", a.notForged(a.messages))
	routes.HandleFunc("POST /api/v1/messages", a.notForged(a.newMessage))
	routes.HandleFunc("GET /api/v1/jobs", a.notForged(a.jobs))
	routes.HandleFunc("GET /api/v1/jobs/{id}", a.notForged(a.job))
	routes.HandleFunc("GET /api/v1/ws", a.signedIn(a.socket))
	routes.HandleFunc("GET /debug/pprof/", pprof.Index)
	routes.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	routes.Handle("GET /metrics", promhttp.Handler())
	return a.observed(routes)
}

var (
	requests = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "flowra_http_requests_total", Help: "Total HTTP requests",
	}, []string{"method", "path", "status"})
	latency = promauto.NewHistogramVec(prometheus.HistogramOpts{
		Name: "flowra_http_request_duration_seconds", Help: "Request latency histogram",
	}, []string{"method", "path"})
)

// observed counts and logs each request; paths are those of the routes, so that nobody outside makes new series.
func (a *api) observed(next *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer := &recorded{ResponseWriter: w, status: http.StatusOK, user: ""}
		next.ServeHTTP(answer, r)
		_, path, found := strings.Cut(r.Pattern, " ")
		if !found {
			path = "none"
		}
		requests.WithLabelValues(r.Method, path, strconv.Itoa(answer.status)).Inc()
		latency.WithLabelValues(r.Method, path).Observe(time.Since(began).Seconds())
		about := []any{"method", r.Method, "path", r.URL.Path, "status", answer.status, "duration_ms", time.Since(began).Milliseconds()}
		if answer.user != "" {
			about = append(about, "user_id", answer.user)
		}
		a.log.Info("HTTP request", about...)
	})
}

type recorded struct {
	http.ResponseWriter
	status int
	user   string
}

func (r *recorded) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController through to what is below.
func (r *recorded) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, why string) {
	answer(w, status, map[string]string{"error": why})
}

// version names the variables that are set; what they hold is nobody's business.
func (a *api) version(w http.ResponseWriter, _ *http.Request) {
	host, _ := os.Hostname()
	answer(w, http.StatusOK, map[string]any{"version": a.what.Version, "host": host, "variables": settings.Set(os.Environ())})
}

// slow is one answer after a while, nothing before it.
func (a *api) slow(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.ParseFloat(r.URL.Query().Get("seconds"), 64)
	if err != nil {
		seconds = 5
	}
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	answer(w, http.StatusOK, map[string]any{"version": a.what.Version, "seconds": seconds})
}
